/* The engine's clock against a system clock that is set, drifts and jumps: both clocks of the
 * system are stood in for here. */
#include "unit.h"

#include <time.h>

#include "base/clock.h"

#define SECOND_US INT64_C(1000000)
#define HOUR_US   (3600 * SECOND_US)

static int64_t monotonic_us, realtime_us;

int clock_gettime(clockid_t id, struct timespec *out) {
    int64_t us = id == CLOCK_REALTIME ? realtime_us : monotonic_us;
    *out = (struct timespec){us / SECOND_US, us % SECOND_US * 1000};
    return 0;
}

static void pass(int64_t us) {
    monotonic_us += us;
    realtime_us += us;
}

static struct clock *begin(const struct clock_options *options) {
    monotonic_us = 1000 * SECOND_US;
    realtime_us = INT64_C(1790000000) * SECOND_US;
    return clock_create(options);
}

static int64_t now_us(struct clock *clock) { /* to the nearest */
    return flick_to_us(clock_now(clock) + FLICKS_PER_SECOND / 2000000);
}

/* The system's clock is set by that much; what becomes of ours after a second, and after an hour.
 */
static void small_errors_are_slewed_large_ones_are_steps(void **state) {
    (void)state;
    static const struct {
        int64_t set_us;
        unsigned steps;
        int64_t after_second_us, after_hour_us; /* behind the system's clock */
    } rows[] = {
        {0, 0, 0, 0},
        {300, 0, 0, 0},
        {2000, 0, 1500, 0}, /* 500 us a second */
        {-2000, 0, -1500, 0},
        {4 * SECOND_US, 0, 4 * SECOND_US - 500, 4 * SECOND_US - 3601 * 500},
        {5 * SECOND_US, 0, 5 * SECOND_US - 500, 5 * SECOND_US - 3601 * 500},
        {5 * SECOND_US + 1, 1, 0, 0},
        {-6 * SECOND_US, 1, 0, 0},
        {24 * HOUR_US, 1, 0, 0},
        {-24 * HOUR_US, 1, 0, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct clock *clock = begin(&(struct clock_options){.speed = 1});
        assert_int_equal(now_us(clock), realtime_us);
        realtime_us += rows[i].set_us;
        pass(SECOND_US);
        assert_int_equal(realtime_us - now_us(clock), rows[i].after_second_us);
        assert_int_equal(clock_steps(clock), rows[i].steps);
        int64_t before = now_us(clock);
        for (int64_t left = HOUR_US; left > 0; left -= SECOND_US) {
            pass(SECOND_US);
            assert_true(now_us(clock) - before > SECOND_US / 2); /* never backwards, never still */
            before = now_us(clock);
        }
        assert_int_equal(realtime_us - now_us(clock), rows[i].after_hour_us);
        assert_int_equal(clock_steps(clock), rows[i].steps);
        clock_destroy(&clock);
    }
}

/* A clock that was begun elsewhere keeps its distance, and steps with the system's. */
static void a_shifted_clock_steps_along(void **state) {
    (void)state;
    flick_t start = flick_from_us(INT64_C(1600000000) * SECOND_US);
    struct clock *clock =
        begin(&(struct clock_options){.speed = 1, .starts_elsewhere = true, .start = start});
    pass(SECOND_US);
    assert_int_equal(clock_now(clock), start + FLICKS_PER_SECOND);
    realtime_us += HOUR_US;
    pass(SECOND_US);
    assert_int_equal(now_us(clock), INT64_C(1600000002) * SECOND_US + HOUR_US);
    assert_int_equal(clock_steps(clock), 1);
    clock_destroy(&clock);
}

/* A faster clock is for looking at a day in minutes: the system's clock does not disturb it. */
static void a_faster_clock_never_steps(void **state) {
    (void)state;
    flick_t start = flick_from_us(INT64_C(1600000000) * SECOND_US);
    struct clock *clock =
        begin(&(struct clock_options){.speed = 60, .starts_elsewhere = true, .start = start});
    realtime_us += HOUR_US;
    pass(2 * SECOND_US);
    assert_int_equal(clock_now(clock), start + 120 * FLICKS_PER_SECOND);
    assert_int_equal(clock_steps(clock), 0);
    clock_destroy(&clock);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_errors_are_slewed_large_ones_are_steps),
        cmocka_unit_test(a_shifted_clock_steps_along),
        cmocka_unit_test(a_faster_clock_never_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
