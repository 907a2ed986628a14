#include "media/video_ladder.h"
#include "unit.h"

#define SECOND FLICKS_PER_SECOND
#define MS     FLICKS_PER_MILLISECOND

/* One picture every 40 ms; the lag goes from one value to the other within a second. */
static int second(struct video_ladder *ladder, int64_t *now_us, flick_t from, flick_t to) {
    int steps = 0;
    for (int i = 1; i <= 25; i++) {
        *now_us += 40000;
        steps += video_ladder_note(ladder, from + (to - from) * i / 25, *now_us);
    }
    return steps;
}

static void a_lag_that_does_not_shrink_costs_a_step_a_second(void **state) {
    (void)state;
    struct video_ladder ladder = {0};
    int64_t now = 1000000;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(second(&ladder, &now, -100 * MS, -100 * MS), 0);
    }
    second(&ladder, &now, 0, SECOND / 2);
    int steps = 0;
    for (int i = 1; i < 20; i++) {
        steps += second(&ladder, &now, i * (SECOND / 2), (i + 1) * (SECOND / 2));
    }
    assert_int_equal(ladder.effort, VIDEO_EFFORT_STILLS);
    assert_in_range(steps, VIDEO_EFFORT_STILLS - 1, VIDEO_EFFORT_STILLS);
}

static void catching_up_and_small_lags_cost_nothing(void **state) {
    (void)state;
    struct video_ladder ladder = {0};
    int64_t now = 1000000;
    second(&ladder, &now, 10 * SECOND, 7 * SECOND);
    second(&ladder, &now, 7 * SECOND, 4 * SECOND);
    second(&ladder, &now, 4 * SECOND, SECOND);
    second(&ladder, &now, SECOND, 0);
    for (int i = 0; i < 10; i++) {
        second(&ladder, &now, 90 * MS, 90 * MS);
    }
    assert_int_equal(ladder.effort, VIDEO_EFFORT_FULL);
}

static void what_did_not_last_is_not_tried_again(void **state) {
    (void)state;
    struct video_ladder ladder = {0};
    int64_t now = 1000000;
    assert_false(video_ladder_rise(&ladder));
    for (int i = 0; ladder.effort < VIDEO_EFFORT_SKIPPING && i < 20; i++) {
        second(&ladder, &now, i * SECOND, (i + 1) * SECOND);
    }
    assert_true(video_ladder_rise(&ladder));
    assert_int_equal(ladder.effort, VIDEO_EFFORT_ROUGHEST);
    second(&ladder, &now, 0, 0);
    for (int i = 0; ladder.effort == VIDEO_EFFORT_ROUGHEST && i < 5; i++) {
        second(&ladder, &now, i * SECOND, (i + 1) * SECOND);
    }
    assert_int_equal(ladder.effort, VIDEO_EFFORT_SKIPPING);
    assert_false(video_ladder_rise(&ladder));
    assert_true(video_ladder_is_news(&ladder));
    assert_false(video_ladder_is_news(&ladder));
}

/* A small screen begins at a step that nobody sees: it is no news, and nothing rises above it. */
static void a_ladder_that_begins_lower_goes_down_from_there(void **state) {
    (void)state;
    struct video_ladder ladder;
    int64_t now = 1000000;
    video_ladder_begin(&ladder, VIDEO_EFFORT_ROUGH);
    assert_false(video_ladder_is_news(&ladder));
    assert_false(video_ladder_rise(&ladder));
    for (int i = 0; ladder.effort == VIDEO_EFFORT_ROUGH && i < 5; i++) {
        second(&ladder, &now, i * SECOND, (i + 1) * SECOND);
    }
    assert_int_equal(ladder.effort, VIDEO_EFFORT_ROUGHER);
    assert_true(video_ladder_is_news(&ladder));
    assert_true(video_ladder_rise(&ladder));
    assert_int_equal(ladder.effort, VIDEO_EFFORT_ROUGH);
    assert_false(video_ladder_rise(&ladder));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lag_that_does_not_shrink_costs_a_step_a_second),
        cmocka_unit_test(catching_up_and_small_lags_cost_nothing),
        cmocka_unit_test(what_did_not_last_is_not_tried_again),
        cmocka_unit_test(a_ladder_that_begins_lower_goes_down_from_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
