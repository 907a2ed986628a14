#include "model/hours.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/calendar.h"
#include "model/hours_private.h"
#include "model/timezone.h"

#define DAY_MINUTES 1440
/* The longest stretch in which a yearless expression can stay as it is: 29 February on a given
 * weekday comes back after at most 40 years. */
#define DAYS_MAX      (41 * 366)
#define DAY_SPANS_MAX 64

struct holiday {
    int from; /* month * 100 + day, or with a year in front: year * 10000 + ... */
    int to;
    bool has_year;
    bool school;
    struct holiday *next;
};

struct holidays {
    struct arena *arena;
    struct holiday *first;
};

struct holidays *holidays_create(struct arena *arena) {
    struct holidays *holidays = arena_zero(arena, 1, sizeof *holidays);
    holidays->arena = arena;
    return holidays;
}

/* "2026-09-02" or "09-02" as one comparable number; 0 when it is neither. */
static int parse_day(const char *text, size_t length, bool *has_year) {
    int year = 0, month = 0, day = 0, used = 0;
    char copy[16];
    if (length >= sizeof copy) {
        return 0;
    }
    memcpy(copy, text, length);
    copy[length] = 0;
    *has_year = length == 10;
    bool good = *has_year ? sscanf(copy, "%4d-%2d-%2d%n", &year, &month, &day, &used) == 3
                          : sscanf(copy, "%2d-%2d%n", &month, &day, &used) == 2;
    good = good && used == (int)length && month >= 1 && month <= 12 && day >= 1 &&
           day <= calendar_days_in_month(*has_year ? year : 2024, month);
    return good ? year * 10000 + month * 100 + day : 0;
}

bool holidays_add(struct holidays *holidays, bool school, const char *text, const char *name,
                  const char **why) {
    (void)name;
    const char *dots = strstr(text, "..");
    size_t length = dots != NULL ? (size_t)(dots - text) : strlen(text);
    bool has_year = false, end_has_year = false;
    int from = parse_day(text, length, &has_year);
    int to = dots != NULL ? parse_day(dots + 2, strlen(dots + 2), &end_has_year) : from;
    *why =
        "write it like \"2026-09-02\", \"2026-09-02..2026-09-04\", \"09-02\" or \"09-02..09-04\"";
    if (from == 0 || to == 0 || (dots != NULL && has_year != end_has_year)) {
        return false;
    }
    if (has_year && to < from) {
        *why = "it ends before it begins";
        return false;
    }
    struct holiday *holiday = arena_zero(holidays->arena, 1, sizeof *holiday);
    *holiday = (struct holiday){from, to, has_year, school, holidays->first};
    holidays->first = holiday;
    return true;
}

static bool in_range(int value, int from, int to) {
    return from <= to ? value >= from && value <= to : value >= from || value <= to;
}

static bool is_holiday(const struct holidays *holidays, bool school, struct calendar_date date) {
    int yearless = date.month * 100 + date.day;
    for (const struct holiday *h = holidays != NULL ? holidays->first : NULL; h != NULL;
         h = h->next) {
        int value = h->has_year ? date.year * 10000 + yearless : yearless;
        if (h->school == school && in_range(value, h->from, h->to)) {
            return true;
        }
    }
    return false;
}

static bool year_matches(const struct hours_rule *rule, int year) {
    bool matches = rule->year_count == 0;
    for (int i = 0; i < rule->year_count && !matches; i++) {
        matches = year >= rule->years[i].from && year <= rule->years[i].to;
    }
    return matches;
}

static bool date_matches(const struct hours_rule *rule, struct calendar_date date) {
    bool matches = rule->date_count == 0;
    for (int i = 0; i < rule->date_count && !matches; i++) {
        const struct hours_dates *d = &rule->dates[i];
        int value = date.month * 100 + date.day;
        value += d->from >= 10000 ? date.year * 10000 : 0;
        matches = in_range(value, d->from, d->to);
    }
    return matches;
}

static bool weekday_matches(const struct hours_rule *rule, const struct hours_place *place,
                            int64_t day, struct calendar_date date) {
    if (rule->weekdays == 0 && !rule->public_holidays && !rule->school_holidays) {
        return true;
    }
    return (rule->weekdays >> calendar_weekday(day) & 1) != 0 ||
           (rule->public_holidays && is_holiday(place->holidays, false, date)) ||
           (rule->school_holidays && is_holiday(place->holidays, true, date));
}

/* Open minutes of one day, counted from its midnight; may reach into the next day. */
struct day_spans {
    struct hours_times span[DAY_SPANS_MAX];
    int count;
};

static void add_span(struct day_spans *day, struct hours_times span) {
    if (day->count < DAY_SPANS_MAX && span.end > span.start) {
        day->span[day->count++] = span;
    }
}

static int min(int a, int b) {
    return a < b ? a : b;
}

static int max(int a, int b) {
    return a > b ? a : b;
}

/* What lies before the hole and what lies after it; add_span leaves out the empty ones. */
static void subtract(struct day_spans *day, struct hours_times hole) {
    struct day_spans left = {.count = 0};
    for (int i = 0; i < day->count; i++) {
        struct hours_times s = day->span[i];
        add_span(&left, (struct hours_times){s.start, min(s.end, hole.start)});
        add_span(&left, (struct hours_times){max(s.start, hole.end), s.end});
    }
    *day = left;
}

static void apply_rule(const struct hours_rule *rule, struct day_spans *day) {
    if (!rule->is_open) {
        for (int i = 0; i < rule->time_count; i++) {
            subtract(day, rule->times[i]);
        }
        day->count = rule->time_count == 0 ? 0 : day->count;
        return;
    }
    if (!rule->is_additional) {
        day->count = 0;
    }
    for (int i = 0; i < rule->time_count; i++) {
        add_span(day, rule->times[i]);
    }
    if (rule->time_count == 0) {
        add_span(day, (struct hours_times){0, DAY_MINUTES});
    }
}

static void spans_of_day(const struct hours *hours, const struct hours_place *place, int64_t day,
                         struct day_spans *out) {
    struct calendar_date date = calendar_civil_from_days(day);
    out->count = 0;
    for (int i = 0; i < hours->rule_count; i++) {
        const struct hours_rule *rule = &hours->rules[i];
        if (year_matches(rule, date.year) && date_matches(rule, date) &&
            weekday_matches(rule, place, day, date)) {
            apply_rule(rule, out);
        }
    }
}

static flick_t instant(const struct hours_place *place, int64_t day, int minute) {
    return timezone_instant(place->timezone, day * 86400 + (int64_t)minute * 60) *
           FLICKS_PER_SECOND;
}

/* An open stretch that contains or touches t, from the days that can reach it; false when none. */
static bool stretch_at(const struct hours *hours, const struct hours_place *place, flick_t t,
                       bool ends_at_t, struct hours_interval *out) {
    int64_t utc_s = flick_floor_div(t, FLICKS_PER_SECOND);
    int64_t today = flick_floor_div(utc_s + timezone_offset_at(place->timezone, utc_s), 86400);
    bool found = false;
    for (int64_t day = today - 2; day <= today + 1; day++) {
        struct day_spans spans;
        spans_of_day(hours, place, day, &spans);
        for (int i = 0; i < spans.count; i++) {
            flick_t start = instant(place, day, spans.span[i].start);
            flick_t end = instant(place, day, spans.span[i].end);
            bool touches = ends_at_t ? start < t && end >= t : start <= t && end > t;
            if (touches && start < end) {
                out->start = found && out->start < start ? out->start : start;
                out->end = found && out->end > end ? out->end : end;
                found = true;
            }
        }
    }
    return found;
}

static int64_t local_day(const struct hours_place *place, flick_t t) {
    int64_t utc_s = flick_floor_div(t, FLICKS_PER_SECOND);
    return flick_floor_div(utc_s + timezone_offset_at(place->timezone, utc_s), 86400);
}

/* No rule with opening times names this year: its days need not be looked at. */
static bool year_is_closed(const struct hours *hours, int year) {
    for (int i = 0; i < hours->rule_count; i++) {
        const struct hours_rule *rule = &hours->rules[i];
        bool may_open = rule->is_open && year_matches(rule, year);
        for (int k = 0; may_open && k < rule->date_count; k++) {
            bool dated = rule->dates[k].from >= 10000;
            may_open = !dated ||
                       (year >= rule->dates[k].from / 10000 && year <= rule->dates[k].to / 10000);
            if (may_open) {
                break;
            }
        }
        if (may_open) {
            return false;
        }
    }
    return true;
}

/* The nearest opening after t (step 1) or the nearest closing before it (step -1). */
static flick_t nearest_edge(const struct hours *hours, const struct hours_place *place, flick_t t,
                            int step) {
    int64_t first = local_day(place, t);
    flick_t best = step > 0 ? FLICK_NEVER : FLICK_ALWAYS;
    for (int64_t i = -2; i < DAYS_MAX; i++) {
        int64_t day = first + step * i;
        struct calendar_date date = calendar_civil_from_days(day);
        if (i > 3 && year_is_closed(hours, date.year)) {
            int64_t edge = step > 0 ? calendar_days_from_civil(date.year + 1, 1, 1)
                                    : calendar_days_from_civil(date.year, 1, 1) - 1;
            i += (edge - day) * step - 1;
            continue;
        }
        struct day_spans spans;
        spans_of_day(hours, place, day, &spans);
        for (int k = 0; k < spans.count; k++) {
            flick_t start = instant(place, day, spans.span[k].start);
            flick_t end = instant(place, day, spans.span[k].end);
            if (start >= end) {
                continue; /* the clock skips it */
            }
            flick_t edge = step > 0 ? start : end;
            bool is_better = step > 0 ? edge > t && edge < best : edge <= t && edge > best;
            best = is_better ? edge : best;
        }
        bool is_settled = step > 0 ? best != FLICK_NEVER : best != FLICK_ALWAYS;
        if (is_settled && i >= 3) {
            break; /* an overnight span of a neighbouring day could still have been nearer */
        }
    }
    return best;
}

/* Stretches of neighbouring days are joined until there is a gap, or for so long that none comes.
 */
static struct hours_span open_span(const struct hours *hours, const struct hours_place *place,
                                   struct hours_interval stretch) {
    struct hours_interval more;
    for (int i = 0; stretch_at(hours, place, stretch.end, false, &more); i++) {
        stretch.end = more.end;
        if (i > DAYS_MAX) {
            stretch.end = FLICK_NEVER;
            break;
        }
    }
    for (int i = 0; stretch_at(hours, place, stretch.start, true, &more); i++) {
        stretch.start = more.start;
        if (i > DAYS_MAX) {
            stretch.start = FLICK_ALWAYS;
            break;
        }
    }
    return (struct hours_span){stretch.start, stretch.end, true};
}

struct hours_span hours_span_at(const struct hours *hours, const struct hours_place *place,
                                flick_t t) {
    struct hours_interval stretch;
    if (hours->is_constant) {
        return (struct hours_span){FLICK_ALWAYS, FLICK_NEVER, hours->constant_state};
    }
    if (stretch_at(hours, place, t, false, &stretch)) {
        return open_span(hours, place, stretch);
    }
    return (struct hours_span){nearest_edge(hours, place, t, -1), nearest_edge(hours, place, t, 1),
                               false};
}

size_t hours_intervals(const struct hours *hours, const struct hours_place *place, flick_t from,
                       flick_t to, struct hours_interval *out, size_t max) {
    size_t count = 0;
    for (flick_t t = from; t < to;) {
        struct hours_span span = hours_span_at(hours, place, t);
        if (span.open) {
            if (count < max) {
                out[count] = (struct hours_interval){span.since > from ? span.since : from,
                                                     span.until < to ? span.until : to};
            }
            count++;
        }
        t = span.until;
    }
    return count;
}

/* Weekly expressions that are open or closed on all seven days never change. */
void hours_find_constant(struct hours *hours) {
    int open_days = 0, closed_days = 0;
    for (int i = 0; i < hours->rule_count; i++) {
        const struct hours_rule *rule = &hours->rules[i];
        if (rule->year_count > 0 || rule->date_count > 0 || rule->public_holidays ||
            rule->school_holidays) {
            return;
        }
    }
    struct hours_place nowhere = {0};
    for (int64_t day = 0; day < 7; day++) {
        struct day_spans spans;
        spans_of_day(hours, &nowhere, day, &spans);
        bool is_whole = false;
        for (int i = 0; i < spans.count; i++) {
            is_whole = is_whole || (spans.span[i].start <= 0 && spans.span[i].end >= DAY_MINUTES);
        }
        open_days += is_whole;
        closed_days += spans.count == 0;
    }
    hours->is_constant = open_days == 7 || closed_days == 7;
    hours->constant_state = open_days == 7;
}

bool hours_needs_holidays(const struct hours *hours, bool *public_days, bool *school_days) {
    *public_days = *school_days = false;
    for (int i = 0; i < hours->rule_count; i++) {
        *public_days = *public_days || hours->rules[i].public_holidays;
        *school_days = *school_days || hours->rules[i].school_holidays;
    }
    return *public_days || *school_days;
}
