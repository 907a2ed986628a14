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
 * one item for one stretch of time. */
#ifndef LEDSIGN_MODEL_SCHEDULE_H
#define LEDSIGN_MODEL_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/flick.h"
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
    const struct item *message; /* an emergency message, above everything in every zone; or NULL */
    flick_t message_since;
    flick_t message_until;
};

/* One item for one stretch of time in one zone: [started, until). */
struct showing {
    const struct item *item;   /* NULL: nothing, the background */
    const struct entry *entry; /* NULL: the zone's fallback (or a message) */
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

#endif
