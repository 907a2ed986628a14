/* schedule_timeline.h: a segment in its place: its programme, when that really begins (end =
 * "finish" moves it), and what still runs from the segment before. Private to schedule*.c. */
#ifndef LEDSIGN_MODEL_SCHEDULE_TIMELINE_H
#define LEDSIGN_MODEL_SCHEDULE_TIMELINE_H

#include "model/schedule_programme.h"

/* The unfinished item of an earlier segment; nothing when item == NULL. */
struct overrun {
    const struct item *item;
    const struct entry *entry;
    flick_t started;
    flick_t until;
    flick_t segment_started;
};

struct timeline {
    struct programme programme;
    enum programme_kind kind;
    flick_t anchor;          /* where loop 0 begins */
    flick_t segment_started; /* FLICK_ALWAYS: no start, the anchor is the epoch */
    flick_t segment_until;   /* after its own unfinished item */
    struct overrun overrun;
    uint64_t used; /* 0: empty */
};

void timeline_init(struct timeline *timeline, const struct model *model, const struct zone *zone,
                   enum programme_kind kind, flick_t t);
void timeline_finish(struct timeline *timeline);

#endif
