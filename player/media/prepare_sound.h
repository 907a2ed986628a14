/* prepare_sound.h: the sound of a video, exactly as long as its pictures.
 *
 * Reads the source a second time, for its sound only, so that pictures and sound may lie apart in
 * it as they like. Sample 0 belongs to the instant of the first picture: what comes before is cut
 * off, what is missing (a late beginning, a hole, an early end) is silence. More than two channels
 * become two. What cannot be decoded is silence, never a failure. One thread. */
#ifndef LEDSIGN_MEDIA_PREPARE_SOUND_H
#define LEDSIGN_MEDIA_PREPARE_SOUND_H

#include <stdbool.h>
#include <stdint.h>

struct prepare_output;
struct prepare_request;
struct prepare_sound;

struct prepare_sound *prepare_sound_open(const struct prepare_request *request); /* NULL: none */
void prepare_sound_close(struct prepare_sound **sound);
int prepare_sound_channels(const struct prepare_sound *sound);

/* Encodes up to this sample of the round (at most its end); false when the output failed. */
bool prepare_sound_write(struct prepare_sound *sound, struct prepare_output *output, int64_t until);

#endif
