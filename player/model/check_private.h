/* check_private.h: what the parts of check share. Private to check*.c. */
#ifndef LEDSIGN_MODEL_CHECK_PRIVATE_H
#define LEDSIGN_MODEL_CHECK_PRIVATE_H

#include "base/str.h"
#include "model/check.h"
#include "model/hours.h"

/* A set of instants: sorted, disjoint, not touching intervals. Starts as {0}. */
struct spans {
    struct hours_interval *list; /* owned */
    size_t count;
    size_t capacity;
};
void spans_add(struct spans *spans, flick_t start, flick_t end); /* start >= that of the last */
void spans_finish(struct spans *spans);
struct spans spans_intersect(const struct spans *a, const struct spans *b);
struct spans spans_subtract(const struct spans *a, const struct spans *b);
void spans_unite(struct spans *into, const struct spans *other);
flick_t spans_longest(const struct spans *spans);

/* What was found out about a line of the schedule, by its index. */
struct entry_facts {
    bool opens;             /* from now on, within the stretch */
    struct spans wins;      /* when it is on, from a day before now */
    const struct entry *by; /* one that beats it */
    const struct entry *mixes_with;
    flick_t mixes_from, mixes_until;
};

/* About an item, by its index. */
struct item_facts {
    bool reached;  /* its playlist is on at some time */
    bool plays;    /* and its own `when` is open then */
    bool finishes; /* some line lets it play to its end */
    bool alone;    /* it has a programme to itself */
    flick_t longest;
    const struct zone *zone;     /* the largest in which it is shown */
    struct hours_interval empty; /* nested: first time at which there is nothing in it */
};

struct check {
    const struct model *model;
    const struct check_fonts *fonts;
    struct problems *problems;
    struct hours_place place;
    flick_t now;
    flick_t from; /* a day before now, so that the stretch of today counts whole */
    flick_t to;
    int64_t budget; /* of steps; when it is used up, what is left is not looked at */
    struct entry_facts *entries;
    struct item_facts *items;
};

/* The instants of [from, to) at which the expression is open. */
struct spans check_open(struct check *check, const struct hours *when);

/* The zone's lines against each other; returns until when they were looked at. */
flick_t check_zone(struct check *check, const struct zone *zone);
void check_entries(struct check *check);

/* Follows a playlist through its items while it is on at `spans`; returns the instants at which
 * something of it is shown. `entry` is NULL for a fallback. */
struct spans check_follow(struct check *check, const struct zone *zone, const struct entry *entry,
                          const struct playlist *playlist, const struct spans *spans);
void check_items(struct check *check);
void check_playlists(struct check *check);

void check_media(struct check *check);
void check_texts(struct check *check);

void check_warn(struct check *check, enum warning_number number, struct where where,
                const char *suggestion, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* "2026-09-12 06:00" by the screen's clock. */
#define CHECK_TIME_SIZE 48
const char *check_time(const struct check *check, flick_t t, char text[CHECK_TIME_SIZE]);

#endif
