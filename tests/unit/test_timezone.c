#include "unit.h"

#include <string.h>

#include "model/calendar.h"
#include "model/timezone.h"

static int64_t local(int y, int mo, int d, int h, int mi) {
    return calendar_days_from_civil(y, mo, d) * 86400 + h * 3600 + mi * 60;
}

static void test_calendar(void **state) {
    (void)state;
    assert_int_equal(calendar_days_from_civil(1970, 1, 1), 0);
    assert_int_equal(calendar_days_from_civil(2000, 3, 1), 11017);
    assert_int_equal(calendar_days_from_civil(2024, 14, 1), calendar_days_from_civil(2025, 2, 1));
    for (int64_t day = -200000; day < 200000; day += 37) {
        struct calendar_date d = calendar_civil_from_days(day);
        assert_int_equal(calendar_days_from_civil(d.year, d.month, d.day), day);
    }
    assert_int_equal(calendar_weekday(calendar_days_from_civil(2026, 11, 24)), 1);
    static const struct {
        int y, m, d, week, week_year;
    } weeks[] = {{2026, 1, 1, 1, 2026},
                 {2027, 1, 1, 53, 2026},
                 {2024, 12, 30, 1, 2025},
                 {2020, 12, 31, 53, 2020},
                 {2023, 1, 1, 52, 2022}};
    for (size_t i = 0; i < COUNT(weeks); i++) {
        int year = 0;
        int64_t day = calendar_days_from_civil(weeks[i].y, weeks[i].m, weeks[i].d);
        assert_int_equal(calendar_iso_week(day, &year), weeks[i].week);
        assert_int_equal(year, weeks[i].week_year);
    }
    assert_int_equal(calendar_easter(2024), calendar_days_from_civil(2024, 3, 31));
    assert_int_equal(calendar_easter(2026), calendar_days_from_civil(2026, 4, 5));
    assert_int_equal(calendar_easter(2038), calendar_days_from_civil(2038, 4, 25));
}

static void test_instants(void **state) {
    (void)state;
    static const struct {
        const char *zone;
        int y, mo, d, h, mi;
        int64_t utc_s;
    } rows[] = {
        {"Asia/Ho_Chi_Minh", 2026, 9, 2, 8, 30, 1788312600},
        {"Europe/Berlin", 2026, 1, 15, 12, 0, 1768474800},
        {"Europe/Berlin", 2026, 7, 15, 12, 0, 1784109600},
        {"Europe/Berlin", 2026, 3, 29, 2, 30, 1774746000}, /* skipped: the change, 01:00 UTC */
        {"Europe/Berlin", 2026, 3, 29, 3, 0, 1774746000},
        {"Europe/Berlin", 2026, 10, 25, 2, 30, 1792888200}, /* twice: the first, 00:30 UTC */
        {"Europe/Berlin", 2026, 10, 25, 3, 0, 1792893600},
        {"Europe/Berlin", 2060, 7, 15, 12, 0, 2857111200},       /* by the footer */
        {"Australia/Lord_Howe", 2026, 10, 4, 2, 15, 1791041400}, /* half an hour is skipped */
        {"UTC", 1970, 1, 1, 0, 0, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *why = "";
        struct timezone_ *zone = timezone_load(rows[i].zone, &why);
        assert_non_null(zone);
        int64_t at = local(rows[i].y, rows[i].mo, rows[i].d, rows[i].h, rows[i].mi);
        if (timezone_instant(zone, at) != rows[i].utc_s) {
            fail_msg("row %zu: %lld, not %lld", i, (long long)timezone_instant(zone, at),
                     (long long)rows[i].utc_s);
        }
        timezone_destroy(&zone);
    }
}

static void test_days_of_23_24_25_hours(void **state) {
    (void)state;
    static const struct {
        const char *zone;
        int y, m, d, minutes;
    } rows[] = {
        {"Europe/Berlin", 2026, 3, 29, 23 * 60},
        {"Europe/Berlin", 2026, 3, 28, 24 * 60},
        {"Europe/Berlin", 2026, 10, 25, 25 * 60},
        {"Asia/Ho_Chi_Minh", 2026, 3, 29, 24 * 60},
        {"Australia/Lord_Howe", 2026, 4, 5, 24 * 60 + 30},
        {"Australia/Lord_Howe", 2026, 10, 4, 23 * 60 + 30},
        {"America/New_York", 2055, 3, 14, 23 * 60},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *why = "";
        struct timezone_ *zone = timezone_load(rows[i].zone, &why);
        assert_non_null(zone);
        int64_t start = timezone_instant(zone, local(rows[i].y, rows[i].m, rows[i].d, 0, 0));
        int64_t end = timezone_instant(zone, local(rows[i].y, rows[i].m, rows[i].d + 1, 0, 0));
        assert_int_equal((end - start) / 60, rows[i].minutes);
        timezone_destroy(&zone);
    }
}

/* Every instant has one reading, and reading -> instant never runs backwards. */
static void test_round_trip(void **state) {
    (void)state;
    const char *why = "";
    struct timezone_ *zone = timezone_load("Europe/Berlin", &why);
    int64_t last = INT64_MIN;
    for (int64_t s = local(2026, 3, 27, 0, 0); s < local(2026, 10, 28, 0, 0); s += 900) {
        int64_t utc = timezone_instant(zone, s);
        assert_true(utc >= last);
        last = utc;
        struct civil c = timezone_civil_at(zone, utc);
        int64_t back = local(c.year, c.month, c.day, c.hour, c.minute);
        assert_true(back == s || back - s <= 3600);
    }
    timezone_destroy(&zone);
}

static void test_bad_names(void **state) {
    (void)state;
    static const char *const names[] = {"Asia/Hanoi2", "",     "../../etc/passwd",
                                        "/etc/passwd", "Asia", "zone.tab"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *why = NULL;
        assert_null(timezone_load(names[i], &why));
        assert_non_null(why);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_instants),
        cmocka_unit_test(test_days_of_23_24_25_hours),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_bad_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
