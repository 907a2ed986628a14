/* plan_table.h: what plays when, as rows, and why; what `ledsign plan` prints in its formats.
 *
 * Made of nothing but schedule_zone_at, so it cannot differ from what is played. */
#ifndef LEDSIGN_MODEL_PLAN_TABLE_H
#define LEDSIGN_MODEL_PLAN_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "model/schedule.h"

#define PLAN_ROWS_MAX 500000 /* of one table */

/* One programme, or one item, in one zone: [start, end), clipped to the table's stretch. */
struct plan_row {
    const struct zone *zone;
    flick_t start;
    flick_t end;
    char *label;             /* owned: names of the playlists, joined by " + " */
    const struct item *item; /* in tables of items; may be NULL there too */
    bool is_fallback;
    bool is_empty; /* nothing but the background */
};

struct plan_table {
    const struct model *model;
    flick_t from;
    flick_t to;
    struct plan_row *rows; /* by zone, then time */
    size_t count;
    bool truncated; /* PLAN_ROWS_MAX was reached */
};

void plan_table_init(struct plan_table *table, const struct model *model, flick_t from, flick_t to,
                     bool items);
void plan_table_finish(struct plan_table *table);

/* Each adds a whole document to `out`. */
void plan_text(const struct plan_table *table, struct str *out);
void plan_json(const struct plan_table *table, struct str *out);
void plan_ics(const struct plan_table *table, flick_t stamp, struct str *out); /* RFC 5545 */
void plan_html(const struct plan_table *table, struct str *out);

/* What each zone shows at t, since when, until when and what comes next; with `why` each entry of
 * the schedule with what it won or lost by, until when, and what would have to change. */
void plan_moment(const struct model *model, flick_t t, bool why, struct str *out);

/* "2026-09-12 06:00:00" by the screen's clock; "always" and "no end" for the ends of time. */
void plan_time(const struct model *model, flick_t t, struct str *out);
const char *plan_item_title(const struct item *item); /* never NULL */

#endif
