/* check.h: what is written correctly and yet probably not meant, for `ledsign check`.
 *
 * Looks at a frozen model over the year that follows `now`: lines of the schedule that never play
 * or are always beaten, times that are left to the fallback, items that never come or never end,
 * media that is too much for small boards, characters without a glyph. Each finding is a warning of
 * the table in problem_table.c. Pure but for the fonts, which the caller asks on behalf of this
 * layer. A fraction of a second for sites of normal size; for very large ones, the stretch that is
 * looked at becomes shorter instead. Any thread. */
#ifndef LEDSIGN_MODEL_CHECK_H
#define LEDSIGN_MODEL_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"
#include "model/problem.h"

struct check_fonts {
    void *context;
    /* Code points of what the text or clock item shows that no font can draw, at most `max`. */
    size_t (*missing)(void *context, const struct item *item, int32_t *points, size_t max);
    bool (*is_known)(void *context, const char *font);
};

/* Adds warnings and sorts all problems anew. `fonts` NULL: texts are not looked at. */
void check_model(const struct model *model, flick_t now, const struct check_fonts *fonts,
                 struct problems *problems);

#endif
