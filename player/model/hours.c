#include "model/hours.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/translate.h"
#include "model/calendar.h"
#include "model/hours_private.h"
#include "model/sun.h"
#include "model/timezone.h"

#define DAY_MINUTES 1440
/* The longest stretch in which a yearless expression can stay as it is: 29 February on a given
 * weekday comes back after at most 40 years. */
#define DAYS_MAX (41 * 366)
/* Spans of a day neither overlap nor touch: each takes a minute, and another lies between two. */
#define DAY_SPANS_MAX (DAY_MINUTES / 2)

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
    *why = N_("write it like \"2026-09-02\", \"2026-09-02..2026-09-04\", \"09-02\" or "
              "\"09-02..09-04\"");
    if (from == 0 || to == 0 || (dots != NULL && has_year != end_has_year)) {
        return false;
    }
    if (has_year && to < from) {
        *why = N_("it ends before it begins");
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

static bool number_matches(const struct hours_numbers *list, int count, int value) {
    bool matches = count == 0;
    for (int i = 0; i < count && !matches; i++) {
        const struct hours_numbers *n = &list[i];
        matches = in_range(value, n->from, n->to) && (value - n->from) % n->step == 0;
    }
    return matches;
}

/* The day of the month's nth weekday (from its end when n < 0); may lie outside the month. */
static int64_t nth_weekday(int year, int month, int weekday, int n) {
    int64_t first = calendar_days_from_civil(year, month, 1);
    if (n > 0) {
        return first + (weekday - calendar_weekday(first) + 7) % 7 + 7 * (n - 1);
    }
    int64_t last = first + calendar_days_in_month(year, month) - 1;
    return last - (calendar_weekday(last) - weekday + 7) % 7 + 7 * (n + 1);
}

static int64_t moment_day(const struct hours_moment *moment, int year) {
    int days = calendar_days_in_month(year, moment->month > 0 ? moment->month : 1);
    int64_t day = 0;
    switch (moment->kind) {
    case HOURS_DATE:
        day = calendar_days_from_civil(year, moment->month, moment->day);
        day -= moment->day > days ? moment->day - days : 0; /* the month's end */
        break;
    case HOURS_EASTER:
        day = calendar_easter(year);
        break;
    case HOURS_NTH:
        day = nth_weekday(year, moment->month, moment->weekday, moment->nth);
        break;
    }
    return day + moment->offset;
}

/* A day that does not exist in the year, such as 29 February, is in no range of its own. */
static bool moment_exists(const struct hours_moment *moment, int year) {
    return moment->kind != HOURS_DATE || moment->day == 31 ||
           moment->day <= calendar_days_in_month(year, moment->month);
}

/* The range that begins in `year`. */
static bool range_has(const struct hours_dates *range, int year, int64_t day) {
    bool is_single = memcmp(&range->from, &range->to, sizeof range->from) == 0;
    if (is_single && !moment_exists(&range->from, year)) {
        return false;
    }
    int64_t from = moment_day(&range->from, year) + !moment_exists(&range->from, year);
    int end_year = range->to.year > 0 ? range->to.year : year;
    int64_t to = moment_day(&range->to, end_year);
    if (to < from && range->to.year <= range->from.year) {
        to = moment_day(&range->to, end_year + 1); /* over New Year */
    }
    return day >= from && (day <= to || range->is_open_ended) && (day - from) % range->step == 0;
}

static bool date_matches(const struct hours_rule *rule, int64_t day, int year) {
    bool matches = rule->date_count == 0;
    for (int i = 0; i < rule->date_count && !matches; i++) {
        const struct hours_dates *range = &rule->dates[i];
        if (range->only_year > 0 && range->only_year != year) {
            continue;
        }
        if (range->from.year > 0) {
            matches = range_has(range, range->from.year, day);
        } else {
            /* An offset may move the range over either end of the year. */
            matches = range_has(range, year, day) || range_has(range, year - 1, day) ||
                      range_has(range, year + 1, day);
        }
    }
    return matches;
}

static bool is_nth(const struct hours_days *days, int64_t day) {
    struct calendar_date date = calendar_civil_from_days(day);
    int from_start = (date.day - 1) / 7 + 1;
    int from_end = (calendar_days_in_month(date.year, date.month) - date.day) / 7 + 1;
    return (days->nth >> from_start & 1) != 0 || (days->nth >> (8 + from_end) & 1) != 0;
}

static bool one_day_matches(const struct hours_days *days, const struct hours_place *place,
                            int64_t day) {
    day -= days->offset;
    switch (days->kind) {
    case HOURS_PUBLIC:
    case HOURS_SCHOOL:
        return is_holiday(place->holidays, days->kind == HOURS_SCHOOL,
                          calendar_civil_from_days(day));
    case HOURS_WEEKDAYS:
        return in_range(calendar_weekday(day), days->from, days->to);
    case HOURS_NTH_WEEKDAYS:
        return in_range(calendar_weekday(day), days->from, days->to) && is_nth(days, day);
    }
    return false;
}

static bool any_day_matches(const struct hours_days *list, int count,
                            const struct hours_place *place, int64_t day) {
    bool matches = count == 0;
    for (int i = 0; i < count && !matches; i++) {
        matches = one_day_matches(&list[i], place, day);
    }
    return matches;
}

static bool rule_matches(const struct hours_rule *rule, const struct hours_place *place,
                         int64_t day) {
    int year = calendar_civil_from_days(day).year, week_year;
    return number_matches(rule->years, rule->year_count, year) && date_matches(rule, day, year) &&
           (rule->week_count == 0 ||
            number_matches(rule->weeks, rule->week_count, calendar_iso_week(day, &week_year))) &&
           any_day_matches(rule->holidays, rule->holiday_count, place, day) &&
           any_day_matches(rule->days, rule->day_count, place, day);
}

static bool has_date(const struct hours_rule *rule) {
    return rule->year_count + rule->week_count + rule->date_count + rule->holiday_count +
               rule->day_count >
           0;
}

/* Open minutes of one day, from its midnight to the next. */
struct span {
    int start;
    int end;
};
struct day_spans {
    struct span span[DAY_SPANS_MAX];
    int count;
};

static int min(int a, int b) {
    return a < b ? a : b;
}

static int max(int a, int b) {
    return a > b ? a : b;
}

static void add_span(struct day_spans *day, struct span span) {
    int kept = 0;
    if (span.end <= span.start) {
        return;
    }
    for (int i = 0; i < day->count; i++) {
        struct span other = day->span[i];
        if (other.end < span.start || other.start > span.end) {
            day->span[kept++] = other;
        } else {
            span = (struct span){min(span.start, other.start), max(span.end, other.end)};
        }
    }
    assert(kept < DAY_SPANS_MAX);
    day->span[kept] = span;
    day->count = kept + 1;
}

/* What lies before the hole and what lies after it; add_span leaves out the empty ones. */
static void subtract(struct day_spans *day, struct span hole) {
    struct day_spans left;
    left.count = 0;
    for (int i = 0; i < day->count; i++) {
        struct span s = day->span[i];
        add_span(&left, (struct span){s.start, min(s.end, hole.start)});
        add_span(&left, (struct span){max(s.start, hole.end), s.end});
    }
    *day = left;
}

/* Where the sun stays up, it rises at 00:00 and sets at 24:00; where it stays down, both are at
 * noon, so that from sunrise to sunset is nothing. The event is the one on the local day, which may
 * belong to another day's noon in UTC. */
static int minute_of(const struct hours_time *time, const struct hours_place *place, int64_t day) {
    static const int64_t tried[] = {0, -1, 1};
    bool is_morning = time->event == SUN_DAWN || time->event == SUN_SUNRISE;
    enum sun_course course = SUN_PASSES;
    if (!time->is_sun) {
        return time->minutes;
    }
    for (int i = 0; i < 3; i++) {
        int64_t utc_s;
        course =
            sun_event_at(time->event, day + tried[i], place->latitude, place->longitude, &utc_s);
        int64_t local_s = course == SUN_PASSES
                              ? utc_s + timezone_offset_at(place->timezone, utc_s) - day * 86400
                              : -1;
        if (local_s >= 0 && local_s < 86400) {
            return (int)(local_s / 60) + time->minutes;
        }
        if (course != SUN_PASSES) {
            break;
        }
    }
    return (course == SUN_STAYS_DOWN ? DAY_MINUTES / 2
            : is_morning             ? 0
                                     : DAY_MINUTES) +
           time->minutes;
}

static struct span span_of(const struct hours_times *times, const struct hours_place *place,
                           int64_t day) {
    struct span span = {minute_of(&times->start, place, day), minute_of(&times->end, place, day)};
    bool is_over = span.end < span.start || (span.end == span.start && !times->start.is_sun);
    if (times->may_wrap && is_over) {
        span.end = DAY_MINUTES + minute_of(&times->end, place, day + 1); /* sunset-sunrise */
    }
    return span;
}

static void apply(const struct hours_rule *rule, struct span span, struct day_spans *out) {
    span = (struct span){max(span.start, 0), min(span.end, DAY_MINUTES)};
    if (rule->is_open) {
        add_span(out, span);
    } else if (!rule->is_fallback) {
        subtract(out, span);
    }
}

/* What a rule gives a day: from its own match, and from the part of yesterday's times that lies
 * after midnight. As in the reference implementation, a day belongs to whatever rule names it last:
 * an opening rule that replaces others takes what runs over from yesterday away, too. */
static void apply_rule(const struct hours *hours, int number, const struct hours_place *place,
                       int64_t day, struct day_spans *out) {
    const struct hours_rule *rule = &hours->rules[number];
    if (rule_matches(rule, place, day)) {
        bool replaces = rule->is_open && !rule->is_additional &&
                        (has_date(rule) || (number > 0 && !has_date(rule - 1)));
        out->count = replaces ? 0 : out->count;
        for (int i = 0; i < rule->time_count; i++) {
            apply(rule, span_of(&rule->times[i], place, day), out);
        }
        if (rule->time_count == 0) {
            apply(rule, (struct span){0, DAY_MINUTES}, out);
        }
    }
    bool matches_yesterday = rule->time_count > 0 && rule_matches(rule, place, day - 1);
    for (int i = 0; i < rule->time_count && matches_yesterday; i++) {
        struct span span = span_of(&rule->times[i], place, day - 1);
        apply(rule, (struct span){span.start - DAY_MINUTES, span.end - DAY_MINUTES}, out);
    }
}

static void spans_of_day(const struct hours *hours, const struct hours_place *place, int64_t day,
                         struct day_spans *out) {
    out->count = 0;
    for (int i = 0; i < hours->rule_count; i++) {
        apply_rule(hours, i, place, day, out);
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
    for (int64_t day = today - 1; day <= today + 1; day++) {
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

/* No rule with opening times names this year or the one before (whose last night may run over):
 * its days need not be looked at. */
static bool year_is_closed(const struct hours *hours, int year) {
    for (int i = 0; i < hours->rule_count; i++) {
        const struct hours_rule *rule = &hours->rules[i];
        bool may_open = rule->is_open && (number_matches(rule->years, rule->year_count, year) ||
                                          number_matches(rule->years, rule->year_count, year - 1));
        bool may_be_dated = rule->date_count == 0;
        for (int k = 0; k < rule->date_count; k++) {
            const struct hours_dates *range = &rule->dates[k];
            int first = range->only_year > 0 ? range->only_year : range->from.year;
            int last = range->to.year > 0 ? range->to.year : first;
            may_be_dated = may_be_dated || first == 0 ||
                           (year >= first - 1 && (range->is_open_ended || year <= last + 1));
        }
        if (may_open && may_be_dated) {
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

static bool is_whole(const struct day_spans *day) {
    struct day_spans rest = {.span = {{0, DAY_MINUTES}}, .count = 1};
    for (int i = 0; i < day->count; i++) {
        subtract(&rest, day->span[i]);
    }
    return rest.count == 0;
}

/* How many days in a row are open from midnight to midnight, from `day` in steps of 1 or -1; at
 * most DAYS_MAX, which is for ever. */
static int64_t whole_days(const struct hours *hours, const struct hours_place *place, int64_t day,
                          int step) {
    int64_t count = 0;
    for (; count < DAYS_MAX; count++) {
        struct day_spans spans;
        spans_of_day(hours, place, day + step * count, &spans);
        if (!is_whole(&spans)) {
            break;
        }
    }
    return count;
}

/* Stretches of neighbouring days are joined until there is a gap, or for so long that none comes:
 * from midnight on by whole days, which is what makes an open year cheap. */
static struct hours_span open_span(const struct hours *hours, const struct hours_place *place,
                                   struct hours_interval stretch) {
    struct hours_interval more;
    while (stretch_at(hours, place, stretch.end, false, &more)) {
        int64_t day = local_day(place, more.end);
        int64_t whole = more.end == instant(place, day, 0) ? whole_days(hours, place, day, 1) : 0;
        stretch.end = whole == DAYS_MAX ? FLICK_NEVER
                      : whole > 0       ? instant(place, day + whole, 0)
                                        : more.end;
        if (whole == DAYS_MAX) {
            break;
        }
    }
    while (stretch_at(hours, place, stretch.start, true, &more)) {
        int64_t day = local_day(place, more.start);
        int64_t whole =
            more.start == instant(place, day, 0) ? whole_days(hours, place, day - 1, -1) : 0;
        stretch.start = whole == DAYS_MAX ? FLICK_ALWAYS
                        : whole > 0       ? instant(place, day - whole, 0)
                                          : more.start;
        if (whole == DAYS_MAX) {
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

/* Sorted by start. */
static void sort_spans(struct day_spans *day) {
    for (int i = 1; i < day->count; i++) {
        struct span span = day->span[i];
        int k = i;
        for (; k > 0 && day->span[k - 1].start > span.start; k--) {
            day->span[k] = day->span[k - 1];
        }
        day->span[k] = span;
    }
}

size_t hours_intervals(const struct hours *hours, const struct hours_place *place, flick_t from,
                       flick_t to, struct hours_interval *out, size_t max) {
    size_t count = 0;
    flick_t open_until = FLICK_ALWAYS; /* end of the last interval */
    for (int64_t day = local_day(place, from) - 1; instant(place, day, 0) < to; day++) {
        struct day_spans spans;
        spans_of_day(hours, place, day, &spans);
        sort_spans(&spans);
        for (int i = 0; i < spans.count; i++) {
            flick_t start = instant(place, day, spans.span[i].start);
            flick_t end = instant(place, day, spans.span[i].end);
            start = start > from ? start : from;
            end = end < to ? end : to;
            if (start >= end || end <= open_until) {
                continue;
            }
            if (count == 0 || start > open_until) {
                count++;
                if (count <= max) {
                    out[count - 1].start = start;
                }
            }
            if (count <= max) {
                out[count - 1].end = end;
            }
            open_until = end;
        }
    }
    return count;
}

static bool is_weekly(const struct hours_rule *rule) {
    bool weekly = rule->year_count + rule->week_count + rule->date_count + rule->holiday_count == 0;
    for (int i = 0; i < rule->day_count; i++) {
        weekly = weekly && rule->days[i].kind == HOURS_WEEKDAYS;
    }
    for (int i = 0; i < rule->time_count; i++) {
        weekly = weekly && !rule->times[i].start.is_sun && !rule->times[i].end.is_sun;
    }
    return weekly;
}

/* Weekly expressions that are open or closed on all seven days never change. */
void hours_find_constant(struct hours *hours) {
    int open_days = 0, closed_days = 0;
    for (int i = 0; i < hours->rule_count; i++) {
        if (!is_weekly(&hours->rules[i])) {
            return;
        }
    }
    struct hours_place nowhere = {0};
    for (int64_t day = 0; day < 7; day++) {
        struct day_spans spans;
        spans_of_day(hours, &nowhere, day, &spans);
        open_days += is_whole(&spans);
        closed_days += spans.count == 0;
    }
    hours->is_constant = open_days == 7 || closed_days == 7;
    hours->constant_state = open_days == 7;
}

bool hours_needs_location(const struct hours *hours) {
    bool needs = false;
    for (int i = 0; i < hours->rule_count; i++) {
        const struct hours_rule *rule = &hours->rules[i];
        for (int k = 0; k < rule->time_count; k++) {
            needs = needs || rule->times[k].start.is_sun || rule->times[k].end.is_sun;
        }
    }
    return needs;
}
