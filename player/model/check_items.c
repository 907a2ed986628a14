/* The items of playlists in the times at which these are on. */
#include <stdlib.h>

#include "base/translate.h"
#include "model/check_private.h"

#define DEPTH_MAX 64

struct follow {
    struct check *check;
    const struct zone *zone;
    const struct entry *entry; /* NULL: the fallback */
};

static int64_t area_of(const struct zone *zone) {
    return zone != NULL ? (int64_t)zone->area_on_canvas.w * zone->area_on_canvas.h : 0;
}

static struct spans follow(const struct follow *f, const struct playlist *playlist,
                           const struct spans *spans, int depth);

/* The first time, from now on, at which a nested list is on and shows nothing. */
static void note_empty(const struct check *check, struct item_facts *facts,
                       const struct spans *times, const struct spans *shown) {
    struct spans empty = spans_subtract(times, shown);
    for (size_t i = 0; i < empty.count && facts->empty.end == 0; i++) {
        if (empty.list[i].end > check->now) {
            facts->empty = empty.list[i];
            facts->empty.start = facts->empty.start > check->now ? facts->empty.start : check->now;
        }
    }
    spans_finish(&empty);
}

/* What of the item is shown while its list is on at `spans`. */
static struct spans follow_item(const struct follow *f, const struct item *item, bool alone,
                                const struct spans *spans, int depth) {
    struct check *check = f->check;
    struct item_facts *facts = &check->items[item->index];
    struct spans open = {0}, times = {0}, shown = {0};
    if (item->when != NULL) {
        open = check_open(check, item->when);
        times = spans_intersect(spans, &open);
        spans_finish(&open);
    } else {
        spans_unite(&times, spans);
    }
    facts->reached = facts->reached || spans->count > 0;
    facts->plays = facts->plays || times.count > 0;
    facts->finishes = facts->finishes || f->entry == NULL || f->entry->end == END_FINISH;
    facts->alone = alone;
    flick_t longest = spans_longest(&times);
    facts->longest = longest > facts->longest ? longest : facts->longest;
    facts->zone = area_of(f->zone) > area_of(facts->zone) ? f->zone : facts->zone;
    if (item->kind == ITEM_PLAYLIST && item->playlist != NULL) {
        shown = follow(f, item->playlist, &times, depth + 1);
        note_empty(check, facts, &times, &shown);
    } else if (item->valid) {
        shown = times;
        times = (struct spans){0};
    }
    spans_finish(&times);
    return shown;
}

static struct spans follow(const struct follow *f, const struct playlist *playlist,
                           const struct spans *spans, int depth) {
    struct spans shown = {0};
    for (size_t i = 0; i < playlist->item_count && depth < DEPTH_MAX && f->check->budget > 0; i++) {
        f->check->budget -= 10 + (int64_t)spans->count;
        bool alone = depth == 0 && playlist->item_count == 1;
        struct spans one = follow_item(f, playlist->items[i], alone, spans, depth);
        spans_unite(&shown, &one);
        spans_finish(&one);
    }
    return shown;
}

struct spans check_follow(struct check *check, const struct zone *zone, const struct entry *entry,
                          const struct playlist *playlist, const struct spans *spans) {
    struct follow f = {check, zone, entry};
    return follow(&f, playlist, spans, 0);
}

static void check_length(struct check *check, const struct item *item) {
    const struct item_facts *facts = &check->items[item->index];
    bool has_end = item->kind == ITEM_VIDEO || item->kind == ITEM_AUDIO || item->fit == FIT_PAN;
    bool matters = item->kind == ITEM_PLAYLIST ? false : has_end || !facts->alone;
    if (matters && facts->plays && !facts->finishes && item->duration > facts->longest) {
        check_warn(check, WARNING_LONGER_THAN_WINDOW, item->where, NULL,
                   "%s takes %.0f s, but never has more than %.0f s at a time", item->title,
                   flick_to_seconds(item->duration), flick_to_seconds(facts->longest));
    }
}

static bool has_valid_item(const struct playlist *playlist) {
    for (size_t i = 0; playlist != NULL && i < playlist->item_count; i++) {
        if (playlist->items[i]->valid) {
            return true;
        }
    }
    return false;
}

static void check_item(struct check *check, const struct item *item) {
    const struct item_facts *facts = &check->items[item->index];
    char from[CHECK_TIME_SIZE], until[CHECK_TIME_SIZE];
    if (item->when != NULL && facts->reached && !facts->plays && check->budget > 0) {
        check_warn(check, WARNING_NEVER_SHOWN, item->where, NULL,
                   "%s is never shown: its `when` is not open at any time at which its playlist "
                   "plays",
                   item->title);
    }
    if (item->valid) {
        check_length(check, item);
    }
    if (item->kind == ITEM_PLAYLIST && facts->empty.end != 0 && check->budget > 0 &&
        has_valid_item(item->playlist)) {
        check_warn(check, WARNING_EMPTY_AT_TIMES, item->where, NULL,
                   "playlist \"%s\" has nothing to show at times, first from %s until %s",
                   item->playlist->name, check_time(check, facts->empty.start, from),
                   check_time(check, facts->empty.end, until));
    }
}

void check_items(struct check *check) {
    for (size_t i = 0; i < check->model->item_count; i++) {
        check_item(check, &check->model->items[i]);
    }
}

static bool is_used(const struct model *model, const struct playlist *playlist) {
    for (size_t i = 0; i < model->entry_count; i++) {
        if (model->entries[i].playlist == playlist) {
            return true;
        }
    }
    for (size_t i = 0; i < model->zone_count; i++) {
        if (model->zones[i].fallback == playlist) {
            return true;
        }
    }
    for (size_t i = 0; i < model->item_count; i++) {
        if (model->items[i].playlist == playlist) {
            return true;
        }
    }
    return false;
}

void check_playlists(struct check *check) {
    for (size_t i = 0; i < check->model->playlist_count; i++) {
        const struct playlist *playlist = &check->model->playlists[i];
        double sum = 0;
        for (size_t k = 0; k < playlist->item_count; k++) {
            sum += playlist->items[k]->share;
        }
        if (sum > 100.0001) {
            check_warn(check, WARNING_SHARES, playlist->where, NULL,
                       "the shares in playlist \"%s\" add up to %g percent; make them 100 or less",
                       playlist->name, sum);
        }
        if (!is_used(check->model, playlist)) {
            check_warn(check, WARNING_UNUSED_PLAYLIST, playlist->where, NULL,
                       "nothing plays playlist \"%s\"; name it in the schedule or take it out",
                       playlist->name);
        }
    }
}
