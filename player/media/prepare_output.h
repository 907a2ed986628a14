/* prepare_output.h: the MP4 file that is being made: encoders, their packets, the disk.
 *
 * Written through our own I/O so that a full disk, a limit or a bad medium is told apart and leaves
 * nothing behind. Pictures are numbered from 0 at a constant rate; sound is counted in samples of
 * 48 kHz from the same instant. One thread. */
#ifndef LEDSIGN_MEDIA_PREPARE_OUTPUT_H
#define LEDSIGN_MEDIA_PREPARE_OUTPUT_H

#include <libavutil/frame.h>

#include "media/prepare.h"

#define PREPARE_SOUND_RATE 48000

struct prepare_output;

/* `like`: a picture as they will come. `channels` 0: no sound. NULL with a clause in the report. */
struct prepare_output *prepare_output_open(const struct prepare_request *request,
                                           const AVFrame *like, int channels,
                                           struct prepare_report *report);

/* false with a clause in the report. */
bool prepare_output_picture(struct prepare_output *output, AVFrame *picture, int64_t number);
/* Planar floats; at most prepare_output_sound_block samples, less only at the end. */
bool prepare_output_sound(struct prepare_output *output, AVFrame *sound, int64_t first_sample);
int prepare_output_sound_block(const struct prepare_output *output);

/* Writes what is still inside; false with a clause in the report. */
bool prepare_output_finish(struct prepare_output *output);
void prepare_output_close(struct prepare_output **output); /* the file stays */

#endif
