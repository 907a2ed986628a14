#include "model/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/translate.h"
#include "model/check_private.h"
#include "model/schedule.h"
#include "model/timezone.h"

#define DAY    (24 * 3600 * FLICKS_PER_SECOND)
#define BUDGET 20000000

void check_warn(struct check *check, enum warning_number number, struct where where,
                const char *suggestion, const char *format, ...) {
    struct str text = {0};
    va_list arguments;
    va_start(arguments, format);
    str_addv(&text, gettext(format), arguments);
    va_end(arguments);
    problems_add(check->problems, SEVERITY_WARNING, (int)number, where, suggestion, "%s",
                 text.text);
    str_finish(&text);
}

const char *check_time(const struct check *check, flick_t t, char text[CHECK_TIME_SIZE]) {
    struct civil c =
        timezone_civil_at(check->model->screen.timezone, flick_floor_div(t, FLICKS_PER_SECOND));
    snprintf(text, CHECK_TIME_SIZE, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour,
             c.minute);
    return text;
}

struct spans check_open(struct check *check, const struct hours *when) {
    struct spans open = {0};
    for (flick_t t = check->from; t < check->to && check->budget > 0;) {
        struct hours_span span = hours_span_at(when, &check->place, t);
        check->budget -= 100;
        if (span.open) {
            spans_add(&open, t, span.until < check->to ? span.until : check->to);
        }
        t = span.until;
    }
    return open;
}

/* A zone that only shows its fallback is made for it. */
static bool is_scheduled(const struct model *model, const struct zone *zone) {
    for (size_t i = 0; i < model->entry_count; i++) {
        if (model->entries[i].zone == zone) {
            return true;
        }
    }
    return zone->fallback == NULL;
}

static void say_bare(struct check *check, const struct zone *zone, const struct spans *bare) {
    char from[CHECK_TIME_SIZE], until[CHECK_TIME_SIZE];
    struct spans coming = {0};
    spans_add(&coming, check->now, check->to);
    struct spans left = spans_intersect(bare, &coming);
    if (left.count > 0 && is_scheduled(check->model, zone)) {
        check_time(check, left.list[0].start, from);
        check_time(check, left.list[0].end, until);
        bool is_all = spans_longest(&left) == check->to - check->now;
        if (is_all && zone->fallback != NULL) {
            check_warn(check, WARNING_ONLY_FALLBACK, zone->where, NULL,
                       "zone \"%s\" has nothing but its fallback for the coming year", zone->name);
        } else if (is_all) {
            check_warn(check, WARNING_ONLY_FALLBACK, zone->where, NULL,
                       "zone \"%s\" has nothing to show for the coming year", zone->name);
        } else if (zone->fallback != NULL) {
            check_warn(check, WARNING_ONLY_FALLBACK, zone->where, NULL,
                       "zone \"%s\" has nothing but its fallback at times, first from %s until %s",
                       zone->name, from, until);
        } else {
            check_warn(check, WARNING_ONLY_FALLBACK, zone->where, NULL,
                       "zone \"%s\" has nothing to show at times, first from %s until %s",
                       zone->name, from, until);
        }
    }
    spans_finish(&left);
    spans_finish(&coming);
}

/* The zone's programmes, then its fallback in the times that they leave. */
static void check_one_zone(struct check *check, const struct zone *zone) {
    struct spans covered = {0}, whole = {0};
    spans_add(&whole, check->from, check_zone(check, zone));
    for (size_t i = 0; i < check->model->entry_count; i++) {
        const struct entry *entry = &check->model->entries[i];
        if (entry->zone == zone) {
            struct spans shown =
                check_follow(check, zone, entry, entry->playlist, &check->entries[i].wins);
            spans_unite(&covered, &shown);
            spans_finish(&shown);
        }
    }
    struct spans bare = spans_subtract(&whole, &covered);
    if (zone->fallback != NULL) {
        struct spans shown = check_follow(check, zone, NULL, zone->fallback, &bare);
        spans_finish(&shown);
    }
    say_bare(check, zone, &bare);
    spans_finish(&bare);
    spans_finish(&whole);
    spans_finish(&covered);
}

void check_model(const struct model *model, flick_t now, const struct check_fonts *fonts,
                 struct problems *problems) {
    struct check check = {
        .model = model,
        .fonts = fonts,
        .problems = problems,
        .place = schedule_place(model),
        .now = now,
        .from = now - DAY,
        .to = now + 366 * DAY,
        .budget = BUDGET,
        .entries = mem_zero(model->entry_count, sizeof *check.entries),
        .items = mem_zero(model->item_count, sizeof *check.items),
    };
    for (size_t i = 0; i < model->zone_count; i++) {
        check_one_zone(&check, &model->zones[i]);
    }
    check_entries(&check);
    check_items(&check);
    check_playlists(&check);
    check_media(&check);
    if (fonts != NULL) {
        check_texts(&check);
    }
    for (size_t i = 0; i < model->entry_count; i++) {
        spans_finish(&check.entries[i].wins);
    }
    free(check.entries);
    free(check.items);
    problems_sort(problems);
}
