#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/trust.h"
#include "unit.h"

#define HOUR (3600 * FLICKS_PER_SECOND)
#define DAY  (24 * HOUR)
#define NOON (INT64_C(1788350400) * FLICKS_PER_SECOND) /* 2026-09-02 12:00 UTC */

static struct trust_facts give(void *context) {
    return *(struct trust_facts *)context;
}

static char *folder_create(void) {
    char *folder = strdup("/tmp/ledsign-trust-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

static void folder_destroy(char *folder) {
    char path[128];
    snprintf(path, sizeof path, "%s/floor", folder);
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
    free(folder);
}

static void write_text(const char *path, const char *text) {
    const char *why = NULL;
    assert_true(file_write(path, text, strlen(text), &why));
}

/* What the file holds after the trust is gone, that is after its writes: seconds, -1 without. */
static long long kept(const char *path) {
    size_t length = 0;
    const char *why = NULL;
    char *text = file_read(path, 64, &length, &why);
    long long seconds = text != NULL ? atoll(text) : -1;
    free(text);
    return seconds;
}

/* One look at start: floor in the file (seconds after NOON, or text), facts -> state, file. */
static void state_and_floor(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *floor; /* NULL: no file */
        bool synchronised, hardware;
        flick_t wall;
        enum trust_state state;
        long long kept;
    } rows[] = {
        {"network time, first start", NULL, true, true, NOON, TRUST_SYNCHRONISED, 1788350400},
        {"chip, first start", NULL, false, true, NOON, TRUST_HARDWARE, 1788350400},
        {"neither, first start", NULL, false, false, NOON, TRUST_UNKNOWN, -1},
        {"chip with an empty battery, first start", NULL, false, true, 30 * DAY, TRUST_UNKNOWN, -1},
        {"chip behind the floor", "1788350401\n", false, true, NOON, TRUST_UNKNOWN, 1788350401},
        {"chip, a minute after", "1788350340\n", false, true, NOON, TRUST_HARDWARE, 1788350340},
        {"chip, an hour after", "1788346800\n", false, true, NOON, TRUST_HARDWARE, 1788350400},
        {"chip, two years after: not kept", "1725278400\n", false, true, NOON, TRUST_HARDWARE,
         1725278400},
        {"network, two years after", "1725278400\n", true, false, NOON, TRUST_SYNCHRONISED,
         1788350400},
        {"network, the floor lies in the future", "4102444800\n", true, false, NOON,
         TRUST_SYNCHRONISED, 1788350400},
        {"neither, ahead of the floor", "1788346800\n", false, false, NOON, TRUST_UNKNOWN,
         1788346800},
        {"a file of rubbish", "yesterday\n", false, true, NOON, TRUST_HARDWARE, 1788350400},
        {"a year that cannot be", "99999999999999\n", false, true, NOON, TRUST_HARDWARE,
         1788350400},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *folder = folder_create(), path[128];
        snprintf(path, sizeof path, "%s/floor", folder);
        if (rows[i].floor != NULL) {
            write_text(path, rows[i].floor);
        }
        struct trust_facts facts = {rows[i].synchronised, rows[i].hardware, rows[i].wall};
        struct trust *trust = trust_create(&(struct trust_options){path, give, &facts});
        if (trust_state(trust) != rows[i].state) {
            fail_msg("%s: %s", rows[i].name, trust_state_name(trust_state(trust)));
        }
        flick_t floor = rows[i].kept > 0 ? rows[i].kept * FLICKS_PER_SECOND : 0;
        if (trust_floor(trust) != floor) {
            fail_msg("%s: the floor is %lld", rows[i].name,
                     (long long)(trust_floor(trust) / FLICKS_PER_SECOND));
        }
        for (int wait = 0; wait < 500 && kept(path) != rows[i].kept; wait++) {
            usleep(10000);
        }
        trust_destroy(&trust);
        if (kept(path) != rows[i].kept) {
            fail_msg("%s: kept %lld, not %lld", rows[i].name, kept(path), rows[i].kept);
        }
        folder_destroy(folder);
    }
}

static void network_time_comes_once(void **state) {
    (void)state;
    struct trust_facts facts = {false, false, NOON};
    struct trust *trust = trust_create(&(struct trust_options){NULL, give, &facts});
    assert_false(trust_look(trust));
    facts.synchronised = true;
    assert_true(trust_look(trust));
    assert_int_equal(trust_state(trust), TRUST_SYNCHRONISED);
    assert_false(trust_look(trust));
    facts.synchronised = false; /* the network is lost: the clock goes on being right */
    assert_false(trust_look(trust));
    assert_int_equal(trust_state(trust), TRUST_SYNCHRONISED);
    trust_destroy(&trust);
}

static void floor_moves_once_an_hour(void **state) {
    (void)state;
    struct trust_facts facts = {true, false, NOON};
    struct trust *trust = trust_create(&(struct trust_options){NULL, give, &facts});
    assert_true(trust_floor(trust) == NOON);
    int moves = 0;
    for (int minute = 1; minute <= 24 * 60; minute++) {
        flick_t before = trust_floor(trust);
        facts.wall += HOUR / 60;
        trust_look(trust);
        moves += trust_floor(trust) != before;
    }
    assert_int_equal(moves, 24);
    trust_destroy(&trust);
}

static void clock_runs_on_from_the_floor(void **state) {
    (void)state;
    flick_t ahead = clock_wall() + 300 * DAY;
    struct clock *clock = clock_create(&(struct clock_options){.speed = 1, .not_before = ahead});
    flick_t first = clock_now(clock);
    assert_true(first >= ahead && first < ahead + HOUR);
    usleep(150000); /* past the pause between two looks at the system's clock */
    assert_true(clock_now(clock) > first + FLICKS_PER_SECOND / 10);
    assert_int_equal(clock_steps(clock), 0);
    clock_believe(clock);
    usleep(150000);
    assert_true(clock_now(clock) < ahead);
    assert_int_equal(clock_steps(clock), 1);
    clock_destroy(&clock);
}

static void clock_ahead_of_the_floor_is_followed(void **state) {
    (void)state;
    flick_t wall = clock_wall();
    struct clock *clock =
        clock_create(&(struct clock_options){.speed = 1, .not_before = wall - DAY});
    flick_t now = clock_now(clock);
    assert_true(now >= wall && now < wall + HOUR);
    clock_destroy(&clock);
}

static void folder_of_the_state(void **state) {
    (void)state;
    char *folder = folder_create(), expected[160];
    setenv("STATE_DIRECTORY", folder, 1);
    char *path = trust_path();
    snprintf(expected, sizeof expected, "%s/clock-floor", folder);
    assert_string_equal(path, expected);
    free(path);
    unsetenv("STATE_DIRECTORY");
    setenv("XDG_STATE_HOME", folder, 1);
    path = trust_path();
    snprintf(expected, sizeof expected, "%s/ledsign/clock-floor", folder);
    assert_string_equal(path, expected);
    free(path);
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    assert_null(trust_path());
    snprintf(expected, sizeof expected, "%s/ledsign", folder);
    assert_int_equal(rmdir(expected), 0);
    folder_destroy(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(state_and_floor),
        cmocka_unit_test(network_time_comes_once),
        cmocka_unit_test(floor_moves_once_an_hour),
        cmocka_unit_test(clock_runs_on_from_the_floor),
        cmocka_unit_test(clock_ahead_of_the_floor_is_followed),
        cmocka_unit_test(folder_of_the_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
