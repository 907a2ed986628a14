#include "model/schedule_timeline.h"

#define WEEK (INT64_C(7) * 86400 * FLICKS_PER_SECOND)
/* The epoch was a Thursday. */
#define FIRST_MONDAY (INT64_C(4) * 86400 * FLICKS_PER_SECOND)

static bool same_week(flick_t a, flick_t b) {
    return flick_floor_div(a - FIRST_MONDAY, WEEK) == flick_floor_div(b - FIRST_MONDAY, WEEK);
}

/* When the segment really ends; *last is filled when that is later than its nominal end. */
static flick_t real_end(struct programme *programme, flick_t anchor, struct overrun *last) {
    struct position position;
    if (!programme->finishes || programme->until == FLICK_NEVER ||
        !programme_locate(programme, anchor, programme->until - 1, &position)) {
        return programme->until;
    }
    const struct slot *slot = &programme->slots.list[position.index];
    if (slot->item == NULL || slot->entry == NULL || slot->entry->end != END_FINISH ||
        position.until <= programme->until) {
        return programme->until;
    }
    *last = (struct overrun){slot->item, slot->entry, position.started, position.until,
                             programme->started == FLICK_ALWAYS ? FLICK_ALWAYS : anchor};
    return position.until;
}

static void find_anchor(const struct programme *programme, bool with_overrun, flick_t *anchor,
                        struct overrun *overrun);

/* What `before` leaves unfinished, its own start counted from its week's anchor. */
static void overrun_of(struct programme *before, struct overrun *overrun) {
    flick_t anchor;
    find_anchor(before, false, &anchor, overrun);
    if (overrun->until <= before->until) {
        *overrun = (struct overrun){0};
        real_end(before, anchor, overrun);
    }
}

static void replace(struct programme *programme, struct programme *by) {
    programme_finish(programme);
    *programme = *by;
    *by = (struct programme){0};
}

static bool is_week_start(const struct programme *before, const struct programme *programme) {
    return before->started != FLICK_ALWAYS && !same_week(before->started, programme->started);
}

/* How far an unfinished item can reach; 0 when nothing in the zone finishes. */
static flick_t longest_overrun(const struct model *model, const struct zone *zone) {
    flick_t longest = 0;
    bool finishes = false;
    for (size_t i = 0; i < model->entry_count; i++) {
        const struct entry *entry = &model->entries[i];
        finishes = finishes || (entry->zone == zone && entry->end == END_FINISH);
    }
    for (size_t i = 0; finishes && i < model->item_count; i++) {
        longest = model->items[i].duration > longest ? model->items[i].duration : longest;
    }
    return longest;
}

/* Whether nothing unfinished can come out of this segment, not even from earlier ones. */
static bool is_clean(const struct programme *before, flick_t longest) {
    return !before->finishes &&
           (before->started == FLICK_ALWAYS || before->until - before->started >= longest);
}

/* Goes back from `root` to the segment at which its chain of unfinished segments is anchored. What
 * runs into that one from the week before is seen, but moves nothing: else it would not be an
 * anchor. */
static void find_root(struct programme *root, flick_t longest, bool with_overrun,
                      struct overrun *overrun) {
    while (root->started != FLICK_ALWAYS) {
        struct programme before;
        programme_init(&before, root->model, root->zone, PROGRAMME_SEGMENT, root->started - 1);
        bool clean = is_clean(&before, longest);
        if (clean || is_week_start(&before, root)) {
            if (!clean && with_overrun) {
                overrun_of(&before, overrun);
            }
            programme_finish(&before);
            return;
        }
        replace(root, &before);
    }
}

/* Plays the chain forward from its anchor to the segment that is wanted, unless an unfinished item
 * covers that one wholly. */
static void follow(struct programme *at, const struct programme *wanted, flick_t *anchor,
                   struct overrun *overrun) {
    flick_t start = at->started == FLICK_ALWAYS ? 0 : at->started;
    while (at->started < wanted->started) {
        flick_t end = real_end(at, start, overrun);
        if (end >= wanted->until) {
            return;
        }
        struct programme next;
        programme_init(&next, at->model, at->zone, PROGRAMME_SEGMENT, end);
        replace(at, &next);
        start = end;
    }
    *anchor = start;
}

static void find_anchor(const struct programme *programme, bool with_overrun, flick_t *anchor,
                        struct overrun *overrun) {
    *anchor = programme->started == FLICK_ALWAYS ? 0 : programme->started;
    flick_t longest = longest_overrun(programme->model, programme->zone);
    if (programme->started == FLICK_ALWAYS || longest == 0) {
        return;
    }
    struct programme before;
    struct overrun week = {0};
    programme_init(&before, programme->model, programme->zone, PROGRAMME_SEGMENT,
                   programme->started - 1);
    bool clean = is_clean(&before, longest);
    if (!clean && is_week_start(&before, programme)) {
        if (with_overrun) {
            overrun_of(&before, &week);
        }
    } else if (!clean) {
        find_root(&before, longest, with_overrun, &week);
        follow(&before, programme, anchor, overrun);
    }
    programme_finish(&before);
    if (week.until > programme->started) {
        *overrun = week;
    }
    if (overrun->until <= programme->started) {
        *overrun = (struct overrun){0};
    }
}

void timeline_init(struct timeline *timeline, const struct model *model, const struct zone *zone,
                   enum programme_kind kind, flick_t t) {
    *timeline = (struct timeline){.kind = kind};
    programme_init(&timeline->programme, model, zone, kind, t);
    struct programme *programme = &timeline->programme;
    if (kind == PROGRAMME_SEGMENT) {
        find_anchor(programme, true, &timeline->anchor, &timeline->overrun);
    }
    struct overrun ignored = {0};
    timeline->segment_started =
        programme->started == FLICK_ALWAYS ? FLICK_ALWAYS : timeline->anchor;
    if (timeline->overrun.item != NULL && timeline->overrun.until > timeline->segment_started) {
        timeline->segment_started = timeline->overrun.until;
    }
    timeline->segment_until = programme->until;
    if (kind == PROGRAMME_SEGMENT) {
        timeline->segment_until = real_end(programme, timeline->anchor, &ignored);
    }
}

void timeline_finish(struct timeline *timeline) {
    programme_finish(&timeline->programme);
    *timeline = (struct timeline){0};
}
