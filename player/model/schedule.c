#include "model/schedule.h"

#include <stdlib.h>

#include "base/str.h"
#include "model/schedule_timeline.h"

/* Kept for each zone: now, what leaves, what comes next, each with the fallback below it. */
#define KEPT 6

struct schedule_cache {
    const struct model *model;
    struct timeline *timelines; /* KEPT for each zone */
    uint64_t uses;
};

/* One question, as it is passed down. */
struct ask {
    struct schedule_cache *cache;
    const struct conditions *conditions;
    const struct zone *zone;
    flick_t t;
};

/* What a slot's time is filled from: the slots after it, until `end`. */
struct stretch {
    const struct timeline *timeline;
    size_t index;
    flick_t start;
    flick_t end;
    const struct item *failed; /* not tried again before its next own showing */
};

static const struct conditions no_conditions;

struct schedule_cache *schedule_cache_create(const struct model *model) {
    struct schedule_cache *cache = mem_zero(1, sizeof *cache);
    cache->model = model;
    cache->timelines = mem_zero(model->zone_count * KEPT, sizeof *cache->timelines);
    return cache;
}

void schedule_cache_destroy(struct schedule_cache **cache) {
    if (*cache == NULL) {
        return;
    }
    for (size_t i = 0; i < (*cache)->model->zone_count * KEPT; i++) {
        timeline_finish(&(*cache)->timelines[i]);
    }
    free((*cache)->timelines);
    free(*cache);
    *cache = NULL;
}

static bool timeline_answers(const struct timeline *timeline, enum programme_kind kind, flick_t t) {
    return timeline->used != 0 && timeline->kind == kind && t >= timeline->programme.started &&
           t < timeline->programme.until;
}

static struct timeline *timeline_at(const struct ask *ask, enum programme_kind kind) {
    struct timeline *kept = &ask->cache->timelines[(size_t)ask->zone->index * KEPT];
    struct timeline *oldest = kept, *other_loop = NULL;
    for (size_t i = 0; i < KEPT; i++) {
        if (timeline_answers(&kept[i], kind, ask->t)) {
            if (kind == PROGRAMME_FALLBACK ||
                programme_holds(&kept[i].programme, kept[i].anchor, ask->t)) {
                kept[i].used = ++ask->cache->uses;
                return &kept[i];
            }
            other_loop =
                other_loop == NULL || kept[i].used < other_loop->used ? &kept[i] : other_loop;
        }
        oldest = kept[i].used < oldest->used ? &kept[i] : oldest;
    }
    /* Three loops of one segment are enough; the one asked for least recently goes on. */
    struct timeline *chosen = oldest;
    if (other_loop != NULL && oldest->used != 0) {
        chosen = other_loop;
    } else {
        timeline_finish(chosen);
        timeline_init(chosen, ask->cache->model, ask->zone, kind, ask->t);
    }
    chosen->used = ++ask->cache->uses;
    return chosen;
}

static int volume_of(const struct ask *ask, const struct item *item, const struct entry *entry) {
    int zone = entry != NULL && entry->volume >= 0 ? entry->volume : ask->zone->volume;
    int own = item != NULL ? item->volume : 0;
    return (int)((int64_t)ask->cache->model->screen.volume * zone * own / 10000);
}

static struct showing showing_of(const struct ask *ask, const struct item *item,
                                 const struct entry *entry, flick_t started, flick_t until) {
    return (struct showing){.item = item,
                            .entry = entry,
                            .started = started,
                            .until = until,
                            .volume = volume_of(ask, item, entry)};
}

/* The first instant in [from, until) at which the item is failed while it would show from `from`;
 * a failure lasts for the rest of the showing in which it happens. FLICK_NEVER: not in this one. */
static flick_t failure_in(const struct ask *ask, const struct item *item, flick_t from,
                          flick_t until) {
    flick_t first = FLICK_NEVER;
    for (size_t i = 0; i < ask->conditions->failure_count; i++) {
        const struct failure *failure = &ask->conditions->failures[i];
        if (failure->item == item->index && failure->since < until && failure->retry > from &&
            failure->retry > failure->since) {
            flick_t since = failure->since > from ? failure->since : from;
            first = since < first ? since : first;
        }
    }
    return first;
}

static flick_t next_change_of_failures(const struct ask *ask, flick_t after, flick_t until) {
    for (size_t i = 0; i < ask->conditions->failure_count; i++) {
        const struct failure *failure = &ask->conditions->failures[i];
        if (failure->since > after && failure->since < until) {
            until = failure->since;
        }
        if (failure->retry > after && failure->retry < until) {
            until = failure->retry;
        }
    }
    return until;
}

static bool is_playable(const struct ask *ask, const struct stretch *stretch,
                        const struct slot *slot, flick_t at) {
    return slot->item != NULL && slot->item != stretch->failed &&
           failure_in(ask, slot->item, at, at + 1) == FLICK_NEVER;
}

static flick_t playable_length(const struct ask *ask, const struct stretch *stretch, flick_t at) {
    const struct slots *slots = &stretch->timeline->programme.slots;
    flick_t sum = 0;
    for (size_t i = 0; i < slots->count; i++) {
        sum += is_playable(ask, stretch, &slots->list[i], at) ? slots->list[i].length : 0;
    }
    return sum;
}

static void show_fallback(const struct ask *ask, flick_t start, flick_t end, struct showing *out);

/* Gives a stretch of time to the playable slots that follow, one after another, round and round. */
static void give_away(const struct ask *ask, struct stretch stretch, struct showing *out) {
    const struct slots *slots = &stretch.timeline->programme.slots;
    flick_t at = stretch.start, steady_until = stretch.start;
    size_t index = stretch.index;
    for (;;) {
        if (at >= steady_until) {
            flick_t round = playable_length(ask, &stretch, at);
            steady_until = next_change_of_failures(ask, at, stretch.end);
            flick_t left = (ask->t < steady_until ? ask->t : steady_until) - at;
            at += round > 0 ? left / round * round : 0;
        }
        size_t step = 1;
        while (step <= slots->count &&
               !is_playable(ask, &stretch, &slots->list[(index + step) % slots->count], at)) {
            step++;
        }
        if (step > slots->count) {
            break;
        }
        index = (index + step) % slots->count;
        const struct slot *slot = &slots->list[index];
        flick_t until = stretch.end - at < slot->length ? stretch.end : at + slot->length;
        flick_t failed = failure_in(ask, slot->item, at, until);
        until = failed < until ? failed : until;
        if (ask->t < until) {
            *out = showing_of(ask, slot->item, slot->entry, at, until);
            return;
        }
        at = until;
    }
    if (stretch.timeline->programme.is_fallback) {
        *out = showing_of(ask, NULL, NULL, at, stretch.end);
    } else {
        show_fallback(ask, at, stretch.end, out);
    }
}

/* The slot itself, as far as it does not fail, then what its time is given to. */
static void show_slot(const struct ask *ask, const struct stretch *stretch, struct showing *out) {
    const struct slot *slot = &stretch->timeline->programme.slots.list[stretch->index];
    if (slot->item == NULL) {
        show_fallback(ask, stretch->start, stretch->end, out);
        return;
    }
    flick_t failed = failure_in(ask, slot->item, stretch->start, stretch->end);
    if (ask->t < failed) {
        flick_t until = failed < stretch->end ? failed : stretch->end;
        *out = showing_of(ask, slot->item, slot->entry, stretch->start, until);
        return;
    }
    struct stretch rest = *stretch;
    rest.start = failed;
    rest.failed = slot->item;
    flick_t nominal = stretch->timeline->programme.until;
    rest.end = rest.end > nominal && failed < nominal ? nominal : rest.end;
    give_away(ask, rest, out);
}

/* The zone's fallback from `start` to `end`, when nothing else can be shown. */
static void show_fallback(const struct ask *ask, flick_t start, flick_t end, struct showing *out) {
    *out = showing_of(ask, NULL, NULL, start, end);
    if (ask->zone->fallback == NULL) {
        return;
    }
    struct timeline *timeline = timeline_at(ask, PROGRAMME_FALLBACK);
    struct programme *programme = &timeline->programme;
    struct position position;
    struct stretch stretch = {.timeline = timeline};
    flick_t anchor = start > programme->started ? start : programme->started;
    out->started = anchor;
    out->until = end < programme->until ? end : programme->until;
    if (!programme_locate(programme, anchor, ask->t, &position)) {
        return;
    }
    stretch.index = position.index;
    stretch.start = position.started;
    stretch.end = position.until < out->until ? position.until : out->until;
    show_slot(ask, &stretch, out);
}

/* Whether the slot after this one is the same item. */
static bool comes_again(const struct programme *programme, size_t index) {
    const struct slots *slots = &programme->slots;
    const struct item *item = slots->list[index].item;
    if (index + 1 < slots->count || !programme->varies) {
        return slots->list[(index + 1) % slots->count].item == item;
    }
    for (size_t i = 0; i < slots->count; i++) {
        if (slots->list[i].item != item) {
            return false;
        }
    }
    return programme->group_count == 1;
}

static void show_segment(const struct ask *ask, struct timeline *timeline, struct zone_plan *out) {
    struct programme *programme = &timeline->programme;
    struct position position;
    if (!programme_locate(programme, timeline->anchor, ask->t, &position)) {
        out->now = showing_of(ask, NULL, NULL, timeline->segment_started, timeline->segment_until);
        return;
    }
    const struct slot *slot = &programme->slots.list[position.index];
    struct stretch stretch = {timeline, position.index, position.started, position.until, NULL};
    bool finishes = slot->entry != NULL && slot->entry->end == END_FINISH && slot->item != NULL;
    if (!finishes && stretch.end > programme->until) {
        stretch.end = programme->until;
    }
    out->now.loop = programme->loop;
    show_slot(ask, &stretch, &out->now);
    out->now.loop = programme->loop;
    bool whole = out->now.item == slot->item && out->now.started == position.started &&
                 out->now.until == position.until && position.until < programme->until;
    out->now.repeats =
        whole && slot->item != NULL && comes_again(programme, position.index) &&
        failure_in(ask, slot->item, position.until, position.until + 1) == FLICK_NEVER;
}

/* The unfinished item of the segment before; false when it failed, so that its time is free. */
static bool show_overrun(const struct ask *ask, const struct timeline *timeline,
                         struct zone_plan *out) {
    const struct overrun *overrun = &timeline->overrun;
    flick_t failed = failure_in(ask, overrun->item, overrun->started, overrun->until);
    if (ask->t >= failed) {
        return false;
    }
    flick_t until = failed < overrun->until ? failed : overrun->until;
    out->now = showing_of(ask, overrun->item, overrun->entry, overrun->started, until);
    out->segment_started = overrun->segment_started;
    out->segment_until = overrun->until;
    return true;
}

/* The time of an unfinished item that failed goes to the segment that has begun meanwhile. */
static void fill_overrun(const struct ask *ask, struct timeline *timeline, struct showing *out) {
    const struct overrun *overrun = &timeline->overrun;
    struct position position;
    flick_t failed = failure_in(ask, overrun->item, overrun->started, overrun->until);
    flick_t begun = timeline->programme.started;
    flick_t end =
        overrun->until < timeline->programme.until ? overrun->until : timeline->programme.until;
    flick_t start = failed > begun ? failed : begun;
    if (!programme_locate(&timeline->programme, timeline->anchor, timeline->anchor, &position)) {
        show_fallback(ask, start, end, out);
        return;
    }
    struct stretch stretch = {timeline, timeline->programme.slots.count - 1, start, end,
                              overrun->item};
    give_away(ask, stretch, out);
}

static void show(const struct ask *ask, struct zone_plan *out) {
    *out = (struct zone_plan){.zone = ask->zone};
    struct timeline *timeline = timeline_at(ask, PROGRAMME_SEGMENT);
    out->segment_started = timeline->segment_started;
    out->segment_until = timeline->segment_until;
    bool overruns = timeline->overrun.item != NULL && ask->t < timeline->overrun.until;
    if (!overruns) {
        show_segment(ask, timeline, out);
    } else if (!show_overrun(ask, timeline, out)) {
        fill_overrun(ask, timeline, &out->now);
    }
}

/* What `now` replaces, as long as its transition runs. A clip that repeats replaces nothing. */
static void add_leaving(const struct ask *ask, struct zone_plan *out) {
    const struct item *item = out->now.item;
    if (item == NULL || item->transition == TRANSITION_CUT || item->transition_time <= 0 ||
        out->now.started == FLICK_ALWAYS) {
        return;
    }
    flick_t until = flick_add(out->now.started, item->transition_time);
    if (ask->t >= until) {
        return;
    }
    struct zone_plan before;
    struct ask earlier = *ask;
    earlier.t = out->now.started - 1;
    show(&earlier, &before);
    if (before.now.item != NULL && before.now.item != item &&
        before.now.until == out->now.started) {
        out->leaving = before.now;
        out->transition_until = until;
    }
}

void schedule_zone_at_cached(struct schedule_cache *cache, const struct conditions *conditions,
                             const struct zone *zone, flick_t t, struct zone_plan *out) {
    struct ask ask = {cache, conditions != NULL ? conditions : &no_conditions, zone, t};
    show(&ask, out);
    add_leaving(&ask, out);
}

void schedule_at_cached(struct schedule_cache *cache, const struct conditions *conditions,
                        flick_t t, struct plan *plan) {
    plan->at = t;
    plan->until = FLICK_NEVER;
    plan->zone_count =
        cache->model->zone_count < MODEL_ZONES_MAX ? cache->model->zone_count : MODEL_ZONES_MAX;
    for (size_t i = 0; i < plan->zone_count; i++) {
        struct zone_plan *zone = &plan->zones[i];
        schedule_zone_at_cached(cache, conditions, &cache->model->zones[i], t, zone);
        plan->until = zone->now.until < plan->until ? zone->now.until : plan->until;
    }
}

void schedule_zone_at(const struct model *model, const struct conditions *conditions,
                      const struct zone *zone, flick_t t, struct zone_plan *out) {
    struct schedule_cache *cache = schedule_cache_create(model);
    schedule_zone_at_cached(cache, conditions, zone, t, out);
    schedule_cache_destroy(&cache);
}

void schedule_at(const struct model *model, const struct conditions *conditions, flick_t t,
                 struct plan *plan) {
    struct schedule_cache *cache = schedule_cache_create(model);
    schedule_at_cached(cache, conditions, t, plan);
    schedule_cache_destroy(&cache);
}
