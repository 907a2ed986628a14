/* text_box.c: lines of text in a zone: where they end, how large they are, where they stand. */
#include <stdlib.h>

#include "base/str.h"
#include "gfx/frame.h"
#include "media/font.h"
#include "media/text.h"
#include "model/model.h"

#define AUTO_MARGIN_PART 24 /* text that fills the zone leaves 1/24 of its shorter side free */

struct line {
    int from; /* clusters [from, to) */
    int to;
    int width;
};

struct lines {
    struct line *items;
    int count;
    int max;     /* as many as the zone is high, and one that tells that there are too many */
    bool splits; /* a word did not fit into a line */
};

/* End of the word that begins at `from`. */
static int word_end(const struct text *text, int from) {
    while (from < text->count && !text->clusters[from].is_space) {
        from++;
    }
    return from;
}

static int skip_spaces(const struct text *text, int from) {
    while (from < text->count && text->clusters[from].is_space &&
           !text->clusters[from].is_newline) {
        from++;
    }
    return from;
}

/* The most clusters of [from, to) that fit into the width, at least one. */
static int fit_clusters(const struct text *text, int from, int to, int size_px, int width) {
    int low = from + 1, high = to;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (text_width(text, from, middle, size_px) <= width) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/* The line that begins at `from`: as many words as fit, or a piece of one that is too long. */
static struct line take_line(const struct text *text, int from, int size_px, int width,
                             bool *splits) {
    struct line line = {from, from, 0};
    for (int at = from; at < text->count && !text->clusters[at].is_newline;) {
        int end = word_end(text, at);
        int with_word = text_width(text, from, end, size_px);
        if (with_word > width && line.to > from) {
            return line;
        }
        if (with_word > width) {
            *splits = true;
            line.to = fit_clusters(text, from, end, size_px, width);
            line.width = text_width(text, from, line.to, size_px);
            return line;
        }
        line = (struct line){from, end, with_word};
        at = skip_spaces(text, end);
    }
    return line;
}

/* Where the text goes on after a line. */
static int after_line(const struct text *text, const struct line *line) {
    int next = skip_spaces(text, line->to);
    bool at_newline = next < text->count && text->clusters[next].is_newline;
    return at_newline ? next + 1 : next;
}

static void break_lines(const struct text *text, int size_px, int width, struct lines *lines) {
    lines->count = 0;
    lines->splits = false;
    for (int from = 0; from < text->count && lines->count < lines->max;) {
        struct line line = take_line(text, from, size_px, width, &lines->splits);
        lines->items[lines->count++] = line;
        from = after_line(text, &line);
    }
}

static bool fits(const struct text *text, int size_px, struct size box, struct lines *lines) {
    int height = text_line_extent(text, size_px).height;
    lines->max = box.h / height + 1;
    break_lines(text, size_px, box.w, lines);
    return lines->count * height <= box.h && !lines->splits;
}

/* The largest size at which all lines fit and no word is torn; FONT_SIZE_MIN if none. */
static int largest_size(const struct text *text, struct size box, struct lines *lines) {
    int low = FONT_SIZE_MIN, high = box.h < FONT_SIZE_MAX ? box.h : FONT_SIZE_MAX;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (fits(text, middle, box, lines)) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

static int line_x(const struct line *line, enum align align, int left, int width) {
    int slack = width - line->width;
    return align == ALIGN_LEFT ? left : align == ALIGN_RIGHT ? left + slack : left + slack / 2;
}

static struct frame *draw_lines(const struct text *text, const struct lines *lines, int size_px,
                                int margin, struct size zone, struct rect *place) {
    struct text_line_extent extent = text_line_extent(text, size_px);
    int height = lines->count * extent.height;
    int y = height < zone.h ? (zone.h - height) / 2 : 0;
    *place = (struct rect){0, y, zone.w, height < zone.h ? height : zone.h};
    struct frame *frame = text_clear_frame(place->w, place->h);
    for (int i = 0; frame != NULL && i < lines->count; i++) {
        const struct line *line = &lines->items[i];
        text_draw_line(text, line->from, line->to, size_px, frame,
                       line_x(line, text->style->align, margin, zone.w - 2 * margin),
                       i * extent.height + extent.baseline);
    }
    return frame;
}

struct frame *text_draw_box(const struct text *text, struct size zone, struct rect *place) {
    if (text->count == 0 || zone.w < 1 || zone.h < 1) {
        return NULL;
    }
    bool is_auto = text->style->size_px == 0;
    int shorter = zone.w < zone.h ? zone.w : zone.h;
    int margin = text->style->outline_px + (is_auto ? shorter / AUTO_MARGIN_PART : 0);
    struct size box = {zone.w - 2 * margin, zone.h - (is_auto ? 2 * margin : 0)};
    box.w = box.w > 0 ? box.w : 1;
    box.h = box.h > 0 ? box.h : 1;
    struct lines lines = {.items = mem_zero((size_t)zone.h + 2, sizeof *lines.items)};
    int size_px = is_auto ? largest_size(text, box, &lines) : text->style->size_px;
    fits(text, size_px, box, &lines);
    struct frame *frame =
        lines.count > 0 ? draw_lines(text, &lines, size_px, margin, zone, place) : NULL;
    free(lines.items);
    return frame;
}
