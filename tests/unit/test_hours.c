/* The `when` language: rows of expression, place and expected intervals of one stretch. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "model/calendar.h"
#include "model/hours.h"
#include "model/timezone.h"

static flick_t at(const struct timezone_ *zone, const char *text) {
    int y, mo, d, h = 0, mi = 0;
    assert_true(sscanf(text, "%d-%d-%d %d:%d", &y, &mo, &d, &h, &mi) >= 3);
    int64_t local_s = calendar_days_from_civil(y, mo, d) * 86400 + h * 3600 + mi * 60;
    return timezone_instant(zone, local_s) * FLICKS_PER_SECOND;
}

static void add_time(struct str *out, const struct timezone_ *zone, flick_t t) {
    struct civil c = timezone_civil_at(zone, flick_floor_div(t, FLICKS_PER_SECOND));
    str_addf(out, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute);
}

struct row {
    const char *zone, *expression, *from, *to, *expected;
};

#define HCM "Asia/Ho_Chi_Minh"
#define BER "Europe/Berlin"
/* 2026-11-23 is a Monday. */
static const struct row rows[] = {
    {HCM, "24/7", "2026-11-23", "2026-11-24", "11-23 00:00>11-24 00:00"},
    {HCM, "06:00-22:00", "2026-11-23", "2026-11-25",
     "11-23 06:00>11-23 22:00 11-24 06:00>11-24 22:00"},
    {HCM, "08:00-12:00,13:00-17:00", "2026-11-23", "2026-11-24",
     "11-23 08:00>11-23 12:00 11-23 13:00>11-23 17:00"},
    {HCM, "22:00-06:00", "2026-11-23", "2026-11-24",
     "11-23 00:00>11-23 06:00 11-23 22:00>11-24 00:00"},
    {HCM, "Fr 22:00-26:00", "2026-11-27", "2026-11-30", "11-27 22:00>11-28 02:00"},
    {HCM, "Sa 20:00-04:00", "2026-11-27", "2026-12-01", "11-28 20:00>11-29 04:00"},
    {HCM, "Mo-Fr 06:00-22:00; Sa,Su 08:00-20:00", "2026-11-27", "2026-11-30",
     "11-27 06:00>11-27 22:00 11-28 08:00>11-28 20:00 11-29 08:00>11-29 20:00"},
    {HCM, "Fr-Mo 10:00-11:00", "2026-11-23", "2026-11-28",
     "11-23 10:00>11-23 11:00 11-27 10:00>11-27 11:00"},
    {HCM, "Mo-Su 00:00-24:00; We off", "2026-11-24", "2026-11-27",
     "11-24 00:00>11-25 00:00 11-26 00:00>11-27 00:00"},
    {HCM, "08:00-18:00; 12:00-13:00 off", "2026-11-23", "2026-11-24",
     "11-23 08:00>11-23 12:00 11-23 13:00>11-23 18:00"},
    {HCM, "Mo-Fr 08:00-12:00, Mo 18:00-20:00", "2026-11-23", "2026-11-25",
     "11-23 08:00>11-23 12:00 11-23 18:00>11-23 20:00 11-24 08:00>11-24 12:00"},
    {HCM, "2022 Sep 12-2022 Oct 31 06:00-22:00", "2022-09-11", "2022-09-13",
     "09-12 06:00>09-12 22:00"},
    {HCM, "2022 Sep 12-2022 Oct 31", "2022-09-01", "2022-12-01", "09-12 00:00>11-01 00:00"},
    {HCM, "Dec 20-Jan 5", "2026-12-01", "2027-02-01", "12-20 00:00>01-06 00:00"},
    {HCM, "Feb", "2028-01-01", "2028-04-01", "02-01 00:00>03-01 00:00"},
    {HCM, "Feb 29", "2027-01-01", "2029-01-01", "02-29 00:00>03-01 00:00"},
    {HCM, "Sep 2", "2026-09-01", "2026-09-05", "09-02 00:00>09-03 00:00"},
    {HCM, "Sep 2-4", "2026-09-01", "2026-09-06", "09-02 00:00>09-05 00:00"},
    {HCM, "2027+ Jan 1", "2025-12-01", "2027-03-01", "01-01 00:00>01-02 00:00"},
    {HCM, "2026-2027 Jan 1", "2025-12-01", "2029-03-01",
     "01-01 00:00>01-02 00:00 01-01 00:00>01-02 00:00"},
    {HCM, "Mo-Fr 06:00-22:00; PH off", "2026-09-01", "2026-09-04",
     "09-01 06:00>09-01 22:00 09-03 06:00>09-03 22:00"},
    {HCM, "PH 10:00-11:00", "2026-09-01", "2026-09-04", "09-02 10:00>09-02 11:00"},
    {BER, "02:00-03:00", "2026-03-28", "2026-03-31",
     "03-28 02:00>03-28 03:00 03-30 02:00>03-30 03:00"},
    {BER, "01:00-04:00", "2026-03-29", "2026-03-30", "03-29 01:00>03-29 04:00"},
    {BER, "Su 00:00-24:00", "2026-10-24", "2026-10-27", "10-25 00:00>10-26 00:00"},
    {HCM, "mo-fr 8:00-17:00", "2026-11-23", "2026-11-24", "11-23 08:00>11-23 17:00"},
    {HCM, "Mo-Fr 08:00-17:00 \"phòng khám\"", "2026-11-23", "2026-11-24",
     "11-23 08:00>11-23 17:00"},
    {HCM, "off", "2026-11-23", "2026-11-24", ""},
    /* Weeks by ISO 8601: 2026-12-28 begins week 53, 2027-01-04 week 1. */
    {HCM, "week 53", "2026-12-20", "2027-01-10", "12-28 00:00>01-04 00:00"},
    {HCM, "week 01-53/2 We 10:00-11:00", "2027-01-01", "2027-01-24",
     "01-06 10:00>01-06 11:00 01-20 10:00>01-20 11:00"},
    {HCM, "week 2,4 Mo", "2027-01-01", "2027-02-15",
     "01-11 00:00>01-12 00:00 01-25 00:00>01-26 00:00"},
    /* The nth of the month. */
    {HCM, "Th[1,2-3] 10:00-11:00", "2026-11-01", "2026-12-01",
     "11-05 10:00>11-05 11:00 11-12 10:00>11-12 11:00 11-19 10:00>11-19 11:00"},
    {HCM, "Su[-1]", "2026-11-01", "2026-12-31", "11-29 00:00>11-30 00:00 12-27 00:00>12-28 00:00"},
    {HCM, "Mo[1] +2 days", "2026-11-01", "2026-12-01", "11-04 00:00>11-05 00:00"},
    {HCM, "Su[1] -1 day", "2026-10-30", "2026-11-05", "10-31 00:00>11-01 00:00"},
    {BER, "Mar Su[-1]-Oct Su[-1] Tu[1]", "2026-10-01", "2027-05-01",
     "10-06 00:00>10-07 00:00 04-06 00:00>04-07 00:00"},
    /* Years, months, easter, offsets. */
    {HCM, "2026-2030/2 Jan 1", "2025-12-01", "2029-01-01",
     "01-01 00:00>01-02 00:00 01-01 00:00>01-02 00:00"},
    {HCM, "Nov-Jan 10:00-11:00", "2026-10-31", "2026-11-02", "11-01 10:00>11-01 11:00"},
    {HCM, "Jan,Mar", "2027-01-01", "2027-04-02", "01-01 00:00>02-01 00:00 03-01 00:00>04-01 00:00"},
    {HCM, "2026 Nov 29+", "2026-11-01", "2028-11-01", "11-29 00:00>11-01 00:00"},
    {HCM, "Sep 1-20/7", "2026-09-01", "2026-10-01",
     "09-01 00:00>09-02 00:00 09-08 00:00>09-09 00:00 09-15 00:00>09-16 00:00"},
    {BER, "easter", "2026-01-01", "2027-01-01", "04-05 00:00>04-06 00:00"},
    {BER, "easter -2 days-easter +1 day", "2026-01-01", "2027-01-01", "04-03 00:00>04-07 00:00"},
    {HCM, "PH -1 day 20:00-22:00", "2026-08-31", "2026-09-04", "09-01 20:00>09-01 22:00"},
    {HCM, "PH Mo-Fr", "2026-09-01", "2029-01-01",
     "09-02 00:00>09-03 00:00 09-02 00:00>09-03 00:00"},
    {HCM, "PH,Mo", "2026-08-31", "2026-09-03", "08-31 00:00>09-01 00:00 09-02 00:00>09-03 00:00"},
    {HCM, "2026,2028 Jan 1", "2025-12-01", "2029-01-01",
     "01-01 00:00>01-02 00:00 01-01 00:00>01-02 00:00"},
    {HCM, "2026/2 Jan 1", "2025-12-01", "2031-01-01",
     "01-01 00:00>01-02 00:00 01-01 00:00>01-02 00:00 01-01 00:00>01-02 00:00"},
    {HCM, "2027 Jan,Mar", "2026-01-01", "2029-01-01",
     "01-01 00:00>02-01 00:00 03-01 00:00>04-01 00:00"},
    {HCM, "2027 Nov-Feb", "2026-01-01", "2029-01-01",
     "01-01 00:00>03-01 00:00 11-01 00:00>01-01 00:00"},
    {HCM, "2027 Nov-2028 Feb", "2026-01-01", "2029-01-01", "11-01 00:00>03-01 00:00"},
    {HCM, "Dec 24,26,30-31", "2026-12-01", "2027-01-01",
     "12-24 00:00>12-25 00:00 12-26 00:00>12-27 00:00 12-30 00:00>01-01 00:00"},
    {HCM, "Dec 24,10:00-11:00", "2026-12-23", "2026-12-25",
     "12-23 10:00>12-23 11:00 12-24 00:00>12-25 00:00"},
    {HCM, "Feb 27-29", "2027-02-01", "2027-04-01", "02-27 00:00>03-01 00:00"},
    {HCM, "Feb 27-Feb 29", "2028-02-01", "2028-04-01", "02-27 00:00>03-01 00:00"},
    {HCM, "Feb 29-Mar 2", "2027-02-01", "2027-04-01", "03-01 00:00>03-03 00:00"},
    {HCM, "2026 Nov: week 45-46: Mo 24/7", "2026-01-01", "2028-01-01",
     "11-02 00:00>11-03 00:00 11-09 00:00>11-10 00:00"},
    /* Fallback rules, and what a day's last rule takes away. */
    {HCM, "Mo 10:00-12:00 || Mo-Tu 11:00-13:00", "2026-11-23", "2026-11-25",
     "11-23 10:00>11-23 13:00 11-24 11:00>11-24 13:00"},
    {HCM, "22:00-06:00; Sa 10:00-12:00", "2026-11-27", "2026-11-29",
     "11-27 00:00>11-27 06:00 11-27 22:00>11-28 00:00 11-28 10:00>11-28 12:00"},
    {HCM, "Mo-Fr 08:00-12:00; 14:00-18:00", "2026-11-23", "2026-11-24",
     "11-23 08:00>11-23 12:00 11-23 14:00>11-23 18:00"},
    {HCM, "18:00+", "2026-11-23", "2026-11-24", "11-23 18:00>11-24 00:00"},
    /* Tables of the sun for Hanoi and Berlin agree within a minute. */
    {HCM, "sunrise-sunset", "2026-06-21", "2026-06-22", "06-21 05:15>06-21 18:40"},
    {HCM, "(sunset-01:30)-24:00", "2026-06-21", "2026-06-22", "06-21 17:10>06-22 00:00"},
    {HCM, "sunset-18:30", "2026-06-21", "2026-06-22", ""}, /* at 18:40 */
    {HCM, "sunset-18:30", "2026-11-22", "2026-11-23", "11-22 17:14>11-22 18:30"},
    {HCM, "sunset-02:00", "2026-06-21", "2026-06-22",
     "06-21 00:00>06-21 02:00 06-21 18:40>06-22 00:00"},
    {HCM, "06:00-sunrise", "2026-06-21", "2026-06-22", ""},
    {HCM, "20:00-sunrise", "2026-06-21", "2026-06-22",
     "06-21 00:00>06-21 05:15 06-21 20:00>06-22 00:00"},
    {HCM, "sunset-sunrise", "2026-06-21", "2026-06-22",
     "06-21 00:00>06-21 05:15 06-21 18:40>06-22 00:00"},
};

static struct holidays *national_day(struct arena *arena) {
    struct holidays *holidays = holidays_create(arena);
    const char *why = NULL;
    assert_true(holidays_add(holidays, false, "09-02", "Quốc khánh", &why));
    return holidays;
}

static void check_row(const struct row *row) {
    struct arena *arena = arena_create();
    const char *why = NULL;
    struct timezone_ *zone = timezone_load(row->zone, &why);
    struct hours_place place = {.timezone = zone,
                                .has_location = true,
                                .latitude = 21.03,
                                .longitude = 105.85,
                                .holidays = national_day(arena)};
    struct hours_problem problem;
    struct hours *hours = hours_parse(arena, row->expression, &problem, NULL);
    if (hours == NULL) {
        fail_msg("%s: column %d: %s", row->expression, problem.column, problem.text);
    }
    struct hours_interval found[64];
    flick_t from = at(zone, row->from), to = at(zone, row->to);
    size_t count = hours_intervals(hours, &place, from, to, found, COUNT(found));
    struct str text = {0};
    for (size_t i = 0; i < count; i++) {
        str_add(&text, i > 0 ? " " : "");
        add_time(&text, zone, found[i].start);
        str_add(&text, ">");
        add_time(&text, zone, found[i].end);
        assert_true(found[i].start < found[i].end);
        assert_true(i == 0 || found[i - 1].end < found[i].start);
    }
    if (strcmp(str_text(&text), row->expected) != 0) {
        fail_msg("%s: got \"%s\", expected \"%s\"", row->expression, str_text(&text),
                 row->expected);
    }
    /* The same stretch for every instant in it: hourly within a week, some hundreds in a year. */
    flick_t step = (to - from) / 400 + 3607 * FLICKS_PER_SECOND;
    for (flick_t t = from; t < to; t += step) {
        struct hours_span span = hours_span_at(hours, &place, t);
        assert_true(span.since <= t && t < span.until);
        if (span.until != FLICK_NEVER) {
            struct hours_span last = hours_span_at(hours, &place, span.until - 1);
            assert_true(last.since == span.since && last.until == span.until &&
                        last.open == span.open);
            assert_true(hours_span_at(hours, &place, span.until).open != span.open);
        }
    }
    str_finish(&text);
    timezone_destroy(&zone);
    arena_destroy(&arena);
}

static void test_intervals(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_row(&rows[i]);
    }
}

static void test_endless(void **state) {
    (void)state;
    static const struct {
        const char *expression;
        bool open;
    } endless[] = {{"24/7", true},
                   {"Mo-Su", true},
                   {"Mo-Su 00:00-24:00", true},
                   {"off", false},
                   {"Mo-Fr; Sa-Su", true}};
    struct arena *arena = arena_create();
    const char *why = NULL;
    struct timezone_ *zone = timezone_load(BER, &why);
    struct hours_place place = {.timezone = zone};
    for (size_t i = 0; i < COUNT(endless); i++) {
        struct hours_problem problem;
        struct hours *hours = hours_parse(arena, endless[i].expression, &problem, NULL);
        struct hours_span span = hours_span_at(hours, &place, at(zone, "2026-06-01"));
        assert_true(span.since == FLICK_ALWAYS && span.until == FLICK_NEVER);
        assert_int_equal(span.open, endless[i].open);
    }
    struct hours_problem problem;
    struct hours *past = hours_parse(arena, "2022 Sep 12-2022 Oct 31", &problem, NULL);
    struct hours_span span = hours_span_at(past, &place, at(zone, "2026-06-01"));
    assert_false(span.open);
    assert_true(span.until == FLICK_NEVER && span.since == at(zone, "2022-11-01"));
    timezone_destroy(&zone);
    arena_destroy(&arena);
}

static void test_mistakes(void **state) {
    (void)state;
    static const struct {
        const char *expression;
        int column;
    } bad[] = {
        {"", 1},
        {"Mo-", 4},
        {"Xy 06:00-07:00", 1},
        {"Mo 25:00-26:00", 9},
        {"06:00", 6},
        {"06:00-49:00", 12},
        {"Feb 30", 7},
        {"Mo unknown", 4},
        {"06:00-22:00 Foo", 13},
        {"Mo[6]", 5},
        {"Mo[0]", 5},
        {"Mo[1", 5},
        {"week 54", 8},
        {"week 2/2", 7},
        {"Sep 12/2", 7},
        {"Jan-Feb Jan 09-15", 9},
        {"2026 2027", 6},
        {"24/7 Mo", 6},
        {"week 10-05", 11},
        {"(sunset) -22:00", 8},
        {"10:00-16:00/01:30", 12},
        {"daily 10:00-12:00", 1},
        {"1200 Jan 1", 5},
        {"2026 Oct 31-2022 Sep 12", 24},
        {"06:00-", 7},
        {"Mo;;Tu", 4},
        {"Mo \"x", 5},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct arena *arena = arena_create();
        struct hours_problem problem;
        assert_null(hours_parse(arena, bad[i].expression, &problem, NULL));
        if (problem.column != bad[i].column || problem.text[0] == 0) {
            fail_msg("%s: column %d: %s", bad[i].expression, problem.column, problem.text);
        }
        arena_destroy(&arena);
    }
}

static void test_suggestions(void **state) {
    (void)state;
    static const struct {
        const char *expression, *suggestion;
    } likely[] = {
        {"8am-5pm weekdays", "Mo-Fr 08:00-17:00"},
        {"Mo-Fr 8-17", "Mo-Fr 08:00-17:00"},
        {"Mo-Fr 8.30-17.00", "Mo-Fr 08:30-17:00"},
        {"Mo-Fr 7h30-11h, 13h-17h", "Mo-Fr 07:30-11:00,13:00-17:00"},
        {"Mo to Fr 08:00 to 17:00", "Mo-Fr 08:00-17:00"},
        {"Mo\xE2\x80\x93"
         "Fr 08:00\xE2\x80\x93"
         "17:00",
         "Mo-Fr 08:00-17:00"},
        {"Wendesday 10:00-12:00", "We 10:00-12:00"},
        {"daily 6 a.m. - 10 p.m.; holidays closed", "Mo-Su 06:00-22:00; PH off"},
        {"10:00-12:00 Mo, We", "Mo,We 10:00-12:00"},
        {"weekend noon to midnight", "Sa,Su 12:00-24:00"},
        {"Sep 12 to Oct 31 6-22", "Sep 12-Oct 31 06:00-22:00"},
        {"Mo[1-2] and Tu[-1] 9-17", "Mo[1-2],Tu[-1] 09:00-17:00"},
        {"always", "24/7"},
        {"Mo unknown", ""},
        {"blah", ""},
        {"Mo[6]", ""},
        {"Feb 30", ""},
    };
    for (size_t i = 0; i < COUNT(likely); i++) {
        struct arena *arena = arena_create();
        struct hours_problem problem;
        assert_null(hours_parse(arena, likely[i].expression, &problem, NULL));
        if (strcmp(problem.suggestion, likely[i].suggestion) != 0) {
            fail_msg("%s: \"%s\"", likely[i].expression, problem.suggestion);
        }
        arena_destroy(&arena);
    }
}

static void test_the_sun_stays(void **state) {
    (void)state;
    static const struct {
        const char *date;
        flick_t open_minutes;
    } days[] = {{"2026-06-21", 1440}, {"2026-12-21", 0}};
    struct arena *arena = arena_create();
    const char *why = NULL;
    struct timezone_ *zone = timezone_load("Europe/Oslo", &why);
    struct hours_place tromso = {
        .timezone = zone, .has_location = true, .latitude = 69.65, .longitude = 18.96};
    struct hours_problem problem;
    struct hours *hours = hours_parse(arena, "sunrise-sunset", &problem, NULL);
    assert_true(hours_needs_location(hours));
    for (size_t i = 0; i < COUNT(days); i++) {
        struct hours_interval found[2] = {0};
        flick_t from = at(zone, days[i].date);
        size_t count =
            hours_intervals(hours, &tromso, from, from + 86400 * FLICKS_PER_SECOND, found, 2);
        assert_int_equal(count, days[i].open_minutes > 0);
        assert_int_equal(found[0].end - found[0].start,
                         days[i].open_minutes * 60 * FLICKS_PER_SECOND);
    }
    timezone_destroy(&zone);
    arena_destroy(&arena);
}

static void test_sentences(void **state) {
    (void)state;
    static const struct {
        const char *expression, *sentence;
    } rows_of_text[] = {
        {"24/7", "open always"},
        {"Mo-Fr 06:00-22:00; PH off",
         "open on Monday to Friday from 06:00 to 22:00; but closed on public holidays"},
        {"Th[1,-1] 10:00-12:00, Sa (sunset-01:30)-24:00",
         "open on the first and last Thursday of the month from 10:00 to 12:00; also open on "
         "Saturday from 1:30 h before sunset to 24:00"},
        {"2026 Sep 12-2026 Oct 31 22:00-06:00",
         "open from 12 September 2026 to 31 October 2026 from 22:00 to 06:00 the next day"},
        {"2026 Jan,Mar", "open in January 2026 and in March 2026"},
        {"2026 Nov-Feb", "open in November to February, in the year 2026"},
        {"2026/2 Dec 24,26", "open in 2026 and later, every 2 years on 24 December and on 26 "
                             "December"},
        {"easter -2 days off || week 01-53/2",
         "closed on 2 days before Easter Sunday; when all of that is closed, open in week 1 to 53, "
         "every 2 weeks"},
    };
    for (size_t i = 0; i < COUNT(rows_of_text); i++) {
        struct arena *arena = arena_create();
        struct hours_problem problem;
        struct str text = {0};
        hours_explain(hours_parse(arena, rows_of_text[i].expression, &problem, NULL), &text);
        assert_string_equal(str_text(&text), rows_of_text[i].sentence);
        str_finish(&text);
        arena_destroy(&arena);
    }
}

/* Well under 10 ms for a year of anything. */
static void test_speed(void **state) {
    (void)state;
    struct arena *arena = arena_create();
    const char *why = NULL;
    struct timezone_ *zone = timezone_load(BER, &why);
    struct hours_place place = {
        .timezone = zone, .has_location = true, .latitude = 52.5, .longitude = 13.4};
    static struct hours_interval found[4000];
    struct hours_problem problem;
    const char *text =
        "Mo-Fr sunrise-sunset; week 01-53/2 Sa[1,-1] (dawn+01:00)-dusk; easter -2 days "
        "off; PH off || 22:00-23:00";
    struct hours *hours = hours_parse(arena, text, &problem, NULL);
    flick_t from = at(zone, "2026-01-01");
    int64_t begun = clock_monotonic_us(), best = INT64_MAX;
    for (int i = 0; i < 5; i++) {
        begun = clock_monotonic_us();
        assert_true(hours_intervals(hours, &place, from, from + 365 * 86400 * FLICKS_PER_SECOND,
                                    found, COUNT(found)) > 300);
        int64_t taken = clock_monotonic_us() - begun;
        best = taken < best ? taken : best;
    }
    print_message("a year: %lld us\n", (long long)best);
    assert_true(best < 100000); /* the limit is for sanitizers on a busy machine */
    timezone_destroy(&zone);
    arena_destroy(&arena);
}

static void test_canonical(void **state) {
    (void)state;
    static const struct {
        const char *expression, *canonical;
    } good[] = {
        {"Mon-Fri 8:00-17:00", "Mo-Fr 08:00-17:00"},
        {"monday , WEDNESDAY 9:30-10:00;ph off", "Mo,We 09:30-10:00; PH off"},
        {"2022 sep 12 - 2022 oct 31 06:00-22:00", "2022 Sep 12-2022 Oct 31 06:00-22:00"},
        {"Mo-Fr 08:00-12:00,13:00-17:00", "Mo-Fr 08:00-12:00,13:00-17:00"},
        {"24/7", "24/7"},
        {"week 1-10/2 mo[1, -1] 9:00-10:00", "week 01-10/2 Mo[1,-1] 09:00-10:00"},
        {"Easter -2 days - Easter +1 day OFF || (Sunset - 1:30)-24:00",
         "easter -2 days-easter +1 day off || (sunset-01:30)-24:00"},
        {"2026 mar su[-1] - oct su[-1] 10:00+", "2026 Mar Su[-1]-Oct Su[-1] 10:00+"},
        {"sh mo-fr,su ; ph +1 day closed", "SH Mo-Fr,Su; PH +1 day off"},
        {"Mo-Fr 24/7", "Mo-Fr 00:00-24:00"},
        {"2026 jan,mar: 9:00-10:00", "2026 Jan,Mar 09:00-10:00"},
        {"dec 24, 26", "Dec 24,26"},
        {"Sep 2 - 4", "Sep 02-04"},
        {"Mo-Fr 08:00-12:00, Sa 09:00-10:00", "Mo-Fr 08:00-12:00, Sa 09:00-10:00"},
    };
    for (size_t i = 0; i < COUNT(good); i++) {
        struct arena *arena = arena_create();
        struct hours_problem problem;
        const char *canonical = NULL;
        assert_non_null(hours_parse(arena, good[i].expression, &problem, &canonical));
        assert_string_equal(canonical, good[i].canonical);
        arena_destroy(&arena);
    }
}

static void test_holiday_dates(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } dates[] = {{"2026-09-02", true},
                 {"2026-09-02..2026-09-04", true},
                 {"12-24..01-02", true},
                 {"02-29", true},
                 {"2026-02-29", false},
                 {"2026-9-2", false},
                 {"2026-09-04..2026-09-02", false},
                 {"2026-09-04..09-05", false},
                 {"x", false}};
    struct arena *arena = arena_create();
    struct holidays *holidays = holidays_create(arena);
    for (size_t i = 0; i < COUNT(dates); i++) {
        const char *why = NULL;
        if (holidays_add(holidays, false, dates[i].text, NULL, &why) != dates[i].good) {
            fail_msg("%s", dates[i].text);
        }
    }
    arena_destroy(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intervals),     cmocka_unit_test(test_endless),
        cmocka_unit_test(test_mistakes),      cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_holiday_dates), cmocka_unit_test(test_the_sun_stays),
        cmocka_unit_test(test_suggestions),   cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
