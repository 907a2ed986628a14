#include "unit.h"

#include "show/failures.h"
#include "show/pacing.h"
#include "show/transition.h"

#define MS FLICKS_PER_MILLISECOND

static void test_grid_is_common_to_all(void **state) {
    (void)state;
    struct pacing a, b;
    pacing_init(&a, (struct ratio){30, 1}, false);
    pacing_init(&b, (struct ratio){30, 1}, false);
    flick_t base = INT64_C(1700000000) * FLICKS_PER_SECOND;
    flick_t ta = pacing_next(&a, base + 3 * MS), tb = pacing_next(&b, base + 20 * MS);
    assert_int_equal(ta, tb);
    assert_int_equal(ta, base + FLICKS_PER_SECOND / 30);
}

static void test_each_frame_once(void **state) {
    (void)state;
    struct pacing p;
    pacing_init(&p, (struct ratio){30000, 1001}, false);
    flick_t t = pacing_next(&p, 5);
    for (int i = 0; i < 10000; i++) {
        pacing_presented(&p, t, t);
        flick_t next = pacing_next(&p, t - MS);
        assert_int_equal(next - t, FLICKS_PER_SECOND / 30000 * 1001);
        t = next;
    }
    assert_int_equal(p.late, 0);
    assert_int_equal(p.presents, 10000);
}

static void test_vsync_is_followed(void **state) {
    (void)state;
    struct pacing p;
    pacing_init(&p, (struct ratio){60, 1}, true);
    /* A display at 59.94 Hz whose returns jitter by up to 0.5 ms. */
    flick_t real = FLICKS_PER_SECOND / 60000 * 1001, blank = 100 * FLICKS_PER_SECOND;
    flick_t worst = 0;
    for (int i = 0; i < 3000; i++) {
        flick_t jitter = (i * 7919 % 1000) * MS / 2000;
        flick_t intended = pacing_next(&p, blank - real / 2);
        pacing_presented(&p, intended, blank + jitter);
        flick_t error = intended > blank ? intended - blank : blank - intended;
        worst = i > 1000 && error > worst ? error : worst;
        blank += real;
    }
    assert_true(worst < MS);
    assert_true(p.period > real - MS / 20 && p.period < real + MS / 20);
    assert_int_equal(p.late, 0);
}

/* How many pictures of a video were on screen for other than the usual number of blanks, with the
 * video's borders at a phase (in 64ths of a picture) to the display's blanks. */
static int irregular_pictures(struct ratio content, struct ratio display, int phase) {
    struct pacing p;
    pacing_init(&p, (struct ratio){60, 1}, true);
    flick_t real = flick_muldiv(FLICKS_PER_SECOND, display.den, display.num);
    flick_t picture = flick_muldiv(FLICKS_PER_SECOND, content.den, content.num);
    flick_t start = 100 * FLICKS_PER_SECOND, blank = start;
    int64_t shown = -1, usual = (picture + real / 2) / real;
    int blanks = 0, irregular = 0;
    for (int i = 0; i < 6000; i++) {
        flick_t jitter = (i * 7919 % 1000) * MS / 1000;
        flick_t intended = pacing_next(&p, blank - real / 2);
        pacing_presented(&p, intended, blank + jitter);
        int64_t number = flick_floor_div(intended - start + picture * phase / 64, picture);
        if (number != shown) {
            irregular += i > 1500 && blanks != usual;
            shown = number;
            blanks = 0;
        }
        blanks++;
        blank += real;
    }
    return irregular;
}

/* Up to a millisecond of noise in the measurements, any phase: no judder but what arithmetic asks
 * for, one longer or shorter picture each time video and display have drifted apart by a blank. */
static void test_pulldown_is_regular(void **state) {
    (void)state;
    static const struct {
        struct ratio content, display;
        int most;
    } rows[] = {{{30, 1}, {60, 1}, 1},           {{60, 1}, {60, 1}, 3},
                {{25, 1}, {50, 1}, 1},           {{50, 1}, {50, 1}, 3},
                {{24, 1}, {48, 1}, 1},           {{30000, 1001}, {60000, 1001}, 1},
                {{30, 1}, {60000, 1001}, 6},     {{30000, 1001}, {60, 1}, 6},
                {{30, 1}, {6000012, 100000}, 1}, {{30, 1}, {600030, 10000}, 2}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int phase = 0; phase < 64; phase++) {
            int count = irregular_pictures(rows[i].content, rows[i].display, phase);
            if (count > rows[i].most) {
                fail_msg("%d of 30000/%d: %d irregular pictures at phase %d", (int)i,
                         (int)rows[i].display.den, count, phase);
            }
        }
    }
}

/* A driver that promises to wait and does not is paced as if there were no vertical blank. */
static void test_driver_that_does_not_wait(void **state) {
    (void)state;
    struct pacing p;
    pacing_init(&p, (struct ratio){30, 1}, true);
    flick_t now = 100 * FLICKS_PER_SECOND;
    for (int i = 0; i < 100; i++) {
        flick_t t = pacing_next(&p, now), submit = pacing_submit_at(&p, t);
        now = (submit > now ? submit : now) + MS;
        pacing_presented(&p, t, now);
    }
    assert_false(p.has_vsync);
    assert_true(now > 102 * FLICKS_PER_SECOND); /* not one present a millisecond */
}

static void test_failures_rest_longer_each_time(void **state) {
    (void)state;
    static const int minutes[] = {1, 2, 4, 8, 16, 32, 64, 64};
    struct failures f = {0};
    flick_t t = 1000 * FLICKS_PER_SECOND;
    for (size_t i = 0; i < COUNT(minutes); i++) {
        flick_t retry = failures_add(&f, 7, t);
        assert_int_equal(retry - t, minutes[i] * 60 * FLICKS_PER_SECOND);
        assert_int_equal(f.count, 1);
        t = retry;
    }
    failures_add(&f, 8, t);
    assert_int_equal(f.count, 2);
    failures_expire(&f, t + (60 * 60 + 30) * FLICKS_PER_SECOND);
    assert_int_equal(f.count, 1);
    assert_int_equal(f.list[0].item, 8);
    for (int i = 0; i < 2 * FAILURES_MAX; i++) {
        failures_add(&f, 100 + i, t);
    }
    assert_int_equal(f.count, FAILURES_MAX);
}

static void test_transitions(void **state) {
    (void)state;
    struct rect area = {10, 20, 100, 50};
    static const struct {
        enum transition kind;
        flick_t elapsed; /* of 100 */
        int leaving_dx, leaving_dy, coming_dx, coming_dy, coming_width, opacity;
    } rows[] = {
        {TRANSITION_CUT, 50, 0, 0, 0, 0, 100, 255},
        {TRANSITION_FADE, 0, 0, 0, 0, 0, 100, 0},
        {TRANSITION_FADE, 50, 0, 0, 0, 0, 100, 128},
        {TRANSITION_FADE, 99, 0, 0, 0, 0, 100, 253},
        {TRANSITION_SLIDE_LEFT, 25, -25, 0, 75, 0, 100, 255},
        {TRANSITION_SLIDE_RIGHT, 25, 25, 0, -75, 0, 100, 255},
        {TRANSITION_SLIDE_UP, 50, 0, -25, 0, 25, 100, 255},
        {TRANSITION_SLIDE_DOWN, 50, 0, 25, 0, -25, 100, 255},
        {TRANSITION_WIPE, 30, 0, 0, 0, 0, 30, 255},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct transition_state s = transition_at(rows[i].kind, rows[i].elapsed, 100, area, false);
        assert_int_equal(s.leaving.dx, rows[i].leaving_dx);
        assert_int_equal(s.leaving.dy, rows[i].leaving_dy);
        assert_int_equal(s.coming.dx, rows[i].coming_dx);
        assert_int_equal(s.coming.dy, rows[i].coming_dy);
        assert_int_equal(s.coming.clip_on_canvas.w, rows[i].coming_width);
        assert_int_equal(s.coming.opacity, rows[i].opacity);
        assert_int_equal(s.leaving.opacity, 255);
    }
    assert_int_equal(transition_at(TRANSITION_FADE, 50, 100, area, true).leaving.opacity, 127);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grid_is_common_to_all),
        cmocka_unit_test(test_each_frame_once),
        cmocka_unit_test(test_vsync_is_followed),
        cmocka_unit_test(test_pulldown_is_regular),
        cmocka_unit_test(test_driver_that_does_not_wait),
        cmocka_unit_test(test_failures_rest_longer_each_time),
        cmocka_unit_test(test_transitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
