/* schedule_programme.h: one segment of one zone, and the loop that it plays.
 *
 * Private to schedule*.c. A programme depends on the model, the zone and the segment alone, so it
 * may be kept and asked again as long as the model lives; nothing observable depends on whether it
 * was kept. Its boundaries are the instants at which a `when` that matters flips: those of the
 * winning entries, of shut entries that would win or join, and of the items in the winning lists.
 * What loses anyway does not matter, so it restarts nothing.
 *
 * Loops are numbered from 0 at the anchor; loop k consists of the showings whose `every` divides k.
 * The time before loop k is a sum of length * ceil(k / every), so any loop is found by bisection
 * and a thousand rounds drift by nothing. One loop at a time is unfolded in `slots`. */
#ifndef LEDSIGN_MODEL_SCHEDULE_PROGRAMME_H
#define LEDSIGN_MODEL_SCHEDULE_PROGRAMME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/flick.h"
#include "model/model.h"

/* One showing of a loop. */
struct slot {
    const struct item *item; /* NULL: a pause that max_per_hour forces; the fallback fills it */
    const struct entry *entry;
    int64_t every;
    int source;     /* 0: the base programme, else 1 + index in sources (share) */
    flick_t length; /* > 0 */
    flick_t offset; /* from the loop's start */
};

struct slots {
    struct slot *list;
    size_t count;
    size_t capacity;
};

/* All showings with the same `every`. */
struct every_group {
    int64_t every;
    flick_t length;
};

/* Whoever asked for a share: an item, or an entry with all its items. */
struct share_source {
    const struct item *item; /* NULL: the entry */
    const struct entry *entry;
    int64_t share;     /* thousandths of a percent, scaled to 100 % in all */
    flick_t length;    /* of one round through its showings */
    size_t slot_count; /* showings in one round */
    int64_t rounds;    /* in one loop */
};

enum programme_kind { PROGRAMME_SEGMENT, PROGRAMME_FALLBACK };

struct programme {
    const struct model *model;
    const struct zone *zone;
    flick_t started; /* nominal bounds of the segment */
    flick_t until;
    bool is_fallback; /* plays the zone's fallback */
    bool finishes;    /* some winner has end = "finish" */
    bool varies;      /* loops differ: shuffle or every */
    bool truncated;   /* more showings than MODEL_PROGRAMME_MAX */
    const struct entry **winners;
    size_t winner_count;
    unsigned char *item_state; /* of each of the model's items, see schedule_programme.c */
    int64_t *thin;             /* by item: extra `every` that max_per_hour forces */
    struct every_group *groups;
    size_t group_count;
    struct share_source *sources;
    size_t source_count;
    int64_t base_rounds;   /* base loops in one loop; 1 without shares */
    flick_t shared_length; /* showings with a share, in one loop */
    flick_t pause;         /* at the end of each loop, forced by max_per_hour */

    int64_t loop; /* what `slots` holds */
    flick_t loop_start;
    flick_t loop_end;
    struct slots slots;
};

/* Where an instant falls; times are absolute. */
struct position {
    size_t index; /* in slots */
    flick_t started;
    flick_t until;
};

/* Fills an empty (zeroed or finished) programme for the segment that holds t. */
void programme_init(struct programme *programme, const struct model *model, const struct zone *zone,
                    enum programme_kind kind, flick_t t);
void programme_finish(struct programme *programme);

/* Unfolds the loop that is on at t when loop 0 starts at `anchor`; false when nothing is in it. */
bool programme_locate(struct programme *programme, flick_t anchor, flick_t t,
                      struct position *position);

/* Whether t is in the loop that is unfolded, so that locating it costs nothing. */
bool programme_holds(const struct programme *programme, flick_t anchor, flick_t t);

/* schedule_unfold.c: appends one round of a playlist, nested ones included, in playing order and
 * whatever `every` says. `round` numbers the loop for shuffling. */
struct unfold {
    const struct programme *programme;
    const struct entry *entry;
    struct slots *out;
    bool truncated;
    bool shuffles; /* something was shuffled */
    size_t visits;
};
void unfold_playlist(struct unfold *unfold, const struct playlist *playlist, int64_t round);
bool programme_item_open(const struct programme *programme, const struct item *item);

void slots_add(struct slots *slots, const struct slot *slot);

/* schedule_share.c: how often each share plays in one loop, and the loop mixed from base showings
 * and shares, each spread evenly. */
void share_measure(struct programme *programme, const struct slots *round);
void share_mix(const struct programme *programme, const struct slots *base,
               const struct slots *shared, struct slots *out);

/* A stable order for spreading: showing `rank` of `count` before `other_rank` of `other_count` in a
 * loop; < 0, 0, > 0. */
int spread_compare(size_t rank, size_t count, size_t other_rank, size_t other_count);

#endif
