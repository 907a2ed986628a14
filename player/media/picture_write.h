/* picture_write.h: a finished picture as a PNG file.
 *
 * For `snapshot` and for the picture of the screen that a running player keeps fresh. The pixels
 * are copied by the encoder's own buffers; the file appears whole or not at all (file_write).
 * Blocking: workers and command line tools only. */
#ifndef LEDSIGN_MEDIA_PICTURE_WRITE_H
#define LEDSIGN_MEDIA_PICTURE_WRITE_H

#include <stdbool.h>
#include <stdint.h>

/* Writes `pixels` (4 bytes B,G,R,x each, x ignored) as an opaque 8 bit RGB PNG. false with *why
 * set (a borrowed phrase) when it could not be encoded or written. */
bool picture_write_png(const char *path, const uint8_t *pixels, int width, int height, int stride,
                       const char **why);

#endif
