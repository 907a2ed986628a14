/* font.h: fonts by name, and another one for what a font has no glyph for.
 *
 * fontconfig finds the files: in the folders given first, then the system's. "Noto Sans Bold" is a
 * family and style words in any case; a name that nothing has gives the default family (the site is
 * told by `check`). SDL2_ttf draws. Glyphs that the named font lacks come from the font that
 * fontconfig ranks best among those that have them. Colour and bitmap fonts are left out: their
 * glyphs come in one size only.
 *
 * fonts_create and fonts_destroy: main thread, while no worker uses them. All else: one thread at a
 * time, the picture worker in a player. Fonts are trusted input: a site names fonts that its owner
 * has put there. */
#ifndef LEDSIGN_MEDIA_FONT_H
#define LEDSIGN_MEDIA_FONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fonts;
struct text_style;

#define FONT_SIZE_MIN 4
#define FONT_SIZE_MAX 2000

/* NULL when the libraries cannot start (logged). */
struct fonts *fonts_create(const char *const *folders, int folder_count);
void fonts_destroy(struct fonts **fonts);

/* Which of the faces for `name` (NULL: the default) draws the cluster of code points: the named one
 * when it has them all, else the best fallback, else the named one with its box. Numbers are good
 * as long as the fonts live; -1 when there is no font at all. */
int font_for_cluster(struct fonts *fonts, const char *name, const int32_t *points, int count);

/* Writes the code points of `text` that no font can draw to `missing` (at most max, each once) and
 * returns their number. For `check`. */
size_t font_missing_glyphs(struct fonts *fonts, const char *text, const struct text_style *style,
                           int32_t *missing, size_t max);

/* True when a font of that family is there, so that nothing else would be used in its place. */
bool font_is_known(struct fonts *fonts, const char *name);

/* Vertical extent of a face at an em height: above and below the baseline, both >= 0, and the
 * distance of lines, tall enough for the stacked marks of Vietnamese (15 % over the font's own). */
struct font_extent {
    int above;
    int below;
    int line;
};
struct font_extent font_extent(struct fonts *fonts, int face, int size_px);

/* Width by which a run of text in one face moves the pen. */
int font_advance(struct fonts *fonts, int face, int size_px, const char *text);

/* A drawn run: straight-alpha coverage as bytes, 255 = covered; (left, above) is the offset of its
 * corner from the pen on the baseline. The caller frees `coverage`. */
struct font_run {
    uint8_t *coverage;
    int width;
    int height;
    int left;
    int above;
};
/* `outline_px` > 0 draws the glyphs grown by that much. false when it cannot be drawn. */
bool font_draw(struct fonts *fonts, int face, int size_px, int outline_px, const char *text,
               struct font_run *run);

#endif
