/* sound_write.h: a recording of the mix as a WAV file (RIFF, 16 bit PCM, 48 kHz stereo).
 *
 * For tools on a virtual clock; the header is completed when the recording is closed. One thread.
 * Format: Microsoft/IBM, Multimedia Programming Interface and Data Specifications 1.0, 1991. */
#ifndef LEDSIGN_MEDIA_SOUND_WRITE_H
#define LEDSIGN_MEDIA_SOUND_WRITE_H

#include <stdbool.h>
#include <stddef.h>

struct sound_write;

/* NULL with *why set (borrowed phrase) when the file cannot be made. */
struct sound_write *sound_write_open(const char *path, const char **why);
/* `count` pairs of floats, clipped to +-1. */
void sound_write_pairs(struct sound_write *file, const float *pairs, size_t count);
/* NULL is fine; leaves NULL. False when not everything could be written. */
bool sound_write_close(struct sound_write **file);

#endif
