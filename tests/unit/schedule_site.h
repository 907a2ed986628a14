/* schedule_site.h: small models built by hand, for the tests of the schedule, and a `when` that is
 * a plain repeating window, so that these tests depend on neither the language nor time zones. */
#ifndef LEDSIGN_TESTS_SCHEDULE_SITE_H
#define LEDSIGN_TESTS_SCHEDULE_SITE_H

#include <stdlib.h>

#include "model/hours.h"
#include "model/schedule.h"

#define SECOND     FLICKS_PER_SECOND
#define MINUTE     (60 * SECOND)
#define HOUR       (60 * MINUTE)
#define DAY        (24 * HOUR)
#define SITE_ITEMS 64

/* Open in [first + n * period, + length); once only with period 0. */
struct hours {
    flick_t first;
    flick_t length;
    flick_t period;
};

struct site {
    struct model model;
    struct zone zones[2];
    struct playlist playlists[8];
    struct item items[SITE_ITEMS];
    struct item *lists[8][SITE_ITEMS];
    struct entry entries[16];
    struct hours hours[16];
    size_t hours_count;
};

/* Stands in for model/hours.c. */
struct hours_span hours_span_at(const struct hours *hours, const struct hours_place *place,
                                flick_t t) {
    (void)place;
    flick_t n = hours->period > 0 ? flick_floor_div(t - hours->first, hours->period) : 0;
    flick_t start = hours->first + n * hours->period, end = start + hours->length;
    if (t >= start && t < end) {
        return (struct hours_span){start, end, true};
    }
    if (hours->period > 0) {
        return (struct hours_span){end, start + hours->period, false};
    }
    return t < start ? (struct hours_span){FLICK_ALWAYS, start, false}
                     : (struct hours_span){end, FLICK_NEVER, false};
}

static inline struct site *site_create(size_t zone_count) {
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    struct site *site = calloc(1, sizeof *site);
    for (size_t i = 0; i < zone_count; i++) {
        site->zones[i] = (struct zone){.name = "zone", .index = (int)i, .volume = 100};
    }
    for (size_t i = 0; i < 8; i++) {
        site->playlists[i] = (struct playlist){.name = names[i], .items = site->lists[i]};
    }
    site->model = (struct model){.zones = site->zones,
                                 .zone_count = zone_count,
                                 .playlists = site->playlists,
                                 .playlist_count = 8,
                                 .items = site->items,
                                 .entries = site->entries};
    site->model.screen.volume = 100;
    return site;
}

static inline struct item *site_item(struct site *site, int playlist, flick_t duration) {
    struct playlist *list = &site->playlists[playlist];
    struct item *item = &site->items[site->model.item_count];
    *item = (struct item){.kind = ITEM_IMAGE,
                          .index = (int)site->model.item_count++,
                          .duration = duration,
                          .volume = 100,
                          .weight = 1,
                          .every = 1,
                          .valid = true};
    list->items[list->item_count++] = item;
    return item;
}

static inline struct item *site_nested(struct site *site, int playlist, int inner) {
    struct item *item = site_item(site, playlist, 0);
    item->kind = ITEM_PLAYLIST;
    item->playlist = &site->playlists[inner];
    return item;
}

static inline const struct hours *site_window(struct site *site, flick_t first, flick_t length,
                                              flick_t period) {
    site->hours[site->hours_count] = (struct hours){first, length, period};
    return &site->hours[site->hours_count++];
}

static inline struct entry *site_entry(struct site *site, int playlist, int priority,
                                       const struct hours *when) {
    struct entry *entry = &site->entries[site->model.entry_count];
    *entry = (struct entry){.index = (int)site->model.entry_count++,
                            .zone = &site->zones[0],
                            .playlist = &site->playlists[playlist],
                            .priority = priority,
                            .volume = -1,
                            .when = when};
    return entry;
}

#endif
