/* decoder.h: a video decoder behind one door, so that the demuxing side need not know which.
 *
 * Software is what decodes, until hardware has shown that it does the same. Where a hardware
 * decoder is there for this kind of video (decoder_backend.h has the table) it gets the same
 * packets on a thread of its own; when one of its pictures agrees with software's picture of the
 * same time, it takes over at the next picture, and software is closed. When nothing has agreed
 * within 2 s, or a picture differs, it is not asked again for this kind of video (decoder_verdict.h
 * remembers).
 *
 * While hardware decodes, three errors, 500 ms without a picture that is due, or lost pictures give
 * the work back to software at the next key frame; what was on screen stays until then. Hardware
 * that cannot go on after being drained is never drained in the middle: software takes over there.
 *
 * Threads of software are given by the rate of pixels, not by the number of cores: a decoder that
 * needs a fifth of a core does not get faster with eight threads, only larger by one picture each.
 *
 * One thread at a time (libavcodec's own threads come on top). No call waits for hardware longer
 * than DECODER_SILENCE_MS. */
#ifndef LEDSIGN_MEDIA_DECODER_H
#define LEDSIGN_MEDIA_DECODER_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>

#include "base/flick.h"
#include "media/video_ladder.h"

/* What the pictures inside and outside of one decoder may take together; 20 pictures of 4096x2160
 * and as many as are really referred to of anything larger. A file that wants more is not decoded
 * on. */
#define DECODER_BYTES_MAX (INT64_C(288) * 1024 * 1024)

#define DECODER_TRIAL_MS   2000
#define DECODER_SILENCE_MS 500
#define DECODER_ERRORS_MAX 3

struct decoder;
struct decoder_backend;

struct decoder_request {
    const AVStream *stream;
    struct ratio rate;        /* pictures per second, 0/1 unknown */
    int threads;              /* of software; 0: as many as that rate needs */
    enum video_effort effort; /* to begin with */
    const char *name;         /* of the file, for messages */
    const char *verdicts;     /* state file of decoder_verdict.h; NULL: software only */
    const struct decoder_backend *const *backends; /* NULL: decoder_backends */
};

/* Threads for this many pixels per second, between 1 and `cores`. */
int decoder_threads(double pixels_per_s, enum AVCodecID codec, int cores);

struct decoder *decoder_open(const struct decoder_request *request); /* NULL: cannot be decoded */
void decoder_close(struct decoder **decoder);

/* As avcodec_send_packet (NULL: drain) and avcodec_receive_frame. */
int decoder_send(struct decoder *decoder, const AVPacket *packet);
int decoder_receive(struct decoder *decoder, AVFrame *frame);
int decoder_delay(const struct decoder *decoder); /* pictures held back for their order */
void decoder_flush(struct decoder *decoder); /* forgets everything; after draining or seeking */
/* Less of it when the machine is too slow; hardware that is too slow gives way to software first.
 */
void decoder_set_effort(struct decoder *decoder, enum video_effort effort);
/* The packets that follow lead up to the first picture that is wanted: what nothing else refers to
 * need not be decoded. */
void decoder_set_hurried(struct decoder *decoder, bool is_hurried);
/* What gives the pictures now: "software", or the name of the hardware's row. */
const char *decoder_name(const struct decoder *decoder);

#endif
