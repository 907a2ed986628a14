#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/translate.h"
#include "command/command.h"
#include "model/hours.h"
#include "model/timezone.h"

#define WEEK     (7 * INT64_C(86400) * FLICKS_PER_SECOND)
#define NEXT_MAX 100000

static void print_time(const struct timezone_ *zone, flick_t t, const char *end) {
    if (t == FLICK_NEVER || t == FLICK_ALWAYS) {
        printf("%s%s", t == FLICK_NEVER ? "never" : "always", end);
        return;
    }
    struct civil c = timezone_civil_at(zone, flick_floor_div(t, FLICKS_PER_SECOND));
    printf("%04d-%02d-%02dT%02d:%02d%s", c.year, c.month, c.day, c.hour, c.minute, end);
}

/* Prints open intervals from `from` on, clipped to `to`, at most `most`. */
static void print_intervals(const struct hours *hours, const struct hours_place *place,
                            flick_t from, flick_t to, long most) {
    for (flick_t t = from; t < to && most > 0;) {
        struct hours_span span = hours_span_at(hours, place, t);
        if (span.open) {
            print_time(place->timezone, span.since > from ? span.since : from, " ");
            print_time(place->timezone, span.until < to ? span.until : to, "\n");
            most--;
        }
        t = span.until;
    }
}

static bool parse_count(const char *text, long *out) {
    char *end = NULL;
    *out = text != NULL ? strtol(text, &end, 10) : LONG_MAX;
    if (text != NULL && (end == text || *end != 0 || *out < 1 || *out > NEXT_MAX)) {
        log_error(_("--next: \"%s\" is not a number from 1 to %d"), text, NEXT_MAX);
        return false;
    }
    return true;
}

static bool parse_location(const char *text, struct hours_place *place) {
    int used = 0;
    if (text == NULL) {
        return true;
    }
    place->has_location =
        sscanf(text, "%lf,%lf%n", &place->latitude, &place->longitude, &used) == 2 &&
        text[used] == 0 && fabs(place->latitude) <= 90 && fabs(place->longitude) <= 180;
    if (!place->has_location) {
        log_error(
            _("--location: \"%s\" is not a place; write LATITUDE,LONGITUDE like 21.03,105.85"),
            text);
    }
    return place->has_location;
}

static void print_sentence(const struct hours *hours) {
    struct str text = {0};
    hours_explain(hours, &text);
    printf("%s\n", str_text(&text));
    str_finish(&text);
}

static struct hours *parse(struct arena *arena, const char *text, const struct hours_place *place) {
    struct hours_problem problem;
    const char *canonical = NULL;
    struct hours *hours = hours_parse(arena, text, &problem, &canonical);
    if (hours == NULL) {
        log_error(_("column %d: %s"), problem.column, problem.text);
        log_info("  %s", text);
        log_info("  %*s", problem.column, "^");
        if (problem.suggestion[0] != 0) {
            log_info(_("did you mean \"%s\"?"), problem.suggestion);
        }
    } else if (hours_needs_location(hours) && !place->has_location) {
        log_error("%s", _("the expression names the sun; say where with --location 21.03,105.85"));
        return NULL;
    } else if (problem.text[0] != 0) {
        log_warning(_("this spelling is forgiven; write it as \"%s\""), canonical);
    }
    return hours;
}

int command_when(int argc, char **argv) {
    const char *expression = NULL, *from_text = NULL, *to_text = NULL, *zone_name = NULL;
    const char *next_text = NULL, *location = NULL, *why = NULL;
    bool explain = false;
    const struct option_row options[] = {
        {"--from", OPTION_TEXT, &from_text, NULL},     {"--to", OPTION_TEXT, &to_text, NULL},
        {"--timezone", OPTION_TEXT, &zone_name, NULL}, {"--next", OPTION_TEXT, &next_text, NULL},
        {"--location", OPTION_TEXT, &location, NULL},  {"--explain", OPTION_FLAG, NULL, &explain},
    };
    struct hours_place place = {0};
    int count = 0;
    long most = 0;
    if (!options_parse(argc, argv, options, sizeof options / sizeof options[0], &expression, 1,
                       &count) ||
        !parse_count(next_text, &most) || !parse_location(location, &place)) {
        return COMMAND_USAGE;
    }
    if (count == 0) {
        log_error("%s", _("when: which expression? Try: ledsign when 'Mo-Fr 06:00-22:00'"));
        return COMMAND_USAGE;
    }
    struct timezone_ *zone = timezone_load(zone_name, &why);
    if (zone == NULL) {
        log_error(_("--timezone %s: %s"), zone_name, _(why));
        return COMMAND_USAGE;
    }
    flick_t from = clock_wall(), to;
    bool good = from_text == NULL || option_time("--from", from_text, zone, &from);
    to = next_text != NULL ? FLICK_NEVER : from + WEEK;
    good = good && (to_text == NULL || option_time("--to", to_text, zone, &to));
    int status = good ? COMMAND_FAILED : COMMAND_USAGE;
    struct arena *arena = arena_create();
    place.timezone = zone;
    struct hours *hours = good ? parse(arena, expression, &place) : NULL;
    if (hours != NULL && explain) {
        print_sentence(hours);
        status = COMMAND_OK;
    } else if (hours != NULL) {
        print_intervals(hours, &place, from, to, most);
        status = COMMAND_OK;
    }
    arena_destroy(&arena);
    timezone_destroy(&zone);
    return status;
}
