/* image.h: a picture file as finished frames of the size at which they are shown.
 *
 * FFmpeg decodes; the file's first bytes decide what it is, never its name. A picture is decoded
 * once, turned upright (EXIF), premultiplied and scaled to the display size row by row, so that
 * beside the decoded picture nothing large is held. What a file declares is bounded before memory
 * is given for it: IMAGE_DECODED_MAX for what the decoder may hold.
 *
 *   Still:     PNG, JPEG (of 8 bits also when larger than the display: decoded at 1/2, 1/4 or 1/8
 *              by the DCT), WebP, BMP, TIFF.
 *   Animated:  GIF, APNG; not WebP (FFmpeg 5.1 cannot). Delays
 *              under 20 ms mean 100 ms, as in browsers; the file's own loop count is ignored.
 *
 * Colours are taken as sRGB; JPEG is full-range BT.601, lossy WebP limited-range BT.601; embedded
 * ICC profiles and gamma chunks are ignored. CMYK is converted plainly (R = C' * K').
 *
 * Blocking: the picture worker and command line tools. One thread at a time per image. */
#ifndef LEDSIGN_MEDIA_IMAGE_H
#define LEDSIGN_MEDIA_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/flick.h"
#include "base/rect.h"

struct frame;
struct image;

#define IMAGE_FILE_MAX    (96u * 1024 * 1024)  /* bytes of a picture file */
#define IMAGE_DECODED_MAX (272u * 1024 * 1024) /* bytes that a decoder may hold for one picture */
#define IMAGE_FRAMES_MAX  10000                /* of an animation; later ones are not shown */

struct image_request {
    const char *path;
    bool is_cover; /* `path` is a sound: its cover picture is wanted */
    struct size area;
    enum fit fit;
    bool (*is_cancelled)(void *context); /* asked now and then; NULL: never */
    void *context;
};

/* Why the file is none that image_open could show, by its first bytes: a clause, or NULL when it
 * may be one. Any thread. */
const char *image_refusal(const char *path);

/* Opens the file and decodes its first picture. NULL with a clause in `problem` otherwise. */
struct image *image_open(const struct image_request *request, char *problem, size_t problem_size);
void image_close(struct image **image);

/* Where the frames go: they hold placement->part_in_scaled, for FIT_PAN the whole scaled picture.
 */
const struct placement *image_placement(const struct image *image);

int image_frame_count(const struct image *image); /* 1: a still */
/* The instant, counted from the beginning of a round, at which frame `index` ends; that of the last
 * one is the length of the round. Stills: 0. */
flick_t image_frame_end(const struct image *image, int index);

/* The next frame in order (0 first, and 0 again after the last one), with one reference for the
 * caller; FRAME_BGRX where all is opaque, else premultiplied FRAME_BGRA; frame->number counts on
 * over the rounds. NULL with a clause in `problem` when the file is broken there. */
struct frame *image_next(struct image *image, char *problem, size_t problem_size);

#endif
