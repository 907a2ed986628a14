/* image_convert.h: a decoded FFmpeg picture of any pixel format as a finished frame: turned
 * upright, scaled, cropped, premultiplied. Inside image.c's door to FFmpeg; same thread. */
#ifndef LEDSIGN_MEDIA_IMAGE_CONVERT_H
#define LEDSIGN_MEDIA_IMAGE_CONVERT_H

#include <stdbool.h>

#include "base/rect.h"

struct AVFrame;
struct frame;

/* EXIF orientation as three questions (JEITA CP-3451, tag 0x0112). An upright pixel (x, y) is
 * taken from the stored pixel (u, v), where u, v are x, y or, when `swaps`, y, x, and then count
 * from the other end when flipped. */
struct image_turn {
    bool swaps;
    bool flips_x; /* along the stored picture's rows */
    bool flips_y;
};

struct image_turn image_turn_of(int orientation); /* 1-8; anything else is 1 */

/* The picture scaled to `placement->scaled` (upright), of which `part_in_upright` is given. NULL
 * when it does not fit into memory or the pixel format is unknown. */
struct frame *image_convert(const struct AVFrame *picture, struct image_turn turn,
                            struct size scaled, struct rect part_in_upright);

#endif
