#include "media/text_strip.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "media/font.h"
#include "media/text.h"
#include "model/model.h"

#define NEWLINE_AS "     " /* between the lines of a text in a ticker */
#define WORD_MAX   2048    /* clusters that are measured as one word */

static char *join_lines(char *clean) {
    struct str joined = {0};
    str_add(&joined, "");
    for (const char *at = clean; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        str_add_bytes(&joined, at, length);
        at += length;
        bool between = *at == '\n' && at[strspn(at, "\n ")] != '\0' && joined.length > 0;
        if (between) {
            str_add(&joined, NEWLINE_AS);
        }
        at += strspn(at, "\n");
    }
    free(clean);
    return str_take(&joined);
}

/* The largest size whose line is not higher than the zone. */
static int size_for(const struct text *text, int height) {
    int low = FONT_SIZE_MIN, high = height < FONT_SIZE_MAX ? height : FONT_SIZE_MAX;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (text_line_extent(text, middle).height <= height) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

struct text_strip *text_strip_create(struct fonts *fonts, char *clean,
                                     const struct text_style *style, struct size zone,
                                     int tile_max) {
    struct text_strip *strip = mem_zero(1, sizeof *strip);
    strip->text = text_create(fonts, join_lines(clean), style);
    strip->size_px = style->size_px > 0 ? style->size_px : size_for(strip->text, zone.h);
    strip->height = zone.h;
    strip->tile_max = tile_max;
    strip->overhang = strip->size_px / 3 + style->outline_px + 1;
    struct text_line_extent extent = text_line_extent(strip->text, strip->size_px);
    strip->baseline = (zone.h - extent.height) / 2 + extent.baseline;
    return strip;
}

void text_strip_destroy(struct text_strip **strip) {
    struct text_strip *s = *strip;
    *strip = NULL;
    if (s != NULL) {
        text_destroy(&s->text);
        free(s->tiles);
        free(s);
    }
}

/* End of the word at `from` with the spaces after it. */
static int word_end(const struct text *text, int from) {
    int limit = from + WORD_MAX < text->count ? from + WORD_MAX : text->count;
    while (from < limit && !text->clusters[from].is_space) {
        from++;
    }
    while (from < limit && text->clusters[from].is_space) {
        from++;
    }
    return from;
}

/* The most clusters of a word that is too wide, at least one. */
static int cut_word(const struct text_strip *strip, int from, int to) {
    int low = from + 1, high = to;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (text_width(strip->text, from, middle, strip->size_px) <= strip->tile_max) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

static struct text_tile take_tile(const struct text_strip *strip, int from) {
    struct text_tile tile = {from, from, 0, strip->width};
    while (tile.to < strip->text->count) {
        int end = word_end(strip->text, tile.to);
        int width = text_width(strip->text, from, end, strip->size_px);
        if (width > strip->tile_max && tile.to > from) {
            return tile;
        }
        if (width > strip->tile_max) {
            tile.to = cut_word(strip, from, end);
            tile.width = text_width(strip->text, from, tile.to, strip->size_px);
            return tile;
        }
        tile.to = end;
        tile.width = width;
    }
    return tile;
}

bool text_strip_measure(struct text_strip *strip, int tiles) {
    for (int i = 0; i < tiles && strip->measured < strip->text->count; i++) {
        struct text_tile tile = take_tile(strip, strip->measured);
        strip->tiles =
            mem_resize(strip->tiles, (size_t)strip->tile_count + 1, sizeof *strip->tiles);
        strip->tiles[strip->tile_count++] = tile;
        strip->width += tile.width;
        strip->measured = tile.to;
    }
    return strip->measured >= strip->text->count;
}

struct frame *text_strip_draw(const struct text_strip *strip, int tile) {
    const struct text_tile *t = &strip->tiles[tile];
    struct frame *frame = text_clear_frame(t->width + 2 * strip->overhang, strip->height);
    if (frame != NULL) {
        text_draw_line(strip->text, t->from, t->to, strip->size_px, frame, strip->overhang,
                       strip->baseline);
    }
    return frame;
}
