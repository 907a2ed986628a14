#include "media/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/str.h"
#include "gfx/frame.h"
#include "media/font.h"
#include "model/model.h"

#define CLUSTER_POINTS_MAX 32   /* code points of one cluster; the rest begins another */
#define RUN_BYTES_MAX      1024 /* drawn at a time */
#define REPLACEMENT        0xfffd

/* --- Cleaning and clusters --------------------------------------------------------------- */

static void add_point(struct str *s, utf8proc_int32_t point) {
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t length = utf8proc_encode_char(point, bytes);
    str_add_bytes(s, (const char *)bytes, (size_t)length);
}

static bool is_control(utf8proc_int32_t point) {
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0xfeff;
}

/* Reads one code point; broken bytes are one replacement each. */
static size_t read_point(const char *bytes, size_t length, utf8proc_int32_t *point) {
    utf8proc_ssize_t step =
        utf8proc_iterate((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)length, point);
    if (step < 1) {
        *point = REPLACEMENT;
        return 1;
    }
    return (size_t)step;
}

char *text_clean(const char *bytes, size_t length) {
    struct str clean = {0};
    str_add(&clean, "");
    for (size_t at = 0; at < length && clean.length < TEXT_BYTES_MAX;) {
        utf8proc_int32_t point;
        at += read_point(bytes + at, length - at, &point);
        if (point == '\n' || point == 0x2028 || point == 0x2029) {
            add_point(&clean, '\n');
        } else if (point == '\t') {
            add_point(&clean, ' ');
        } else if (!is_control(point)) {
            add_point(&clean, point);
        }
    }
    utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)str_text(&clean));
    if (composed == NULL) {
        return str_take(&clean);
    }
    str_finish(&clean);
    return (char *)composed;
}

struct text *text_create(struct fonts *fonts, char *clean, const struct text_style *style) {
    struct text *text = mem_zero(1, sizeof *text);
    size_t length = strlen(clean);
    *text = (struct text){.fonts = fonts, .bytes = clean, .style = style};
    text->clusters = mem_zero(length + 1, sizeof *text->clusters);
    text->face = font_for_cluster(fonts, style->font, NULL, 0);
    utf8proc_int32_t state = 0, points[CLUSTER_POINTS_MAX], previous = 0;
    int count = 0;
    for (size_t at = 0; at < length;) {
        utf8proc_int32_t point;
        size_t step = read_point(clean + at, length - at, &point);
        bool begins = count == 0 || count == CLUSTER_POINTS_MAX ||
                      utf8proc_grapheme_break_stateful(previous, point, &state);
        struct text_cluster *cluster = &text->clusters[begins ? text->count : text->count - 1];
        if (begins) {
            *cluster = (struct text_cluster){.at = (int)at};
            cluster->is_newline = point == '\n';
            cluster->is_space = point == ' ' || point == 0x3000 || point == '\n';
            text->count++;
            count = 0;
        }
        points[count++] = point;
        cluster->length += (int)step;
        previous = point;
        at += step;
        utf8proc_int32_t next = 0, ignored = state;
        bool ends = at >= length || count == CLUSTER_POINTS_MAX ||
                    (read_point(clean + at, length - at, &next) > 0 &&
                     utf8proc_grapheme_break_stateful(previous, next, &ignored));
        if (ends && cluster->is_space) {
            cluster->face = text->face; /* a space never changes the font */
        } else if (ends) {
            cluster->face = font_for_cluster(fonts, style->font, points, count);
        }
    }
    return text;
}

void text_destroy(struct text **text) {
    struct text *t = *text;
    *text = NULL;
    if (t != NULL) {
        free(t->bytes);
        free(t->clusters);
        free(t);
    }
}

/* --- Runs -------------------------------------------------------------------------------- */

/* Copies the bytes of the longest run of one face that begins at `from` and ends before `to`;
 * returns the cluster after it. */
static int take_run(const struct text *text, int from, int to, char bytes[RUN_BYTES_MAX]) {
    const struct text_cluster *clusters = text->clusters;
    int length = 0, next = from;
    while (next < to && clusters[next].face == clusters[from].face &&
           length + clusters[next].length < RUN_BYTES_MAX) {
        if (!clusters[next].is_newline) {
            memcpy(bytes + length, text->bytes + clusters[next].at, (size_t)clusters[next].length);
            length += clusters[next].length;
        }
        next++;
    }
    bytes[length] = '\0';
    return next > from ? next : from + 1;
}

int text_width(const struct text *text, int from, int to, int size_px) {
    char bytes[RUN_BYTES_MAX];
    int width = 0;
    while (from < to) {
        int face = text->clusters[from].face;
        from = take_run(text, from, to, bytes);
        width += font_advance(text->fonts, face, size_px, bytes);
    }
    return width;
}

struct text_line_extent text_line_extent(const struct text *text, int size_px) {
    struct font_extent e = font_extent(text->fonts, text->face, size_px);
    int outline = text->style->outline_px;
    int slack = e.line - e.above - e.below;
    slack = slack > 0 ? slack : 0;
    /* Marks are stacked above: two thirds of the room that is left go there. */
    return (struct text_line_extent){e.above + e.below + slack + 2 * outline,
                                     e.above + (2 * slack + 2) / 3 + outline};
}

/* --- Drawing ----------------------------------------------------------------------------- */

static int divide_255(int x) {
    return (x + 128 + ((x + 128) >> 8)) >> 8;
}

/* Source over destination, both premultiplied; coverage scales the colour. */
static void blend_pixel(uint8_t *to, const uint8_t premultiplied[4], int coverage) {
    int alpha = divide_255(premultiplied[3] * coverage);
    for (int c = 0; c < 4; c++) {
        int value = divide_255(premultiplied[c] * coverage) + divide_255(to[c] * (255 - alpha));
        to[c] = (uint8_t)(value > 255 ? 255 : value);
    }
}

static void blend_run(struct frame *frame, const struct font_run *run, int x, int y,
                      struct color color) {
    uint8_t premultiplied[4] = {(uint8_t)divide_255(color.b * color.a),
                                (uint8_t)divide_255(color.g * color.a),
                                (uint8_t)divide_255(color.r * color.a), color.a};
    struct rect on_frame = rect_intersect((struct rect){x, y, run->width, run->height},
                                          (struct rect){0, 0, frame->width, frame->height});
    for (int row = on_frame.y; row < on_frame.y + on_frame.h; row++) {
        const uint8_t *coverage = run->coverage + (ptrdiff_t)(row - y) * run->width - x;
        uint8_t *to = frame->plane[0] + (ptrdiff_t)row * frame->stride[0];
        for (int column = on_frame.x; column < on_frame.x + on_frame.w; column++) {
            if (coverage[column] != 0) {
                blend_pixel(to + 4 * (ptrdiff_t)column, premultiplied, coverage[column]);
            }
        }
    }
}

/* One pass over the line: the outline of everything before the fill of anything. */
static void draw_pass(const struct text *text, int from, int to, int size_px, int outline_px,
                      struct color color, struct frame *frame, int x, int baseline) {
    char bytes[RUN_BYTES_MAX];
    while (from < to) {
        int face = text->clusters[from].face;
        struct font_run run;
        from = take_run(text, from, to, bytes);
        if (font_draw(text->fonts, face, size_px, outline_px, bytes, &run)) {
            blend_run(frame, &run, x + run.left, baseline - run.above, color);
        }
        free(run.coverage);
        x += font_advance(text->fonts, face, size_px, bytes);
    }
}

void text_draw_line(const struct text *text, int from, int to, int size_px, struct frame *frame,
                    int x, int baseline) {
    const struct text_style *style = text->style;
    if (style->outline_px > 0) {
        draw_pass(text, from, to, size_px, style->outline_px, style->outline_color, frame, x,
                  baseline);
    }
    draw_pass(text, from, to, size_px, 0, style->color, frame, x, baseline);
}

struct frame *text_clear_frame(int width, int height) {
    struct frame *frame = frame_create(FRAME_BGRA, width, height);
    if (frame != NULL) {
        memset(frame->plane[0], 0, (size_t)frame->stride[0] * (size_t)height);
    }
    return frame;
}
