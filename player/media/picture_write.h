/* picture_write.h: a finished picture as a PNG file.
 *
 * For `snapshot`, for the picture of the screen that a running player keeps fresh, and for prepared
 * stills. The file appears whole or not at all (file_write). Blocking: workers and command line
 * tools only. */
#ifndef LEDSIGN_MEDIA_PICTURE_WRITE_H
#define LEDSIGN_MEDIA_PICTURE_WRITE_H

#include <stdbool.h>
#include <stdint.h>

struct AVFrame;
struct AVPacket;

/* Writes `pixels` (4 bytes B,G,R,x each, x ignored) as an opaque 8 bit RGB PNG. false with *why
 * set (a borrowed phrase) when it could not be encoded or written. */
bool picture_write_png(const char *path, const uint8_t *pixels, int width, int height, int stride,
                       const char **why);

/* The picture, RGB24 or RGBA, as a PNG file; compression from 1 to 9. NULL when it cannot be
 * encoded; the caller frees it. */
struct AVPacket *picture_write_encode(const struct AVFrame *picture, int compression);

#endif
