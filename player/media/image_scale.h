/* image_scale.h: a picture becomes smaller without losing what is in it, one row after another.
 *
 * Every output pixel is the mean of the area of the picture that it covers (fractions of pixels
 * included), in premultiplied colours, so thin strokes fade instead of vanishing and transparent
 * edges get no fringe. Sizes that agree are copied exactly, and a flat colour stays what it was:
 * the weights are integers that add up to a whole. Rows are pushed from the top, so a picture much
 * larger than the memory of the board is never held in this format. Axes that are to grow are kept
 * as they are; libyuv enlarges them afterwards (image.c). One thread at a time. */
#ifndef LEDSIGN_MEDIA_IMAGE_SCALE_H
#define LEDSIGN_MEDIA_IMAGE_SCALE_H

#include <stdint.h>

#include "base/rect.h"

struct image_scale;

/* `from`: size of the picture; `to`: the size it is scaled to, nowhere larger than `from`; `part`:
 * what of that is wanted, inside `to`. `out` gets part.w x part.h pixels of 4 bytes and must stay
 * until the scaler is destroyed. */
struct image_scale *image_scale_create(struct size from, struct size to, struct rect part,
                                       uint8_t *out, int out_stride);
void image_scale_push(struct image_scale *scale, const uint8_t *row); /* from.w pixels */
void image_scale_destroy(struct image_scale **scale);

#endif
