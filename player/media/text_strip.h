/* text_strip.h: a text of any length as one long line in tiles.
 *
 * A tile is a stretch of whole words no wider than `tile_max`; only a word that is wider by itself
 * is cut, between clusters. Tiles are measured first (so that the length of the line is known) and
 * drawn one by one when they are needed. A tile's frame reaches over its ends by `overhang`, for
 * glyphs that lean over them, so that tiles laid side by side show no joints. Line ends in the text
 * become wide spaces. Picture worker. */
#ifndef LEDSIGN_MEDIA_TEXT_STRIP_H
#define LEDSIGN_MEDIA_TEXT_STRIP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rect.h"

struct fonts;
struct frame;
struct text_style;

struct text_tile {
    int from; /* clusters [from, to) */
    int to;
    int width;
    int64_t x; /* from the line's beginning */
};

struct text_strip {
    struct text *text;
    struct text_tile *tiles;
    int tile_count;
    int64_t width; /* of all tiles */
    int size_px;
    int tile_max;
    int height;   /* of the zone and of every frame */
    int baseline; /* in the frames */
    int overhang;
    int measured; /* clusters that are in tiles */
};

/* Takes over `clean`; style->size_px 0: as large as the height allows. Nothing is measured yet. */
struct text_strip *text_strip_create(struct fonts *fonts, char *clean,
                                     const struct text_style *style, struct size zone,
                                     int tile_max);
void text_strip_destroy(struct text_strip **strip);

/* Measures up to `tiles` more tiles; true when all are measured. */
bool text_strip_measure(struct text_strip *strip, int tiles);

/* Frame of a tile; its left edge belongs at tile->x - overhang. NULL when memory is short. */
struct frame *text_strip_draw(const struct text_strip *strip, int tile);

#endif
