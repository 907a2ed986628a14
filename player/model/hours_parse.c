/* hours_parse.c: the text of a `when` expression into rules.
 *
 * Recursive descent over the bytes; every token that is consumed adds its canonical spelling, so a
 * forgiven spelling ("Mon-Fri 8:00-17:00") comes with what should have been written. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/calendar.h"
#include "model/hours.h"
#include "model/hours_private.h"

struct parser {
    const char *text;
    const char *at;
    struct hours_problem *problem;
    struct str canonical;
    bool forgave;
    bool failed;
};

static const char *const weekday_names[] = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};
static const char *const weekday_words[] = {"monday", "tuesday",  "wednesday", "thursday",
                                            "friday", "saturday", "sunday"};
static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const month_words[] = {"january",   "february", "march",    "april",
                                          "may",       "june",     "july",     "august",
                                          "september", "october",  "november", "december"};
/* Words of the language that this version refuses, with the reason. */
static const struct {
    const char *word;
    const char *why;
} refused[] = {
    {"unknown", "\"unknown\" cannot mean anything on a screen; write open or off"},
    {"sunrise", "sun times are not supported yet; write a time such as 06:00"},
    {"sunset", "sun times are not supported yet; write a time such as 18:30"},
    {"dawn", "sun times are not supported yet; write a time such as 05:30"},
    {"dusk", "sun times are not supported yet; write a time such as 19:00"},
    {"week", "week numbers are not supported yet; write dates"},
    {"easter", "easter is not supported yet; write its dates"},
};

__attribute__((format(printf, 2, 3))) static void fail(struct parser *p, const char *format, ...) {
    if (p->failed) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(p->problem->text, sizeof p->problem->text, format, arguments);
    va_end(arguments);
    p->problem->column = (int)(p->at - p->text) + 1;
    p->failed = true;
}

static void skip_spaces(struct parser *p) {
    while (*p->at == ' ' || *p->at == '\t') {
        p->at++;
    }
}

static bool take(struct parser *p, char c) {
    skip_spaces(p);
    if (*p->at != c) {
        return false;
    }
    p->at++;
    return true;
}

static size_t word_length(const char *at) {
    size_t length = 0;
    while (isalpha((unsigned char)at[length])) {
        length++;
    }
    return length;
}

/* Index of the name that the word at p->at is: the short form, or an abbreviation of the long one
 * of at least three letters; -1 for none. Consumes it. */
static int take_name(struct parser *p, const char *const *shorts, const char *const *words,
                     int count) {
    skip_spaces(p);
    size_t length = word_length(p->at);
    for (int i = 0; i < count; i++) {
        bool is_short = length == strlen(shorts[i]) && strncasecmp(p->at, shorts[i], length) == 0;
        bool is_word =
            length >= 3 && length <= strlen(words[i]) && strncasecmp(p->at, words[i], length) == 0;
        if (is_short || is_word) {
            p->forgave = p->forgave || strncmp(p->at, shorts[i], length) != 0 || !is_short;
            p->at += length;
            str_add(&p->canonical, shorts[i]);
            return i;
        }
    }
    return -1;
}

static bool take_word(struct parser *p, const char *word) {
    skip_spaces(p);
    size_t length = word_length(p->at);
    if (length != strlen(word) || strncasecmp(p->at, word, length) != 0) {
        return false;
    }
    p->at += length;
    return true;
}

static int digits_at(const char *at) {
    int count = 0;
    while (isdigit((unsigned char)at[count])) {
        count++;
    }
    return count;
}

static int take_digits(struct parser *p, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
        value = value * 10 + (*p->at++ - '0');
    }
    return value;
}

/* A time HH:MM (up to 48:00 as an end) comes next. */
static bool is_time_next(struct parser *p) {
    skip_spaces(p);
    int digits = digits_at(p->at);
    return digits >= 1 && digits <= 2 && p->at[digits] == ':';
}

static int take_time(struct parser *p, int most) {
    int digits = digits_at(p->at);
    int hour = take_digits(p, digits);
    p->at++;
    int minute_digits = digits_at(p->at);
    int minute = minute_digits == 2 ? take_digits(p, 2) : 60;
    int value = hour * 60 + minute;
    if (minute > 59 || value > most) {
        fail(p, "this is not a time of day; write it like 06:00, up to %02d:00", most / 60);
    }
    p->forgave = p->forgave || digits == 1;
    str_addf(&p->canonical, "%02d:%02d", hour, minute);
    return value;
}

static void parse_times(struct parser *p, struct hours_rule *rule) {
    do {
        if (rule->time_count == HOURS_LIST_MAX) {
            fail(p, "there are more than %d times in one rule", HOURS_LIST_MAX);
            return;
        }
        str_add(&p->canonical, rule->time_count > 0 ? "," : p->canonical.length > 0 ? " " : "");
        struct hours_times span = {.start = take_time(p, 1440)};
        if (!take(p, '-')) {
            fail(p, "a time needs its end: 06:00-22:00");
            return;
        }
        str_add(&p->canonical, "-");
        if (!is_time_next(p)) {
            fail(p, "the end of the time span is missing: 06:00-22:00");
            return;
        }
        span.end = take_time(p, 2880);
        if (*p->at == '+') {
            fail(p, "an open end cannot mean anything on a screen; write the end");
            return;
        }
        span.end += span.end <= span.start ? 1440 : 0;
        rule->times[rule->time_count++] = span;
        /* A comma goes on with another time, or begins an additional rule. */
        const char *before = p->at;
        if (!take(p, ',') || !is_time_next(p)) {
            p->at = before;
            return;
        }
    } while (!p->failed);
}

static void add_weekdays(struct parser *p, struct hours_rule *rule, int first) {
    int last = first;
    skip_spaces(p);
    if (*p->at == '[') {
        fail(p, "days of the month such as Th[1] are not supported yet; write dates");
        return;
    }
    if (take(p, '-')) {
        str_add(&p->canonical, "-");
        last = take_name(p, weekday_names, weekday_words, 7);
        if (last < 0) {
            fail(p, "the end of the range is not a weekday; write it like Mo-Fr");
            return;
        }
    }
    for (int day = first;; day = (day + 1) % 7) {
        rule->weekdays |= 1u << day;
        if (day == last) {
            return;
        }
    }
}

static bool parse_one_weekday(struct parser *p, struct hours_rule *rule) {
    if (take_word(p, "PH")) {
        rule->public_holidays = true;
        str_add(&p->canonical, "PH");
        return true;
    }
    if (take_word(p, "SH")) {
        rule->school_holidays = true;
        str_add(&p->canonical, "SH");
        return true;
    }
    int day = take_name(p, weekday_names, weekday_words, 7);
    if (day >= 0) {
        add_weekdays(p, rule, day);
    }
    return day >= 0;
}

static void space_before(struct parser *p) {
    size_t length = p->canonical.length;
    if (length > 0 && p->canonical.text[length - 1] != ' ') {
        str_add(&p->canonical, " ");
    }
}

/* The canonical text must not keep a separator that turned out to be none. */
static void cut(struct parser *p, size_t length) {
    p->canonical.length = length;
    if (p->canonical.text != NULL) {
        p->canonical.text[length] = 0;
    }
}

static bool parse_weekdays(struct parser *p, struct hours_rule *rule) {
    size_t length = p->canonical.length;
    space_before(p);
    if (!parse_one_weekday(p, rule)) {
        cut(p, length);
        return false;
    }
    for (;;) {
        const char *before = p->at;
        length = p->canonical.length;
        bool comma = take(p, ',');
        str_add(&p->canonical, ",");
        if (!comma || p->failed || !parse_one_weekday(p, rule)) {
            p->at = before;
            cut(p, length);
            return true;
        }
    }
}

static int take_year(struct parser *p) {
    skip_spaces(p);
    if (digits_at(p->at) != 4 || p->at[4] == ':') {
        return 0;
    }
    int year = take_digits(p, 4);
    str_addf(&p->canonical, "%d", year);
    return year;
}

static bool is_month_next(struct parser *p) {
    struct parser probe = *p;
    probe.canonical = (struct str){0};
    bool is_month = take_name(&probe, month_names, month_words, 12) >= 0;
    str_finish(&probe.canonical);
    return is_month;
}

/* "12" after a month: a day, but not the hour of "12:00" and not a year. */
static int take_day(struct parser *p, int month) {
    skip_spaces(p);
    int digits = digits_at(p->at);
    if (digits < 1 || digits > 2 || p->at[digits] == ':') {
        return 0;
    }
    int day = take_digits(p, digits);
    if (day < 1 || day > calendar_days_in_month(2024, month)) {
        fail(p, "%s has no day %d", month_names[month - 1], day);
        return 0;
    }
    str_addf(&p->canonical, " %02d", day);
    return day;
}

/* One side of a date range; fields that are not given are 0. */
struct side {
    int year, month, day;
};

static struct side take_side(struct parser *p) {
    struct side side = {.year = take_year(p)};
    str_add(&p->canonical, side.year > 0 ? " " : "");
    side.month = take_name(p, month_names, month_words, 12) + 1;
    side.day = side.month > 0 ? take_day(p, side.month) : 0;
    return side;
}

static void add_dates(struct parser *p, struct hours_rule *rule, struct side from, struct side to) {
    if (rule->date_count == HOURS_LIST_MAX) {
        fail(p, "there are more than %d dates in one rule", HOURS_LIST_MAX);
        return;
    }
    to.year = to.year == 0 ? from.year : to.year;
    if (to.year > 0 && from.year == 0) {
        fail(p, "the range begins without a year and ends with one; give both or none");
        return;
    }
    int first = from.day > 0 ? from.day : 1;
    int last = to.day > 0 ? to.day : to.month == 2 ? 29 : calendar_days_in_month(2024, to.month);
    struct hours_dates range = {from.year * 10000 + from.month * 100 + first,
                                to.year * 10000 + to.month * 100 + last};
    if (from.year > 0 && from.year == to.year && range.to < range.from) {
        range.to += 10000; /* over New Year */
    }
    if (range.to < range.from && from.year > 0) {
        fail(p, "the range ends before it begins");
        return;
    }
    rule->dates[rule->date_count++] = range;
}

static void parse_date_range(struct parser *p, struct hours_rule *rule) {
    struct side from = take_side(p), to = from;
    if (take(p, '-')) {
        str_add(&p->canonical, "-");
        skip_spaces(p);
        bool only_day = from.day > 0 && digits_at(p->at) >= 1 && digits_at(p->at) <= 2;
        if (only_day) {
            to.day = take_day(p, from.month);
        } else {
            to = take_side(p);
        }
        if (to.month == 0) {
            fail(p, "the end of the date range is missing; write it like Sep 12-Oct 31");
        }
    }
    if (!p->failed) {
        add_dates(p, rule, from, to);
    }
}

static void add_years(struct parser *p, struct hours_rule *rule, int from) {
    int to = from;
    if (take(p, '+')) {
        str_add(&p->canonical, "+");
        to = 9999;
    } else if (take(p, '-')) {
        str_add(&p->canonical, "-");
        to = take_year(p);
        if (to < from) {
            fail(p, "the range of years is not one; write it like 2026-2028");
        }
    }
    if (rule->year_count < HOURS_LIST_MAX) {
        rule->years[rule->year_count++] = (struct hours_years){from, to};
    }
}

/* A year belongs to the date when a month follows, else it is a selector of its own. */
static bool parse_dates(struct parser *p, struct hours_rule *rule) {
    bool found = false;
    do {
        struct parser start = *p;
        size_t length = p->canonical.length;
        space_before(p);
        skip_spaces(p);
        const char *at = p->at;
        int year = take_year(p);
        bool month_next = is_month_next(p);
        if (year == 0 && !month_next) {
            p->at = found ? start.at - 1 : start.at;
            cut(p, found ? length - 1 : length);
            return found;
        }
        if (month_next) {
            p->at = at;
            cut(p, p->canonical.length - (year > 0 ? 4 : 0));
            parse_date_range(p, rule);
        } else {
            add_years(p, rule, year);
        }
        found = true;
        const char *before = p->at;
        if (take(p, ',')) {
            str_add(&p->canonical, ",");
            continue;
        }
        p->at = before;
        if (month_next || !is_month_next(p)) { /* "2026-2028 Sep": a month goes on after years */
            return true;
        }
    } while (!p->failed);
    return found;
}

static bool parse_state(struct parser *p, struct hours_rule *rule) {
    rule->is_open = true;
    skip_spaces(p);
    if (take_word(p, "off") || take_word(p, "closed")) {
        space_before(p);
        str_add(&p->canonical, "off");
        rule->is_open = false;
        return true;
    }
    if (take_word(p, "open")) {
        space_before(p);
        str_add(&p->canonical, "open");
        return true;
    }
    return false;
}

static void skip_comment(struct parser *p) {
    if (take(p, '"')) {
        const char *end = strchr(p->at, '"');
        if (end == NULL) {
            fail(p, "the comment has no closing quote");
            return;
        }
        p->at = end + 1;
    }
}

static bool take_always(struct parser *p) {
    skip_spaces(p);
    if (strncmp(p->at, "24/7", 4) != 0) {
        return false;
    }
    p->at += 4;
    str_add(&p->canonical, "24/7");
    return true;
}

static void fail_at_word(struct parser *p) {
    size_t length = word_length(p->at);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (length == strlen(refused[i].word) && strncasecmp(p->at, refused[i].word, length) == 0) {
            fail(p, "%s", refused[i].why);
            return;
        }
    }
    if (*p->at == 0) {
        fail(p, "something is missing here");
    } else if (length > 0) {
        fail(p, "\"%.*s\" is not a weekday, month or word of the language", (int)length, p->at);
    } else {
        fail(p, "\"%.8s\" is not expected here", p->at);
    }
}

static void parse_rule(struct parser *p, struct hours_rule *rule) {
    bool anything = take_always(p);
    anything = parse_dates(p, rule) || anything;
    if (anything && take(p, ':')) {
        str_add(&p->canonical, ":");
    }
    anything = (!p->failed && parse_weekdays(p, rule)) || anything;
    if (!p->failed && is_time_next(p)) {
        parse_times(p, rule);
        anything = true;
    }
    anything = (!p->failed && parse_state(p, rule)) || anything;
    if (!p->failed) {
        skip_comment(p);
    }
    if (!p->failed && !anything) {
        fail_at_word(p);
    }
}

static void parse_all(struct parser *p, struct hours *hours) {
    bool additional = false;
    for (;;) {
        if (hours->rule_count == HOURS_RULES_MAX) {
            fail(p, "there are more than %d rules", HOURS_RULES_MAX);
            return;
        }
        struct hours_rule *rule = &hours->rules[hours->rule_count++];
        rule->is_additional = additional;
        parse_rule(p, rule);
        skip_spaces(p);
        if (p->failed || *p->at == 0) {
            return;
        }
        if (strncmp(p->at, "||", 2) == 0) {
            fail(p, "fallback rules (||) are not supported yet; use a zone's fallback");
        } else if (*p->at == ';' || *p->at == ',') {
            additional = *p->at == ',';
            str_add(&p->canonical, additional ? ", " : "; ");
            p->at++;
            skip_spaces(p);
            if (*p->at == 0 && !additional) {
                return; /* a semicolon at the end is forgiven */
            }
        } else {
            fail_at_word(p);
        }
        if (p->failed) {
            return;
        }
    }
}

struct hours *hours_parse(struct arena *arena, const char *text, struct hours_problem *problem,
                          const char **canonical) {
    struct parser p = {.text = text, .at = text, .problem = problem};
    *problem = (struct hours_problem){0};
    if (strlen(text) > HOURS_TEXT_MAX) {
        fail(&p, "the expression is longer than %d bytes", HOURS_TEXT_MAX);
        return NULL;
    }
    struct hours *hours = arena_zero(arena, 1, sizeof *hours);
    hours->rules = arena_zero(arena, HOURS_RULES_MAX, sizeof *hours->rules);
    parse_all(&p, hours);
    if (!p.failed) {
        hours_find_constant(hours);
        if (canonical != NULL) {
            *canonical = arena_strdup(arena, str_text(&p.canonical));
        }
        if (p.forgave) {
            snprintf(problem->text, sizeof problem->text, "this spelling is forgiven");
        }
    }
    str_finish(&p.canonical);
    return p.failed ? NULL : hours;
}
