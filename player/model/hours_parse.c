/* hours_parse.c: the text of a `when` expression into rules. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/translate.h"
#include "model/hours_parser.h"

#define DAY_MINUTES 1440

static const struct {
    const char *word;
    enum sun_event event;
    int usual; /* minutes: tells a span of a day from one over midnight */
} sun_words[] = {{"dawn", SUN_DAWN, 330},
                 {"sunrise", SUN_SUNRISE, 360},
                 {"sunset", SUN_SUNSET, 1080},
                 {"dusk", SUN_DUSK, 1110}};

static bool is_time_next(struct parser *p) {
    parser_skip_spaces(p);
    size_t length = parser_word_length(p->at);
    bool is_sun = *p->at == '(';
    for (size_t i = 0; i < sizeof sun_words / sizeof sun_words[0]; i++) {
        is_sun = is_sun || (length == strlen(sun_words[i].word) &&
                            strncasecmp(p->at, sun_words[i].word, length) == 0);
    }
    return is_sun || parser_is_clock_next(p);
}

static bool take_sun(struct parser *p, struct hours_time *time) {
    for (size_t i = 0; i < sizeof sun_words / sizeof sun_words[0]; i++) {
        if (parser_take_word(p, sun_words[i].word)) {
            *time = (struct hours_time){.is_sun = true, .event = sun_words[i].event};
            str_add(&p->canonical, sun_words[i].word);
            return true;
        }
    }
    return false;
}

/* "06:00", "sunrise", "(sunset-01:30)". */
static struct hours_time take_time(struct parser *p, int most) {
    struct hours_time time = {0};
    parser_skip_spaces(p);
    if (take_sun(p, &time)) {
        return time;
    }
    if (!parser_take(p, '(')) {
        time.minutes = parser_take_clock(p, most);
        return time;
    }
    str_add(&p->canonical, "(");
    bool is_sun = take_sun(p, &time);
    parser_skip_spaces(p);
    char sign = *p->at;
    if (!is_sun || (sign != '+' && sign != '-')) {
        parser_fail(p, "write times by the sun like (sunset-01:30)");
        return time;
    }
    p->at++;
    str_addf(&p->canonical, "%c", sign);
    if (!parser_is_clock_next(p)) {
        parser_fail(p, "the hours and minutes are missing; write it like (sunset-01:30)");
        return time;
    }
    int minutes = parser_take_clock(p, DAY_MINUTES);
    time.minutes = sign == '-' ? -minutes : minutes;
    if (!parser_take(p, ')')) {
        parser_fail(p, "the closing ) is missing");
    }
    str_add(&p->canonical, ")");
    return time;
}

static int usual_minutes(const struct hours_time *time) {
    return time->minutes + (time->is_sun ? sun_words[time->event].usual : 0);
}

/* Whether a span ends on the next day. By the sun, its usual times decide whether it ever does, so
 * that "sunset-21:00" is nothing when the sun sets later. */
static void settle_end(struct hours_times *span) {
    int start = usual_minutes(&span->start), end = usual_minutes(&span->end);
    if (span->start.is_sun || span->end.is_sun) {
        span->may_wrap = (span->start.is_sun && span->end.is_sun) || end < start;
    } else if (end <= start) {
        span->end.minutes += DAY_MINUTES;
    }
}

/* The end of a span that has begun. An open end on a screen is the end of the day. */
static void take_end(struct parser *p, struct hours_times *span) {
    if (parser_take(p, '+')) {
        str_add(&p->canonical, "+");
        span->end.minutes = DAY_MINUTES;
        return;
    }
    if (!parser_take(p, '-')) {
        parser_fail(p, "a time needs its end; write it like 06:00-22:00");
        return;
    }
    str_add(&p->canonical, "-");
    if (!is_time_next(p)) {
        parser_fail(p, "the end of the time span is missing; write it like 06:00-22:00");
        return;
    }
    span->end = take_time(p, 2 * DAY_MINUTES);
    settle_end(span);
    if (parser_take(p, '+')) {
        str_add(&p->canonical, "+");
        bool is_today = !span->end.is_sun && span->end.minutes < DAY_MINUTES;
        if (is_today) {
            span->end.minutes = DAY_MINUTES;
        }
    }
    if (*p->at == '/') {
        parser_fail(p, "points in time cannot mean anything on a screen; write spans");
    }
}

static void parse_times(struct parser *p, struct hours_rule *rule) {
    const char *separator = p->canonical.length > 0 ? " " : "";
    size_t length = p->canonical.length;
    if (length > 0 && p->canonical.text[length - 1] == ' ') {
        separator = "";
    }
    do {
        if (rule->time_count == HOURS_LIST_MAX) {
            parser_fail(p, "there are more than %d times in one rule", HOURS_LIST_MAX);
            return;
        }
        str_add(&p->canonical, separator);
        separator = ",";
        struct hours_times span = {.start = take_time(p, DAY_MINUTES)};
        if (!p->failed) {
            take_end(p, &span);
        }
        if (p->failed) {
            return;
        }
        rule->times[rule->time_count++] = span;
        /* A comma goes on with another time, or begins an additional rule. */
        const char *before = p->at;
        if (!parser_take(p, ',') || !is_time_next(p)) {
            p->at = before;
            return;
        }
    } while (!p->failed);
}

/* One weekday, range of weekdays, nth weekdays, PH or SH. */
static bool take_days(struct parser *p, struct hours_days *days) {
    *days = (struct hours_days){.kind = HOURS_PUBLIC};
    bool is_school = parser_take_word(p, "SH");
    if (is_school || parser_take_word(p, "PH")) {
        days->kind = is_school ? HOURS_SCHOOL : HOURS_PUBLIC;
        str_add(&p->canonical, is_school ? "SH" : "PH");
        days->offset = parser_take_offset(p);
        return true;
    }
    days->from = days->to = parser_take_weekday(p);
    if (days->from < 0) {
        return false;
    }
    days->kind = HOURS_WEEKDAYS;
    if (parser_take(p, '-')) {
        str_add(&p->canonical, "-");
        days->to = parser_take_weekday(p);
        if (days->to < 0) {
            parser_fail(p, "the end of the range is not a weekday; write it like Mo-Fr");
        }
        return true;
    }
    if (*p->at == '[') {
        days->kind = HOURS_NTH_WEEKDAYS;
        days->nth = parser_nth(p);
        days->offset = parser_take_offset(p);
    }
    return true;
}

static bool is_holiday(const struct hours_days *days) {
    return days->kind == HOURS_PUBLIC || days->kind == HOURS_SCHOOL;
}

static bool is_weekday_next(struct parser *p) {
    struct parser probe = *p;
    probe.canonical = (struct str){0};
    bool is_weekday = parser_take_weekday(&probe) >= 0;
    str_finish(&probe.canonical);
    return is_weekday;
}

static bool parse_days(struct parser *p, struct hours_rule *rule) {
    size_t length = p->canonical.length;
    bool found = false, only_holidays = true;
    parser_space(p);
    for (;;) {
        struct hours_days days;
        const char *before = p->at;
        bool comma = found && parser_take(p, ',');
        str_add(&p->canonical, comma ? "," : "");
        bool is_day = (!found || comma) && take_days(p, &days);
        /* "Tu 10:00, PH Mo-Fr": holidays among weekdays begin another rule. */
        if (is_day && found && is_holiday(&days) && is_weekday_next(p)) {
            is_day = false;
        }
        if (!is_day) {
            p->at = before;
            parser_cut(p, length);
            break;
        }
        if (rule->day_count == HOURS_LIST_MAX) {
            parser_fail(p, "there are more than %d days in one rule", HOURS_LIST_MAX);
        }
        if (p->failed) {
            return true;
        }
        rule->days[rule->day_count++] = days;
        only_holidays = only_holidays && is_holiday(&days);
        found = true;
        length = p->canonical.length;
    }
    /* "SH Mo-Fr": holidays that are weekdays, as opposed to "SH,Mo-Fr". */
    parser_skip_spaces(p);
    bool goes_on =
        found && only_holidays && rule->holiday_count == 0 && isalpha((unsigned char)*p->at);
    if (goes_on) {
        int count = rule->day_count;
        memcpy(rule->holidays, rule->days, sizeof rule->days);
        rule->day_count = 0;
        if (parse_days(p, rule)) {
            rule->holiday_count = count;
        } else {
            rule->day_count = count;
        }
    }
    return found;
}

static bool parse_state(struct parser *p, struct hours_rule *rule) {
    rule->is_open = true;
    if (parser_take_word(p, "off") || parser_take_word(p, "closed")) {
        parser_space(p);
        str_add(&p->canonical, "off");
        rule->is_open = false;
        return true;
    }
    if (parser_take_word(p, "open")) {
        parser_space(p);
        str_add(&p->canonical, "open");
        return true;
    }
    return false;
}

static bool parse_comment(struct parser *p) {
    if (!parser_take(p, '"')) {
        return false;
    }
    const char *end = strchr(p->at, '"');
    if (end == NULL) {
        parser_fail(p, "the comment has no closing quote");
        return true;
    }
    p->at = end + 1;
    return true;
}

static bool take_always(struct parser *p) {
    parser_skip_spaces(p);
    bool is_always = strncmp(p->at, "24/7", 4) == 0;
    p->at += is_always ? 4 : 0;
    return is_always;
}

/* What people write that the language spells otherwise, or that means nothing here. */
static const struct {
    const char *word, *why;
} known_words[] = {
    {"unknown", N_("\"unknown\" cannot mean anything on a screen; write open or off")},
    {"daily", N_("write Mo-Su instead of \"daily\"")},
    {"always", N_("write 24/7 instead of \"always\"")},
    {"never", N_("write off instead of \"never\"")},
    {"weekdays", N_("write Mo-Fr instead of \"weekdays\"")},
    {"weekend", N_("write Sa,Su instead of \"weekend\"")},
    {"holidays", N_("write PH (public) or SH (school) instead of \"holidays\"")},
    {"to", N_("write - instead of \"to\": Mo-Fr, 06:00-22:00")},
    {"and", N_("write , instead of \"and\": Mo,We")},
    {"am", N_("write times from 00:00 to 24:00, without am and pm")},
    {"pm", N_("write times from 00:00 to 24:00, without am and pm")},
    {"midnight", N_("write 24:00 instead of \"midnight\"")},
    {"noon", N_("write 12:00 instead of \"noon\"")},
};

static void fail_at_word(struct parser *p) {
    static const char *const names[] = {
        "Mo",  "Tu",   "We",     "Th",  "Fr",   "Sa",      "Su",     "Jan",  "Feb", "Mar",
        "Apr", "May",  "Jun",    "Jul", "Aug",  "Sep",     "Oct",    "Nov",  "Dec", "PH",
        "SH",  "week", "easter", "off", "open", "sunrise", "sunset", "dawn", "dusk"};
    size_t length = parser_word_length(p->at);
    for (size_t i = 0; i < sizeof known_words / sizeof known_words[0]; i++) {
        if (length == strlen(known_words[i].word) &&
            strncasecmp(p->at, known_words[i].word, length) == 0) {
            parser_fail(p, "%s", _(known_words[i].why));
            return;
        }
    }
    if (*p->at == 0) {
        parser_fail(p, "something is missing here");
    } else if (length > 0) {
        char word[32];
        snprintf(word, sizeof word, "%.*s", (int)length, p->at);
        const char *nearest =
            length < sizeof word ? str_nearest(word, names, sizeof names / sizeof names[0]) : NULL;
        if (nearest != NULL) {
            parser_fail(p,
                        "\"%s\" is not a weekday, month or word of the language; did you mean %s?",
                        word, nearest);
        } else {
            parser_fail(p, "\"%s\" is not a weekday, month or word of the language", word);
        }
    } else {
        /* Whole characters only. */
        int bytes = 1;
        while (bytes < 4 && ((unsigned char)p->at[bytes] & 0xC0) == 0x80) {
            bytes++;
        }
        parser_fail(p, "\"%.*s\" is not expected here", bytes, p->at);
    }
}

/* The wide selectors first; people also write "Mo-Fr Jan-Mar", and "Mo-Fr 24/7". */
static bool parse_selectors(struct parser *p, struct hours_rule *rule) {
    bool anything = false;
    for (bool more = true; more && !p->failed;) {
        more = parser_dates(p, rule);
        if (more && !p->failed) {
            p->forgave = parser_take(p, ':') || p->forgave;
        }
        more = (!p->failed && rule->day_count == 0 && parse_days(p, rule)) || more;
        anything = anything || more;
    }
    if (!p->failed && is_time_next(p)) {
        parse_times(p, rule);
        anything = true;
    } else if (!p->failed && take_always(p)) {
        str_add(&p->canonical, " 00:00-24:00");
        p->forgave = true;
    }
    return anything;
}

static void parse_rule(struct parser *p, struct hours_rule *rule) {
    bool anything = take_always(p);
    if (anything) {
        str_add(&p->canonical, "24/7");
    } else {
        anything = parse_selectors(p, rule);
    }
    anything = (!p->failed && parse_state(p, rule)) || anything;
    anything = (!p->failed && parse_comment(p)) || anything;
    if (!p->failed && !anything) {
        fail_at_word(p);
    }
}

/* The separator before the next rule; false at the end of the expression. */
static bool take_separator(struct parser *p, struct hours_rule *next) {
    parser_skip_spaces(p);
    if (*p->at == 0) {
        return false;
    }
    if (strncmp(p->at, "||", 2) == 0) {
        p->at += 2;
        next->is_additional = next->is_fallback = true;
        str_add(&p->canonical, " || ");
    } else if (*p->at == ',' || *p->at == ';') {
        next->is_additional = *p->at == ',';
        next->is_fallback = next->is_additional && next[-1].is_fallback;
        p->at++;
        str_add(&p->canonical, next->is_additional ? ", " : "; ");
    } else {
        fail_at_word(p);
        return false;
    }
    parser_skip_spaces(p);
    bool is_last_semicolon = *p->at == 0 && !next->is_additional;
    return !is_last_semicolon; /* which is forgiven */
}

static void parse_all(struct parser *p, struct hours *hours) {
    struct hours_rule *rule;
    do {
        if (hours->rule_count == HOURS_RULES_MAX) {
            parser_fail(p, "there are more than %d rules", HOURS_RULES_MAX);
            return;
        }
        rule = &hours->rules[hours->rule_count++];
        parse_rule(p, rule);
    } while (!p->failed && take_separator(p, rule + 1) && !p->failed);
}

static struct hours *parse_text(struct arena *arena, const char *text,
                                struct hours_problem *problem, const char **canonical) {
    struct parser p = {.text = text, .at = text, .problem = problem};
    *problem = (struct hours_problem){0};
    if (strlen(text) > HOURS_TEXT_MAX) {
        parser_fail(&p, "the expression is longer than %d bytes", HOURS_TEXT_MAX);
        return NULL;
    }
    /* Parsed on a table of the largest size, kept at the size it needs. */
    struct hours_rule *rules = mem_zero(HOURS_RULES_MAX + 1, sizeof *rules);
    struct hours parsed = {.rules = rules};
    struct hours *hours = NULL;
    parse_all(&p, &parsed);
    if (!p.failed) {
        hours = arena_zero(arena, 1, sizeof *hours);
        hours->rule_count = parsed.rule_count;
        hours->rules = arena_zero(arena, (size_t)parsed.rule_count, sizeof *rules);
        memcpy(hours->rules, rules, (size_t)parsed.rule_count * sizeof *rules);
        hours_find_constant(hours);
        if (canonical != NULL) {
            *canonical = arena_strdup(arena, str_text(&p.canonical));
        }
        if (p.forgave) {
            snprintf(problem->text, sizeof problem->text, "%s", _("this spelling is forgiven"));
        }
    }
    free(rules);
    str_finish(&p.canonical);
    return hours;
}

/* The spelling that was probably meant, if that is in the language. */
static void suggest(struct arena *arena, const char *text, struct hours_problem *problem) {
    struct str likely = {0};
    struct hours_problem ignored;
    const char *canonical = NULL;
    hours_rewrite(text, &likely);
    if (strlen(str_text(&likely)) <= HOURS_TEXT_MAX &&
        parse_text(arena, str_text(&likely), &ignored, &canonical) != NULL) {
        snprintf(problem->suggestion, sizeof problem->suggestion, "%s", canonical);
    }
    str_finish(&likely);
}

struct hours *hours_parse(struct arena *arena, const char *text, struct hours_problem *problem,
                          const char **canonical) {
    struct hours *hours = parse_text(arena, text, problem, canonical);
    if (hours == NULL && strlen(text) <= HOURS_TEXT_MAX) {
        suggest(arena, text, problem);
    }
    return hours;
}
