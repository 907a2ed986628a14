#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "command/command.h"
#include "model/timezone.h"
#include "unit.h"

static void keep_line(void *context, enum log_level level, const char *line) {
    (void)level;
    strncpy(context, line, LOG_LINE_MAX - 1);
}

/* Words -> at, quiet, the two positional words, and what is said. */
static void words(void **state) {
    (void)state;
    static const struct {
        const char *words[6];
        bool good;
        const char *at;
        bool quiet;
        const char *positional[2];
        const char *said; /* a part of it */
    } rows[] = {
        {{NULL}, true, NULL, false, {NULL}, NULL},
        {{"a"}, true, NULL, false, {"a"}, NULL},
        {{"a", "--at", "x", "b"}, true, "x", false, {"a", "b"}, NULL},
        {{"--at=x=y", "-q"}, true, "x=y", true, {NULL}, NULL},
        {{"--at", "--quiet"}, true, "--quiet", false, {NULL}, NULL},
        {{"--", "--at", "x"}, true, NULL, false, {"--at", "x"}, NULL},
        {{"-"}, true, NULL, false, {"-"}, NULL},
        {{"--at="}, true, "", false, {NULL}, NULL},
        {{"--at", "1", "--at", "2"}, true, "2", false, {NULL}, NULL},
        {{"--att", "x"}, false, NULL, false, {NULL}, "did you mean --at?"},
        {{"--zzzzzzzz"}, false, NULL, false, {NULL}, "unknown option; --help"},
        {{"--at"}, false, NULL, false, {NULL}, "--at needs a value"},
        {{"--quiet=1"}, false, NULL, false, {NULL}, "--quiet takes no value"},
        {{"a", "b", "c"}, false, NULL, false, {"a", "b"}, "\"c\" is one argument too many"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *at = NULL, *positional[2] = {NULL, NULL};
        bool quiet = false;
        const struct option_row options[] = {
            {"--at", OPTION_TEXT, &at, NULL},
            {"--quiet", OPTION_FLAG, NULL, &quiet},
            {"-q", OPTION_FLAG, NULL, &quiet},
        };
        char line[LOG_LINE_MAX] = "";
        log_set_sink(keep_line, line);
        int argc = 0, count = 0;
        while (argc < 6 && rows[i].words[argc] != NULL) {
            argc++;
        }
        bool good = options_parse(argc, (char **)rows[i].words, options, COUNT(options), positional,
                                  2, &count);
        log_set_sink(NULL, NULL);
        bool same = good == rows[i].good;
        if (good) {
            same = same && quiet == rows[i].quiet && (at == NULL) == (rows[i].at == NULL) &&
                   (at == NULL || strcmp(at, rows[i].at) == 0);
            for (int k = 0; k < 2; k++) {
                const char *word = rows[i].positional[k];
                same = same && (k < count) == (word != NULL) &&
                       (word == NULL || strcmp(positional[k], word) == 0);
            }
        }
        same = same && (rows[i].said == NULL ? line[0] == 0 : strstr(line, rows[i].said) != NULL);
        if (!same) {
            fail_msg("row %zu, said: %s", i, line);
        }
    }
}

static void times(void **state) {
    (void)state;
    static const struct {
        const char *text;
        long long seconds; /* UTC; -1: not a time */
    } rows[] = {
        {"2026-09-02", 1788282000}, /* midnight in Viet Nam, UTC+7 */
        {"2026-09-02T08:30", 1788312600},
        {"2026-09-02T08:30:15", 1788312615},
        {"2026-09-02T08:30:15Z", 1788337815},
        {"2026-09-02T08:30:15+07:00", 1788312615},
        {"2026-09-02T08:30:15-0330", 1788350415},
        {"2026-09-02T24:00", 1788368400},
        {"2024-02-29", 1709139600},
        {"2026-02-29", -1},
        {"2026-13-01", -1},
        {"2026-09-02T24:01", -1},
        {"2026-09-02T08:60", -1},
        {"2026-09-02T08:30:15+99:00", -1},
        {"2026-9-2", -1},
        {"tomorrow", -1},
        {"2026-09-02x", -1},
        {"2026-09-02T08:3015", -1},
        {"2026-09-02T08:30:155", -1},
        {"2026-09-02T08:30:15.", -1},
        {"2300-12-31", 10445216400},
        {"2301-01-01", -1},
        {"9999-01-01", -1},
        {"0000-01-01", -1},
        {"", -1},
    };
    const char *why = NULL;
    char line[LOG_LINE_MAX] = "";
    struct timezone_ *zone = timezone_load("Asia/Ho_Chi_Minh", &why);
    log_set_sink(keep_line, line);
    for (size_t i = 0; i < COUNT(rows); i++) {
        flick_t t = 0;
        bool good = option_time("--at", rows[i].text, zone, &t);
        if (good != (rows[i].seconds >= 0) || (good && t != rows[i].seconds * FLICKS_PER_SECOND)) {
            fail_msg("%s: %lld", rows[i].text, good ? (long long)(t / FLICKS_PER_SECOND) : -1LL);
        }
    }
    assert_non_null(strstr(line, "--at"));
    flick_t half = 0;
    assert_true(option_time("--at", "2026-09-02T08:30:15.5Z", zone, &half));
    assert_true(half == 1788337815 * FLICKS_PER_SECOND + FLICKS_PER_SECOND / 2);
    log_set_sink(NULL, NULL);
    timezone_destroy(&zone);
}

static void durations(void **state) {
    (void)state;
    static const struct {
        const char *text;
        long long milliseconds; /* -1: not a duration */
    } rows[] = {
        {"90", 90000},  {"90s", 90000},    {"5m", 300000}, {"2h", 7200000}, {"1d", 86400000},
        {"250ms", 250}, {"1.5h", 5400000}, {"", -1},       {"x", -1},       {"5 m", -1},
        {"-5m", -1},    {"5mm", -1},       {"nan", -1},    {"inf", -1},
    };
    char line[LOG_LINE_MAX] = "";
    log_set_sink(keep_line, line);
    for (size_t i = 0; i < COUNT(rows); i++) {
        flick_t duration = 0;
        bool good = option_duration("--for", rows[i].text, &duration);
        if (good != (rows[i].milliseconds >= 0) ||
            (good && duration != rows[i].milliseconds * FLICKS_PER_MILLISECOND)) {
            fail_msg("%s: %d %lld", rows[i].text, good,
                     (long long)(duration / FLICKS_PER_MILLISECOND));
        }
    }
    log_set_sink(NULL, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(times),
        cmocka_unit_test(durations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
