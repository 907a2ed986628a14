/* text.h: text as finished frames: cleaned, broken into lines, drawn.
 *
 * The unit is the grapheme cluster (Unicode UAX 29, by utf8proc): a letter with all its marks is
 * never torn apart, neither by a line's end nor by a change of font. Text is composed (NFC) first,
 * so that both ways of writing Vietnamese look the same. Neighbouring clusters of one font are
 * drawn as one run, shaped by HarfBuzz inside SDL2_ttf. Runs are placed from left to right;
 * in a right-to-left
 * script each word is right, but the words are not put in order (no bidirectional algorithm).
 *
 * Frames are premultiplied FRAME_BGRA, blended in sRGB as SDL does. All functions run on the thread
 * that owns the fonts (the picture worker). */
#ifndef LEDSIGN_MEDIA_TEXT_H
#define LEDSIGN_MEDIA_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/rect.h"

struct fonts;
struct frame;
struct text_style;

#define TEXT_BYTES_MAX (256 * 1024) /* longer text is cut off there */

/* Well-formed, composed, lines ended by \n, tabs as spaces, other control characters left out;
 * broken bytes become U+FFFD. The caller frees it. */
char *text_clean(const char *bytes, size_t length);

/* A cluster of a text. */
struct text_cluster {
    int at; /* byte offset */
    int length;
    int face;        /* font.h; -1: none */
    bool is_space;   /* a line may end here */
    bool is_newline; /* a line ends here */
};

struct text {
    struct fonts *fonts; /* borrowed */
    char *bytes;
    struct text_cluster *clusters;
    int count;
    int face;                       /* the style's own */
    struct text_style const *style; /* borrowed */
};

/* Takes over `clean`. */
struct text *text_create(struct fonts *fonts, char *clean, const struct text_style *style);
void text_destroy(struct text **text);

/* Width of the clusters [from, to) at an em height, in pixels. */
int text_width(const struct text *text, int from, int to, int size_px);

/* Draws the clusters [from, to) with outline and fill into a frame; (x, baseline) is the pen. What
 * lies outside the frame is cut off. */
void text_draw_line(const struct text *text, int from, int to, int size_px, struct frame *frame,
                    int x, int baseline);

/* Extent of a line at that size, the outline included. */
struct text_line_extent {
    int height;
    int baseline; /* from the line's top */
};
struct text_line_extent text_line_extent(const struct text *text, int size_px);

/* A frame to draw into: all clear. NULL when memory is short. */
struct frame *text_clear_frame(int width, int height);

/* The text in lines, aligned, centred vertically, at style->size_px or, when that is 0, as large as
 * fits. Too much text is cut off at the bottom. *place: where the frame goes in the zone. NULL when
 * there is nothing to be seen or memory is short. */
struct frame *text_draw_box(const struct text *text, struct size zone, struct rect *place);

#endif
