#include "model/schedule_programme.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/hours.h"
#include "model/schedule.h"

#define NESTING_MAX 32
#define HOUR        (INT64_C(3600) * FLICKS_PER_SECOND)

/* What is known about an item's `when` in this segment. */
enum item_state { ITEM_UNKNOWN, ITEM_OPEN, ITEM_SHUT };

struct hours_place schedule_place(const struct model *model) {
    return (struct hours_place){.timezone = model->screen.timezone,
                                .has_location = model->screen.has_location,
                                .latitude = model->screen.latitude,
                                .longitude = model->screen.longitude,
                                .holidays = model->holidays};
}

struct hours_span schedule_span_at(const struct model *model, const struct hours *when, flick_t t) {
    if (when == NULL) {
        return (struct hours_span){FLICK_ALWAYS, FLICK_NEVER, true};
    }
    struct hours_place place = schedule_place(model);
    return hours_span_at(when, &place, t);
}

static void narrow(struct programme *programme, struct hours_span span) {
    programme->started = span.since > programme->started ? span.since : programme->started;
    programme->until = span.until < programme->until ? span.until : programme->until;
}

bool programme_item_open(const struct programme *programme, const struct item *item) {
    return programme->item_state[item->index] == ITEM_OPEN;
}

/* Finds out which items of a list are open at t; contents of what is shut do not matter. */
static void open_items(struct programme *programme, const struct playlist *playlist, flick_t t,
                       int depth) {
    for (size_t i = 0; depth <= NESTING_MAX && i < playlist->item_count; i++) {
        const struct item *item = playlist->items[i];
        if (programme->item_state[item->index] != ITEM_UNKNOWN) {
            continue;
        }
        bool usable = item->valid &&
                      (item->kind == ITEM_PLAYLIST ? item->playlist != NULL : item->duration > 0);
        if (usable && item->when != NULL) {
            struct hours_span span = schedule_span_at(programme->model, item->when, t);
            narrow(programme, span);
            usable = span.open;
        }
        programme->item_state[item->index] = usable ? ITEM_OPEN : ITEM_SHUT;
        if (usable && item->kind == ITEM_PLAYLIST) {
            open_items(programme, item->playlist, t, depth + 1);
        }
    }
}

static bool find_winners(struct programme *programme, flick_t t) {
    const struct model *model = programme->model;
    struct hours_span *spans = mem_zero(model->entry_count, sizeof *spans);
    int highest = 0;
    bool any = false;
    for (size_t i = 0; i < model->entry_count; i++) {
        const struct entry *entry = &model->entries[i];
        if (entry->zone == programme->zone && entry->playlist != NULL) {
            spans[i] = schedule_span_at(model, entry->when, t);
            if (spans[i].open && (!any || entry->priority > highest)) {
                highest = entry->priority;
                any = true;
            }
        }
    }
    for (size_t i = 0; i < model->entry_count; i++) {
        const struct entry *entry = &model->entries[i];
        if (entry->zone != programme->zone || entry->playlist == NULL ||
            (any && entry->priority < highest)) {
            continue;
        }
        narrow(programme, spans[i]);
        if (spans[i].open) {
            programme->winners[programme->winner_count++] = entry;
            programme->finishes = programme->finishes || entry->end == END_FINISH;
        }
    }
    free(spans);
    return any;
}

/* One base round: every winner's list, or the fallback's. */
static void unfold_round(struct programme *programme, int64_t round, struct slots *out) {
    struct unfold unfold = {.programme = programme, .out = out};
    if (programme->is_fallback) {
        unfold_playlist(&unfold, programme->zone->fallback, round);
    }
    for (size_t i = 0; !programme->is_fallback && i < programme->winner_count; i++) {
        unfold.entry = programme->winners[i];
        unfold_playlist(&unfold, unfold.entry->playlist, round);
    }
    programme->truncated = programme->truncated || unfold.truncated;
    programme->varies = !programme->truncated && (programme->varies || unfold.shuffles);
}

static void add_to_group(struct programme *programme, const struct slot *slot) {
    for (size_t i = 0; i < programme->group_count; i++) {
        if (programme->groups[i].every == slot->every) {
            programme->groups[i].length += slot->length;
            return;
        }
    }
    if ((programme->group_count & (programme->group_count - 1)) == 0) {
        size_t capacity = programme->group_count > 0 ? programme->group_count * 2 : 1;
        programme->groups = mem_resize(programme->groups, capacity, sizeof *programme->groups);
    }
    programme->groups[programme->group_count++] = (struct every_group){slot->every, slot->length};
    programme->varies = programme->varies || slot->every > 1;
}

/* Strikes out showings beyond the first few of an item that one round would show too often. */
static void limit_round(const struct programme *programme, struct slots *round) {
    int *seen = mem_zero(programme->model->item_count, sizeof *seen);
    size_t kept = 0;
    for (size_t i = 0; i < round->count; i++) {
        const struct item *item = round->list[i].item;
        if (item->max_per_hour == 0 || ++seen[item->index] <= item->max_per_hour) {
            round->list[kept++] = round->list[i];
        }
    }
    round->count = kept;
    free(seen);
}

/* Spaces the rounds in which `item` plays so that no hour sees it more often than allowed. `steady`
 * is the part of a round that plays every time. A single showing that keeps its place comes back
 * after n rounds; of others only n - 1 whole rounds surely lie between. */
static void thin_item(struct programme *programme, const struct item *item, int shown,
                      int64_t every, flick_t steady) {
    int64_t rounds_per_hour = item->max_per_hour / shown;
    flick_t apart = (HOUR + rounds_per_hour - 1) / rounds_per_hour;
    if (steady == 0) {
        flick_t pause = apart - item->duration;
        programme->pause = pause > programme->pause ? pause : programme->pause;
        return;
    }
    bool keeps_place = shown == 1 && !programme->varies;
    flick_t between = keeps_place ? apart - item->duration : apart;
    int64_t rounds = between > 0 ? (between + steady - 1) / steady + !keeps_place : 1;
    programme->thin[item->index] = (rounds + every - 1) / every;
}

static void thin_round(struct programme *programme, struct slots *round, flick_t steady) {
    size_t item_count = programme->model->item_count;
    int *shown = mem_zero(item_count, sizeof *shown);
    programme->thin = mem_alloc(item_count * sizeof *programme->thin);
    for (size_t i = 0; i < item_count; i++) {
        programme->thin[i] = 1;
    }
    limit_round(programme, round);
    for (size_t i = 0; i < round->count; i++) {
        shown[round->list[i].item->index]++;
    }
    for (size_t i = 0; i < round->count; i++) {
        const struct item *item = round->list[i].item;
        if (item->max_per_hour > 0 && shown[item->index] > 0) {
            thin_item(programme, item, shown[item->index], round->list[i].every, steady);
            shown[item->index] = 0;
        }
    }
    for (size_t i = 0; i < round->count; i++) {
        round->list[i].every *= programme->thin[round->list[i].item->index];
    }
    free(shown);
}

static void measure_limits(struct programme *programme, struct slots *round) {
    flick_t steady = 0;
    bool any = false;
    for (size_t i = 0; i < round->count; i++) {
        const struct slot *slot = &round->list[i];
        any = any || slot->item->max_per_hour > 0;
        steady += slot->item->max_per_hour == 0 && slot->every == 1 ? slot->length : 0;
    }
    if (any) {
        thin_round(programme, round, steady);
    }
}

static void split_shares(const struct programme *programme, struct slots *round,
                         struct slots *shared) {
    size_t kept = 0;
    for (size_t i = 0; i < round->count; i++) {
        struct slot slot = round->list[i];
        for (size_t k = 0; k < programme->source_count && slot.source == 0; k++) {
            const struct share_source *source = &programme->sources[k];
            bool mine = source->item != NULL ? source->item == slot.item
                                             : source->entry == slot.entry && slot.item->share <= 0;
            slot.source = mine ? (int)k + 1 : 0;
        }
        if (slot.source > 0) {
            slots_add(shared, &slot);
        } else {
            round->list[kept++] = slot;
        }
    }
    round->count = kept;
}

static void measure(struct programme *programme) {
    struct slots round = {0}, shared = {0};
    unfold_round(programme, 0, &round);
    measure_limits(programme, &round);
    programme->base_rounds = 1;
    share_measure(programme, &round);
    split_shares(programme, &round, &shared);
    for (size_t i = 0; i < round.count; i++) {
        if (programme->truncated) {
            round.list[i].every = 1; /* the first loop is played again and again */
        }
        add_to_group(programme, &round.list[i]);
    }
    free(round.list);
    free(shared.list);
}

void programme_init(struct programme *programme, const struct model *model, const struct zone *zone,
                    enum programme_kind kind, flick_t t) {
    *programme = (struct programme){.model = model, .zone = zone, .loop = INT64_MIN};
    programme->started = FLICK_ALWAYS;
    programme->until = FLICK_NEVER;
    programme->winners = mem_zero(model->entry_count, sizeof *programme->winners);
    programme->item_state = mem_zero(model->item_count, 1);
    programme->is_fallback = kind == PROGRAMME_FALLBACK || !find_winners(programme, t);
    for (size_t i = 0; i < programme->winner_count; i++) {
        open_items(programme, programme->winners[i]->playlist, t, 0);
    }
    if (!programme->is_fallback) {
        measure(programme);
        programme->is_fallback = programme->group_count == 0 && programme->source_count == 0;
    }
    if (programme->is_fallback && zone->fallback != NULL) {
        programme->finishes = false;
        programme->truncated = programme->varies = false;
        open_items(programme, zone->fallback, t, 0);
        measure(programme);
    }
}

void programme_finish(struct programme *programme) {
    free((void *)programme->winners);
    free(programme->item_state);
    free(programme->thin);
    free(programme->groups);
    free(programme->sources);
    free(programme->slots.list);
    *programme = (struct programme){0};
}

static int64_t ceil_div(int64_t a, int64_t b) {
    return -flick_floor_div(-a, b);
}

static flick_t times(flick_t length, int64_t count) {
    return length == 0 || count == 0 ? 0 : flick_muldiv(length, count, 1);
}

/* Time from the anchor to the beginning of loop k. */
static flick_t loop_start(const struct programme *programme, int64_t k) {
    int64_t round = times(programme->base_rounds, k);
    flick_t at = times(flick_add(programme->shared_length, programme->pause), k);
    for (size_t i = 0; i < programme->group_count; i++) {
        const struct every_group *group = &programme->groups[i];
        at = flick_add(at, times(group->length, ceil_div(round, group->every)));
    }
    return at;
}

/* The last loop that begins at or before `position`: loops without a showing have no length. */
static int64_t loop_at(const struct programme *programme, flick_t position) {
    int64_t low = 0, high = 1;
    while (loop_start(programme, high) <= position && high < INT64_MAX / 4) {
        low = high;
        high *= 2;
    }
    if (position < 0) {
        for (low = -1; loop_start(programme, low) > position && low > INT64_MIN / 4;) {
            high = low;
            low *= 2;
        }
    }
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (loop_start(programme, middle) <= position) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static void select_round(const struct programme *programme, int64_t round, struct slots *from,
                         struct slots *base, struct slots *shared) {
    if (programme->thin != NULL) {
        limit_round(programme, from);
    }
    split_shares(programme, from, shared);
    for (size_t i = 0; i < from->count; i++) {
        if (programme->truncated || round % from->list[i].every == 0) {
            slots_add(base, &from->list[i]);
        }
    }
    from->count = 0;
}

static void unfold_loop(struct programme *programme, int64_t k) {
    struct slots round = {0}, base = {0}, shared = {0};
    int64_t rounds = programme->base_rounds > 0 ? programme->base_rounds : 1;
    for (int64_t i = 0; i < rounds; i++) {
        int64_t number = programme->varies ? times(rounds, k) + i : 0;
        struct slots ignored = {0};
        unfold_round(programme, number, &round);
        select_round(programme, number, &round, &base, i == 0 ? &shared : &ignored);
        free(ignored.list);
    }
    base.count = programme->base_rounds > 0 ? base.count : 0;
    programme->slots.count = 0;
    share_mix(programme, &base, &shared, &programme->slots);
    if (programme->pause > 0) {
        struct slot pause = {.length = programme->pause, .every = 1};
        slots_add(&programme->slots, &pause);
    }
    flick_t offset = 0;
    for (size_t i = 0; i < programme->slots.count; i++) {
        programme->slots.list[i].offset = offset;
        offset += programme->slots.list[i].length;
    }
    free(round.list);
    free(base.list);
    free(shared.list);
}

static void go_to_loop(struct programme *programme, flick_t position) {
    int64_t k = loop_at(programme, position);
    if (programme->loop == INT64_MIN || programme->varies) {
        unfold_loop(programme, k);
    }
    programme->loop = k;
    programme->loop_start = loop_start(programme, k);
    programme->loop_end = loop_start(programme, k + 1);
}

bool programme_holds(const struct programme *programme, flick_t anchor, flick_t t) {
    return !programme->varies || programme->loop == INT64_MIN ||
           (t - anchor >= programme->loop_start && t - anchor < programme->loop_end);
}

bool programme_locate(struct programme *programme, flick_t anchor, flick_t t,
                      struct position *position) {
    if (programme->group_count == 0 && programme->shared_length == 0) {
        return false;
    }
    flick_t at = t - anchor;
    if (programme->loop == INT64_MIN || at < programme->loop_start || at >= programme->loop_end) {
        go_to_loop(programme, at);
    }
    const struct slot *list = programme->slots.list;
    size_t low = 0, high = programme->slots.count;
    if (high == 0) {
        return false;
    }
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (list[middle].offset <= at - programme->loop_start) {
            low = middle;
        } else {
            high = middle;
        }
    }
    position->index = low;
    position->started = anchor + programme->loop_start + list[low].offset;
    position->until = position->started + list[low].length;
    return true;
}
