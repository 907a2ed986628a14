/* hours.h: the `when` language: OpenStreetMap's opening_hours.
 *
 * https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification is the definition, the
 * reference implementation opening_hours.js is the judge. Parsing makes an immutable expression in
 * the caller's arena; evaluating is pure: (expression, place, instant) -> open or closed, since
 * when and until when. Intervals are half open, days begin at local midnight and have 23, 24 or 25
 * hours. A time span that passes midnight belongs to the day on which it starts.
 *
 * Called by config.c (parse), schedule.c, check.c and `ledsign when`; any thread. */
#ifndef LEDSIGN_MODEL_HOURS_H
#define LEDSIGN_MODEL_HOURS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/flick.h"

struct arena;
struct hours;
struct holidays;
struct timezone_;

#define HOURS_TEXT_MAX 4096 /* bytes of one expression */

/* What an expression is evaluated against. All borrowed. */
struct hours_place {
    const struct timezone_ *timezone;
    bool has_location;               /* without it, sun times are a mistake: hours_needs_location */
    double latitude;                 /* degrees north */
    double longitude;                /* degrees east */
    const struct holidays *holidays; /* NULL: PH and SH never match */
};

/* A mistake or a warning about an expression. */
struct hours_problem {
    int column;                          /* 1-based, in bytes */
    char text[240];                      /* one clause: "“Mon” is not a weekday" */
    char suggestion[HOURS_TEXT_MAX + 8]; /* what to write instead; "" when unknown */
};

/* NULL with *problem filled when the text is not in the language or cannot mean anything on a
 * screen (`unknown`). `canonical`, when not NULL, receives the canonical spelling (arena), so that
 * the caller can warn where it differs from what was written. */
struct hours *hours_parse(struct arena *arena, const char *text, struct hours_problem *problem,
                          const char **canonical);

/* It names sunrise, sunset, dawn or dusk, which mean nothing without a place. */
bool hours_needs_location(const struct hours *hours);

/* The longest stretch around t in which the state does not change; [since, until). FLICK_ALWAYS and
 * FLICK_NEVER where it never changes. Exact: the same answer for every t of the stretch. */
struct hours_span {
    flick_t since;
    flick_t until;
    bool open;
};
struct hours_span hours_span_at(const struct hours *hours, const struct hours_place *place,
                                flick_t t);

/* Writes the open intervals that meet [from, to) to out, sorted, disjoint, not touching, clipped to
 * [from, to); returns how many there are, which may be more than `max`. */
struct hours_interval {
    flick_t start;
    flick_t end;
};
size_t hours_intervals(const struct hours *hours, const struct hours_place *place, flick_t from,
                       flick_t to, struct hours_interval *out, size_t max);

/* Adds a plain English sentence: "open on Monday to Friday from 06:00 to 22:00; but closed on
 * public holidays". */
struct str;
void hours_explain(const struct hours *hours, struct str *out);

/* The dates behind PH and SH. A date is "2026-09-02", a range "2026-09-02..2026-09-04", yearless
 * "09-02" or "09-02..09-04". false with *why (borrowed clause) when the text is not a date. */
struct holidays *holidays_create(struct arena *arena);
bool holidays_add(struct holidays *holidays, bool school, const char *text, const char *name,
                  const char **why);

#endif
