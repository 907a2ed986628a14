#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "model/calendar.h"
#include "model/plan_table.h"
#include "model/timezone.h"
#include "schedule_site.h"

static struct timezone_ *zone;

static int open_zone(void **state) {
    const char *why = NULL;
    (void)state;
    zone = timezone_load("Europe/Berlin", &why);
    return zone != NULL ? 0 : -1;
}

static int close_zone(void **state) {
    (void)state;
    timezone_destroy(&zone);
    return 0;
}

static flick_t local(int year, int month, int day, int hour) {
    return timezone_instant(zone,
                            calendar_days_from_civil(year, month, day) * 86400 + hour * 3600) *
           FLICKS_PER_SECOND;
}

/* A programme from 06:00 to 22:00 UTC, a fallback besides, an entry that loses. */
static struct site *example(void) {
    struct site *site = site_create(1);
    site->model.screen.timezone = zone;
    site->zones[0].name = "main";
    site->playlists[0].name = "campaign";
    site->playlists[1].name = "logo";
    site_item(site, 0, 10 * SECOND)->title = "Đeo khẩu trang, nơi công cộng; khử khuẩn tay thường "
                                             "xuyên và giữ khoảng cách";
    site_item(site, 1, 10 * SECOND)->title = "<logo>";
    site->zones[0].fallback = &site->playlists[1];
    site_entry(site, 0, 5, site_window(site, 6 * HOUR, 16 * HOUR, DAY))->where =
        (struct where){"site.cfg", 12};
    site_entry(site, 1, 0, site_window(site, 6 * HOUR, HOUR, DAY))->where =
        (struct where){"site.cfg", 13};
    return site;
}

static void test_rows_fill_the_stretch(void **state) {
    (void)state;
    static const struct {
        int year, month, day, days, hours;
    } rows[] = {{2026, 3, 29, 1, 23},  {2026, 10, 25, 1, 25},  {2028, 2, 28, 2, 48},
                {2026, 12, 31, 2, 48}, {2026, 10, 19, 7, 169}, {2026, 3, 23, 7, 167}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct site *site = example();
        struct plan_table table;
        flick_t from = local(rows[i].year, rows[i].month, rows[i].day, 0);
        flick_t to = local(rows[i].year, rows[i].month, rows[i].day + rows[i].days, 0);
        assert_int_equal(to - from, rows[i].hours * HOUR);
        for (int items = 0; items < 2; items++) {
            plan_table_init(&table, &site->model, from, to, items == 1);
            assert_int_equal(table.rows[0].start, from);
            assert_int_equal(table.rows[table.count - 1].end, to);
            for (size_t k = 1; k < table.count; k++) {
                assert_int_equal(table.rows[k].start, table.rows[k - 1].end);
            }
            plan_table_finish(&table);
        }
        free(site);
    }
}

static void test_text(void **state) {
    (void)state;
    struct site *site = example();
    struct plan_table table;
    struct str out = {0};
    plan_table_init(&table, &site->model, local(2026, 3, 28, 0), local(2026, 3, 30, 0), false);
    plan_text(&table, &out);
    assert_string_equal(str_text(&out),
                        "zone main\n"
                        "  Sa 2026-03-28 00:00:00      2026-03-28 07:00:00      logo (fallback)\n"
                        "  Sa 2026-03-28 07:00:00      2026-03-28 23:00:00      campaign\n"
                        "  Sa 2026-03-28 23:00:00      2026-03-29 08:00:00      logo (fallback)\n"
                        "  Su 2026-03-29 08:00:00      2026-03-30 00:00:00      campaign\n");
    plan_table_finish(&table);
    str_finish(&out);
    free(site);
}

static void test_moment_says_why(void **state) {
    (void)state;
    struct site *site = example();
    struct str out = {0};
    plan_moment(&site->model, local(2026, 1, 5, 7) + 5 * SECOND, true, &out);
    assert_non_null(strstr(str_text(&out), "until     2026-01-05 07:00:10\n"));
    assert_non_null(strstr(str_text(&out),
                           "site.cfg:12  campaign (priority 5): wins; open until 2026-01-05 "
                           "23:00:00\n"));
    assert_non_null(strstr(str_text(&out), "site.cfg:13  logo (priority 0): open until 2026-01-05 "
                                           "08:00:00, but beaten by priority 5"));
    str_clear(&out);
    plan_moment(&site->model, local(2026, 1, 5, 1), true, &out);
    assert_non_null(strstr(str_text(&out),
                           "campaign (priority 5): shut until 2026-01-05 07:00:00; with a `when` "
                           "that is open now it would win\n"));
    assert_non_null(strstr(str_text(&out), "no entry is open\n    the zone's fallback: logo\n"));
    str_finish(&out);
    free(site);
}

static void test_json(void **state) {
    (void)state;
    struct site *site = example();
    struct plan_table table;
    struct str out = {0};
    plan_table_init(&table, &site->model, local(2026, 3, 29, 0), local(2026, 3, 30, 0), false);
    plan_json(&table, &out);
    cJSON *root = cJSON_Parse(str_text(&out));
    assert_non_null(root);
    assert_string_equal(cJSON_GetObjectItem(root, "from")->valuestring,
                        "2026-03-29T00:00:00+01:00");
    cJSON *rows =
        cJSON_GetObjectItem(cJSON_GetArrayItem(cJSON_GetObjectItem(root, "zones"), 0), "rows");
    assert_int_equal(cJSON_GetArraySize(rows), 2);
    cJSON *row = cJSON_GetArrayItem(rows, 1);
    assert_string_equal(cJSON_GetObjectItem(row, "start")->valuestring,
                        "2026-03-29T08:00:00+02:00");
    assert_string_equal(cJSON_GetObjectItem(row, "programme")->valuestring, "campaign");
    cJSON_Delete(root);
    plan_table_finish(&table);
    str_finish(&out);
    free(site);
}

static void test_calendar(void **state) {
    (void)state;
    struct site *site = example();
    struct plan_table table;
    struct str out = {0};
    flick_t from = local(2026, 3, 29, 8);
    plan_table_init(&table, &site->model, from, from + 10 * SECOND, true);
    site->model.path = "/sites/site.cfg";
    plan_ics(&table, from, &out);
    assert_non_null(strstr(str_text(&out), "DTSTART:20260329T060000Z\r\n"));
    assert_non_null(strstr(str_text(&out), "DTEND:20260329T060010Z\r\n"));
    assert_non_null(strstr(str_text(&out), "khẩu trang\\, nơi công cộng\\; "));
    assert_non_null(strstr(str_text(&out), "\r\n "));
    assert_non_null(strstr(str_text(&out), "-0-site.cfg@ledsign\r\n"));
    size_t line = 0;
    for (const char *at = str_text(&out); *at != 0; at++) {
        if (*at == '\n') {
            assert_int_equal(at[-1], '\r');
            assert_true(((unsigned char)at[1] & 0xc0) != 0x80);
        }
        line = *at == '\n' ? 0 : line + (*at != '\r');
        assert_true(line <= 75);
    }
    plan_table_finish(&table);
    str_finish(&out);
    free(site);
}

static void test_page(void **state) {
    (void)state;
    struct site *site = example();
    site->playlists[0].name = "<b>&";
    struct plan_table table;
    struct str out = {0};
    plan_table_init(&table, &site->model, local(2026, 10, 19, 0), local(2026, 10, 26, 0), false);
    plan_html(&table, &out);
    assert_non_null(strstr(str_text(&out), "&lt;b&gt;&amp;"));
    assert_null(strstr(str_text(&out), "<b>&"));
    int days = 0;
    for (const char *at = str_text(&out); (at = strstr(at, "<div class=\"d\">")) != NULL; at++) {
        days++;
    }
    assert_int_equal(days, 7);
    /* The legend names each programme once, and the page what it shows. */
    assert_non_null(strstr(str_text(&out), "Mon 2026-10-19 – Sun 2026-10-25"));
    const char *legend = strstr(str_text(&out), "<p class=\"l\">");
    assert_non_null(legend);
    const char *named = strstr(legend, "&lt;b&gt;&amp;</span>");
    assert_non_null(named);
    assert_null(strstr(named + 1, "&lt;b&gt;&amp;</span>"));
    plan_table_finish(&table);
    str_finish(&out);
    free(site);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_fill_the_stretch),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_moment_says_why),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_page),
    };
    return cmocka_run_group_tests(tests, open_zone, close_zone);
}
