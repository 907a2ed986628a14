#include "player_say.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/line.h"
#include "base/log.h"
#include "base/str.h"
#include "model/schedule.h"
#include "model/timezone.h"
#include "player.h"
#include "show/stage.h"

#define SAID_NOTHING UINT64_MAX

void player_say_init(struct player_say *say, const struct player_options *options,
                     struct clock *clock) {
    say->is_quiet = options->is_quiet;
    say->may_wait = options->is_virtual;
    say->clock = clock;
}

void player_say_follow(struct player_say *say, const struct model *model,
                       struct schedule_cache *schedule) {
    say->model = model;
    say->schedule = schedule;
    for (size_t i = model->zone_count; i < MODEL_ZONES_MAX; i++) {
        say->repeating[i] = 0; /* whoever comes there next is somebody else */
    }
}

/* "14:05:30" in the screen's own time; with its date unless that is today's. */
static void format_time(const struct player_say *say, flick_t t, char text[24]) {
    if (t == FLICK_NEVER || t == FLICK_ALWAYS) {
        snprintf(text, 24, "%s", t == FLICK_NEVER ? "for ever" : "always");
        return;
    }
    const struct timezone_ *zone = say->model->screen.timezone;
    struct civil c = timezone_civil_at(zone, flick_floor_div(t, FLICKS_PER_SECOND));
    struct civil today =
        timezone_civil_at(zone, flick_floor_div(clock_now(say->clock), FLICKS_PER_SECOND));
    char date[16] = "";
    if (c.year != today.year || c.month != today.month || c.day != today.day) {
        snprintf(date, sizeof date, "%04d-%02d-%02d ", (int)c.year, c.month, c.day);
    }
    snprintf(text, 24, "%s%02d:%02d:%02d", date, c.hour, c.minute, c.second);
}

/* Where time is virtual nothing on a screen could stop, and every line counts. */
static void write_line(struct player_say *say, const struct str *line) {
    bool written = say->may_wait ? fputs(line->text, stdout) >= 0 && fflush(stdout) == 0
                                 : line_write(STDOUT_FILENO, line->text, line->length);
    if (!written && !say->has_dropped) {
        say->has_dropped = true;
        log_warning("stdout: nobody reads it, or its disk is full; lines about what is on are "
                    "missing there from now on");
    }
}

/* What is on, since when, until when, what is next. */
static void say_showing(struct player_say *say, const struct zone_plan *zone,
                        const struct conditions *conditions, flick_t at) {
    bool *has_said = &say->has_said[zone->zone->index];
    if (say->is_quiet) {
        return;
    }
    char since[24], until[24];
    struct zone_plan next = {0};
    const struct showing *showing = &zone->now;
    /* What was on when the player started began earlier; later changes are seen as they happen,
     * even where an unfinished item has covered the beginning of what follows. */
    format_time(say, *has_said ? at : showing->started, since);
    *has_said = true;
    format_time(say, showing->until, until);
    if (showing->until != FLICK_NEVER) {
        schedule_zone_at_cached(say->schedule, conditions, zone->zone, showing->until, &next);
    }
    const char *then = next.now.item != NULL ? next.now.item->title : "nothing";
    struct str line = {0};
    str_addf(&line, "%s  %-10s %s  until %s, then %s\n", since, zone->zone->name,
             showing->item != NULL ? showing->item->title : "nothing", until,
             showing->repeats ? "again" : then);
    write_line(say, &line);
    str_finish(&line);
}

void player_say_started(struct player_say *say, const struct plan *plan,
                        const struct conditions *conditions, const struct stage_event *event) {
    const struct zone_plan *zone =
        event->zone < plan->zone_count ? &plan->zones[event->zone] : NULL;
    if (zone != NULL && zone->now.item != NULL &&
        say->repeating[event->zone] != zone->now.item->key) {
        say->repeating[event->zone] = zone->now.repeats ? zone->now.item->key : 0;
        say_showing(say, zone, conditions, event->at);
    }
}

void player_say_nothing(struct player_say *say, const struct plan *plan,
                        const struct conditions *conditions) {
    for (size_t i = 0; i < plan->zone_count; i++) {
        const struct zone_plan *zone = &plan->zones[i];
        if (zone->now.item == NULL && say->repeating[i] != SAID_NOTHING) {
            say->repeating[i] = SAID_NOTHING;
            say_showing(say, zone, conditions, plan->at);
        }
    }
}

void player_say_skipped(const struct player_say *say, const struct item *item, flick_t retry) {
    char text[24];
    format_time(say, retry, text);
    log_warning("%s: skipped; tried again at %s", item->title, text);
}
