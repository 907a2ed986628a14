/* schedule.h: what each zone shows at an instant, since when, until when, and why.
 *
 * The one function that decides what is on screen: schedule_at(model, conditions, t). It is pure:
 * no clock, no I/O, no memory of what came before; the player asks it about now and about the next
 * seconds (that is all there is to preloading), `plan` about next week, `snapshot` about any
 * moment, and all get the same answer. docs/schedule.md states the rules for people.
 *
 * Terms: an *entry* is a line of the schedule. A *segment* is a stretch in which the winning
 * entries and their valid items stay the same. A *programme* is what a segment plays: the items of
 * the winning entries in file order, nested playlists unfolded, repeated in *loops*. A *showing* is
 * one item for one stretch of time.
 *
 * A segment begins and ends where a `when` flips that matters: of a winning entry, of an entry that
 * would win or join, of an item in a winning list (not inside a nested list that is itself shut).
 *
 * end = "finish": the last item plays to its end, the next segment begins then. As each such
 * segment begins where the one before ended, a chain of them would reach back for ever; it is
 * therefore anchored once a week: of the first segment of a week (from Monday 00:00 UTC) that
 * follows an unfinished item, the loop is counted from the nominal start, and what the unfinished
 * item covers of it is not seen.
 *
 * max_per_hour counts within a segment. Shares are met by the best whole numbers of showings. */
#ifndef LEDSIGN_MODEL_SCHEDULE_H
#define LEDSIGN_MODEL_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/flick.h"
#include "model/hours.h"
#include "model/model.h"

/* An item that could not be shown: from `since` its time is given to the next playable item of the
 * programme, until `retry`, from which on it is tried again at its next showing. */
struct failure {
    int item; /* index in model->items */
    flick_t since;
    flick_t retry;
};

/* Everything besides model and time that decides what is shown. Values; owned by the caller. */
struct conditions {
    const struct failure *failures; /* sorted by nothing; few */
    size_t failure_count;
};

/* One item for one stretch of time in one zone: [started, until). */
struct showing {
    const struct item *item;   /* NULL: nothing, the background */
    const struct entry *entry; /* NULL: the zone's fallback */
    flick_t started;           /* the instant at which the item is at its beginning */
    flick_t until;             /* FLICK_NEVER: no end in sight */
    int64_t loop;              /* number of the programme's loop, 0 first */
    int volume;                /* percent of full scale: screen x zone or entry x item */
    bool repeats;              /* the next showing is this item again, beginning at `until` */
};

struct zone_plan {
    const struct zone *zone;
    struct showing now;
    struct showing leaving; /* what `now` replaces, while its transition runs; else item == NULL */
    flick_t transition_until; /* valid while leaving.item != NULL */
    flick_t segment_started;  /* FLICK_ALWAYS: has no start, loops are anchored at the epoch */
    flick_t segment_until;    /* FLICK_NEVER: has no end */
};

struct plan {
    flick_t at;
    flick_t until; /* nothing of what the plan says (transitions aside) changes before this */
    struct zone_plan zones[MODEL_ZONES_MAX]; /* in z-order, one for each of the model's zones */
    size_t zone_count;
};

void schedule_at(const struct model *model, const struct conditions *conditions, flick_t t,
                 struct plan *plan);

/* The same for one zone; what schedule_at is made of, and what preloading asks for each next
 * showing. */
void schedule_zone_at(const struct model *model, const struct conditions *conditions,
                      const struct zone *zone, flick_t t, struct zone_plan *out);

/* The same again, faster, for whoever asks many times: the cache keeps programmes that it has
 * already unfolded. It belongs to the caller and one thread, holds on to the model by pointer (not
 * by reference), and never changes an answer. In the steady state no memory is allocated unless the
 * programme shuffles, or a segment begins. */
struct schedule_cache;
struct schedule_cache *schedule_cache_create(const struct model *model);
void schedule_cache_destroy(struct schedule_cache **cache); /* NULL is fine; leaves NULL */

void schedule_at_cached(struct schedule_cache *cache, const struct conditions *conditions,
                        flick_t t, struct plan *plan);
void schedule_zone_at_cached(struct schedule_cache *cache, const struct conditions *conditions,
                             const struct zone *zone, flick_t t, struct zone_plan *out);

/* What the model's `when`s are evaluated against; borrowed from the model. */
struct hours_place schedule_place(const struct model *model);
/* The stretch around t in which a `when` (NULL: always open) does not change. */
struct hours_span schedule_span_at(const struct model *model, const struct hours *when, flick_t t);

#endif
