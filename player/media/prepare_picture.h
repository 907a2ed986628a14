/* prepare_picture.h: a decoded picture as the encoder wants it.
 *
 * 8 bit 4:2:0 in limited range, upright, scaled to the wish with the filter of convert.h, padded to
 * even sides by its last row and column (cut off again when it is played). Colours are not
 * converted where they need not be: the matrix stays, and is written into the tags. One thread. */
#ifndef LEDSIGN_MEDIA_PREPARE_PICTURE_H
#define LEDSIGN_MEDIA_PREPARE_PICTURE_H

#include <libavutil/frame.h>

#include "base/rect.h"

struct media_facts;
struct prepare_picture;

struct prepare_picture *prepare_picture_create(const struct media_facts *facts, struct size size);
void prepare_picture_destroy(struct prepare_picture **picture);

/* A new picture that the caller frees; NULL when the format cannot be converted. */
AVFrame *prepare_picture_make(struct prepare_picture *picture, const AVFrame *from);

#endif
