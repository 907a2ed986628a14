/* hours_parse_dates.c: years, months, dates, easter and weeks of a `when` expression. */
#include <string.h>

#include "model/calendar.h"
#include "model/hours_parser.h"

#define YEAR_MIN 1583 /* the first whole year of the calendar */
#define YEAR_MAX 9999

static bool is_year_next(struct parser *p) {
    parser_skip_spaces(p);
    return parser_digits(p->at) == 4;
}

static int take_year(struct parser *p) {
    if (!is_year_next(p)) {
        return 0;
    }
    int year = parser_take_number(p, 4);
    if (year < YEAR_MIN) {
        parser_fail(p, "the year %d is too early; write one from %d on", year, YEAR_MIN);
    }
    str_addf(&p->canonical, "%d", year);
    return year;
}

/* "/2" after a range; 1 when there is none. */
static int take_step(struct parser *p, bool is_range) {
    parser_skip_spaces(p);
    if (*p->at == '/' && !is_range) {
        parser_fail(p, "a period needs a range before it; write it like 01-20/2");
    }
    if (!parser_take(p, '/')) {
        return 1;
    }
    int digits = parser_digits(p->at);
    int step = digits >= 1 && digits <= 3 ? parser_take_number(p, digits) : 0;
    if (step < 1) {
        parser_fail(p, "a period is a number from 1 on; write it like /2");
        return 1;
    }
    str_addf(&p->canonical, "/%d", step);
    return step;
}

static void add_years(struct parser *p, struct hours_rule *rule, int from) {
    struct hours_numbers years = {from, from, 1};
    if (parser_take(p, '+')) {
        str_add(&p->canonical, "+");
        years.to = YEAR_MAX;
    } else if (parser_take(p, '-')) {
        str_add(&p->canonical, "-");
        years.to = take_year(p);
        if (years.to < from) {
            parser_fail(p, "the range of years is not one; write it like 2026-2028");
        }
    }
    years.step = take_step(p, true);
    if (years.step > 1 && years.to == from) {
        years.to = YEAR_MAX; /* "2026/2" has no end */
    }
    if (rule->year_count == HOURS_LIST_MAX) {
        parser_fail(p, "there are more than %d years in one rule", HOURS_LIST_MAX);
        return;
    }
    rule->years[rule->year_count++] = years;
}

static int take_week(struct parser *p) {
    bool is_number = parser_is_number_next(p);
    int digits = parser_digits(p->at);
    int week = is_number ? parser_take_number(p, digits) : 0;
    if (week < 1 || week > 53) {
        parser_fail(p, "weeks are numbers from 01 to 53; write it like week 01-10");
        return 1;
    }
    p->forgave = p->forgave || digits == 1;
    str_addf(&p->canonical, "%02d", week);
    return week;
}

static void parse_weeks(struct parser *p, struct hours_rule *rule) {
    const char *before = NULL;
    do {
        str_add(&p->canonical, before != NULL ? "," : "");
        struct hours_numbers weeks = {.from = take_week(p), .step = 1};
        weeks.to = weeks.from;
        if (parser_take(p, '-')) {
            str_add(&p->canonical, "-");
            weeks.to = take_week(p);
        }
        weeks.step = take_step(p, weeks.to != weeks.from);
        if (weeks.to < weeks.from) {
            parser_fail(
                p, "the range of weeks ends before it begins; write it as two, like 50-53,01-03");
        }
        if (rule->week_count == HOURS_LIST_MAX) {
            parser_fail(p, "there are more than %d weeks in one rule", HOURS_LIST_MAX);
        }
        if (p->failed) {
            return;
        }
        rule->weeks[rule->week_count++] = weeks;
        before = p->at;
    } while (parser_take(p, ',') && parser_is_number_next(p));
    p->at = before;
}

/* "12" after a month: a day, but not the hour of "12:00" and not a year. */
static int take_day(struct parser *p, int month, const char *before) {
    if (!parser_is_number_next(p)) {
        return 0;
    }
    int day = parser_take_number(p, parser_digits(p->at));
    if (day < 1 || day > calendar_days_in_month(2024, month)) {
        parser_fail(p, "%s has no day %d", parser_month_names[month - 1], day);
        return 0;
    }
    str_addf(&p->canonical, "%s%02d", before, day);
    return day;
}

/* "Su[-1]" after a month, as the beginning or end of a range. */
static void take_nth(struct parser *p, struct hours_moment *moment) {
    const char *before = p->at;
    size_t length = p->canonical.length;
    str_add(&p->canonical, " ");
    int weekday = parser_take_weekday(p);
    unsigned nth = weekday >= 0 && *p->at == '[' ? parser_nth(p) : 0;
    for (int n = 1; n <= 5; n++) {
        moment->nth = nth == 1u << n ? n : nth == 1u << (8 + n) ? -n : moment->nth;
    }
    if (moment->nth != 0) {
        moment->kind = HOURS_NTH;
        moment->weekday = weekday;
    } else {
        p->at = before;
        parser_cut(p, length);
    }
}

/* "Mar Su[-1]-Oct Su[-1]" as opposed to a month with certain weekdays, "Mar Su[-1] 10:00". */
static bool is_nth_range(struct parser *p) {
    struct parser probe = *p;
    struct hours_problem ignored;
    probe.problem = &ignored;
    probe.canonical = (struct str){0};
    struct hours_moment moment = {0};
    if (parser_digits(probe.at) == 4) {
        parser_take_number(&probe, 4);
    }
    bool is_range = parser_take_month(&probe) > 0;
    take_nth(&probe, &moment);
    parser_take_offset(&probe);
    is_range = is_range && moment.nth != 0 && parser_take(&probe, '-');
    parser_skip_spaces(&probe);
    is_range = is_range && (parser_digits(probe.at) == 4 || parser_is_month_next(&probe) ||
                            parser_take_word(&probe, "easter"));
    str_finish(&probe.canonical);
    return is_range;
}

/* What a range may begin or end with. `day` 0: the whole month; month 0 and kind DATE: nothing. */
static struct hours_moment take_moment(struct parser *p, bool takes_nth) {
    struct hours_moment moment = {.kind = HOURS_DATE, .year = take_year(p)};
    str_add(&p->canonical, moment.year > 0 ? " " : "");
    if (parser_take_word(p, "easter")) {
        moment.kind = HOURS_EASTER;
        str_add(&p->canonical, "easter");
        moment.offset = parser_take_offset(p);
        return moment;
    }
    moment.month = parser_take_month(p);
    if (moment.month == 0) {
        return moment;
    }
    moment.day = take_day(p, moment.month, " ");
    if (moment.day == 0 && takes_nth) {
        take_nth(p, &moment);
    }
    if (moment.day > 0 || moment.kind == HOURS_NTH) {
        moment.offset = parser_take_offset(p);
    }
    return moment;
}

static bool is_set(const struct hours_moment *moment) {
    return moment->month > 0 || moment->kind == HOURS_EASTER;
}

static void check_order(struct parser *p, const struct hours_dates *range) {
    const struct hours_moment *from = &range->from, *to = &range->to;
    bool is_plain = from->kind == HOURS_DATE && to->kind == HOURS_DATE;
    bool is_backwards = to->month * 100 + to->day < from->month * 100 + from->day;
    if (to->year > 0 && from->year == 0) {
        parser_fail(p, "the range begins without a year and ends with one; give both or none");
    } else if (to->year > 0 &&
               (to->year < from->year || (to->year == from->year && is_plain && is_backwards))) {
        parser_fail(p, "the range ends before it begins");
    }
}

/* Fills `range` from what follows its beginning. */
static void take_range_end(struct parser *p, struct hours_dates *out) {
    struct hours_dates range = *out;
    range.to = range.from;
    bool is_range = false;
    if (parser_take(p, '+')) {
        str_add(&p->canonical, "+");
        range.is_open_ended = true;
    } else if (parser_take(p, '-')) {
        is_range = true;
        str_add(&p->canonical, "-");
        parser_skip_spaces(p);
        int digits = parser_digits(p->at);
        if (range.from.day > 0 && digits >= 1 && digits <= 2) {
            range.to.day = take_day(p, range.from.month, "");
            range.to.offset = parser_take_offset(p);
        } else {
            range.to = take_moment(p, range.from.day > 0 || range.from.kind != HOURS_DATE);
        }
        if (!is_set(&range.to)) {
            parser_fail(p, "the end of the date range is missing; write it like Sep 12-Oct 31");
        }
    }
    range.step = take_step(p, is_range);
    *out = range;
}

static bool is_whole_month(const struct hours_moment *moment) {
    return moment->kind == HOURS_DATE && moment->day == 0;
}

/* "Sep", "Sep 12", "2026 Sep 12-Oct 31", "Sep 12-14", "easter -2 days-easter +1 day", "Sep 12+". A
 * year before whole months or nth weekdays is a condition of its own, also for what follows in the
 * list. */
static void parse_range(struct parser *p, struct hours_rule *rule, struct hours_moment from,
                        bool is_list) {
    struct hours_dates range = {.from = from, .step = 1};
    take_range_end(p, &range);
    bool is_year_apart =
        (is_whole_month(&range.from) && is_whole_month(&range.to)) || range.from.kind == HOURS_NTH;
    if (is_year_apart && !range.is_open_ended && range.from.year > 0 &&
        (range.to.year == 0 || range.to.year == range.from.year)) {
        range.only_year = range.from.year;
        range.from.year = range.to.year = 0;
    } else if (is_list && rule->date_count > 0 && range.from.year == 0) {
        range.only_year = rule->dates[rule->date_count - 1].only_year;
    }
    /* Whole months. */
    bool is_month = range.from.kind == HOURS_DATE && range.from.day == 0;
    range.from.day = is_month ? 1 : range.from.day;
    if (range.to.kind == HOURS_DATE && range.to.day == 0) {
        range.to.day = 31;
    }
    check_order(p, &range);
    if (range.is_open_ended && range.from.year == 0) {
        /* Every year from there on, to the year's end. */
        range.is_open_ended = false;
        range.to = (struct hours_moment){.kind = HOURS_DATE, .month = 12, .day = 31};
    }
    if (rule->date_count == HOURS_LIST_MAX) {
        parser_fail(p, "there are more than %d dates in one rule", HOURS_LIST_MAX);
    }
    if (range.to.year == 0 && range.from.year > 0) {
        bool is_over =
            range.to.kind == HOURS_DATE && range.from.kind == HOURS_DATE &&
            range.to.month * 100 + range.to.day < range.from.month * 100 + range.from.day;
        range.to.year = range.from.year + is_over;
    }
    if (!p->failed) {
        rule->dates[rule->date_count++] = range;
    }
}

/* Whether a month or easter follows, perhaps after a year. */
static bool is_range_next(struct parser *p) {
    struct parser probe = *p;
    probe.canonical = (struct str){0};
    if (is_year_next(&probe)) {
        parser_take_number(&probe, 4);
    }
    bool is_range = parser_is_month_next(&probe) || parser_take_word(&probe, "easter");
    str_finish(&probe.canonical);
    return is_range;
}

/* "25" of "Dec 24,25": another day of the month before the comma. */
static bool is_day_next(struct parser *p, const struct hours_rule *rule) {
    const struct hours_dates *last =
        rule->date_count > 0 ? &rule->dates[rule->date_count - 1] : NULL;
    bool has_day = last != NULL && last->from.kind == HOURS_DATE && last->to.kind == HOURS_DATE &&
                   last->from.month == last->to.month && !last->is_open_ended;
    return has_day && parser_is_number_next(p);
}

/* What a list of dates is made of. */
enum one { ONE_NONE, ONE_YEARS, ONE_RANGE };

/* In a list that began with years, "2027 Jan" goes on with a year. */
static enum one parse_one(struct parser *p, struct hours_rule *rule, enum one before) {
    bool is_list = before != ONE_NONE;
    parser_skip_spaces(p);
    if (before == ONE_RANGE && is_day_next(p, rule)) {
        const struct hours_moment *last = &rule->dates[rule->date_count - 1].from;
        struct hours_moment from = {.kind = HOURS_DATE, .year = last->year, .month = last->month};
        from.day = take_day(p, last->month, "");
        parse_range(p, rule, from, true);
        return ONE_RANGE;
    }
    if (before != ONE_YEARS && is_range_next(p)) {
        if (!is_list && rule->date_count > 0) {
            parser_fail(p, "two lists of dates stand side by side; write , between dates");
            return ONE_RANGE;
        }
        parse_range(p, rule, take_moment(p, is_nth_range(p)), is_list);
        return ONE_RANGE;
    }
    if (!is_list && rule->year_count > 0 && is_year_next(p)) {
        parser_fail(p, "two lists of years stand side by side; write , between years");
    }
    int year = p->failed ? 0 : take_year(p);
    if (year > 0) {
        add_years(p, rule, year);
    }
    return year > 0 || p->failed ? ONE_YEARS : ONE_NONE;
}

bool parser_dates(struct parser *p, struct hours_rule *rule) {
    bool found = false;
    enum one last = ONE_NONE;
    for (;;) {
        const char *before = p->at;
        size_t length = p->canonical.length;
        bool is_list = last != ONE_NONE && parser_take(p, ',');
        if (is_list) {
            str_add(&p->canonical, ",");
        } else {
            parser_space(p);
        }
        if (!is_list && parser_take_word(p, "week")) {
            str_add(&p->canonical, "week ");
            parse_weeks(p, rule);
            found = true;
            last = ONE_NONE;
        } else if ((last = parse_one(p, rule, is_list ? last : ONE_NONE)) != ONE_NONE) {
            found = true;
        } else {
            p->at = before;
            parser_cut(p, length);
            return found;
        }
        if (p->failed) {
            return found;
        }
    }
}

unsigned parser_nth(struct parser *p) {
    unsigned bits = 0;
    const char *separator = "";
    parser_take(p, '[');
    str_add(&p->canonical, "[");
    do {
        bool from_end = parser_take(p, '-');
        parser_skip_spaces(p);
        int digits = parser_digits(p->at), first = digits == 1 ? parser_take_number(p, 1) : 0;
        int last = first;
        str_addf(&p->canonical, "%s%s%d", separator, from_end ? "-" : "", first);
        if (!from_end && parser_take(p, '-')) {
            parser_skip_spaces(p);
            last = parser_digits(p->at) == 1 ? parser_take_number(p, 1) : 0;
            str_addf(&p->canonical, "-%d", last);
        }
        if (first < 1 || last > 5 || last < first) {
            parser_fail(p,
                        "days of the month are counted from 1 to 5, or from -1 to -5 from its end; "
                        "write it like Th[1,2-3] or Su[-1]");
            return 0;
        }
        for (int n = first; n <= last; n++) {
            bits |= 1u << (from_end ? 8 + n : n);
        }
        separator = ",";
    } while (parser_take(p, ','));
    if (!parser_take(p, ']')) {
        parser_fail(p, "the closing ] is missing");
        return 0;
    }
    str_add(&p->canonical, "]");
    return bits;
}
