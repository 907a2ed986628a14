#include "media/video_rounds.h"
#include "unit.h"

static void the_play_at_an_instant(void **state) {
    (void)state;
    static const struct {
        struct video_showing showing;
        flick_t media, t;
        struct video_play expected;
    } rows[] = {
        /* once, and held */
        {{100, 150, 50, false}, 50, 100, {100, 150}},
        {{100, 150, 50, false}, 50, 149, {100, 150}},
        {{100, 180, 80, false}, 0, 160, {100, 180}},
        /* shown for longer than it is: again, the last time cut */
        {{100, 220, 120, false}, 50, 149, {100, 150}},
        {{100, 220, 120, false}, 50, 150, {150, 200}},
        {{100, 220, 120, false}, 50, 219, {200, 220}},
        /* shown for shorter than it is */
        {{100, 120, 20, false}, 50, 110, {100, 120}},
        /* endless: showing after showing */
        {{100, 150, 50, true}, 50, 10000, {10000, 10050}},
        {{100, 220, 120, true}, 50, 339, {320, 340}},
        {{100, 220, 120, true}, 50, 340, {340, 390}},
        {{100, 150, 50, true}, 0, 199, {150, 200}},
        /* was endless until 400 */
        {{100, 400, 50, false}, 50, 399, {350, 400}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct video_play play = video_play_at(&rows[i].showing, rows[i].media, rows[i].t);
        assert_int_equal(play.start, rows[i].expected.start);
        assert_int_equal(play.end, rows[i].expected.end);
    }
}

static void plays_follow_each_other_without_a_gap(void **state) {
    (void)state;
    struct video_showing showing = {1000, 1070, 70, true};
    struct video_play play = video_play_at(&showing, 30, 1000), next;
    for (int i = 0; i < 1000; i++) {
        assert_true(video_play_next(&showing, 30, &play, &next));
        assert_int_equal(next.start, play.end);
        play = next;
    }
    showing.endless = false;
    assert_false(video_play_next(&showing, 30, &play, &next));
    showing.until = play.end + 5; /* goes on for a little */
    assert_true(video_play_next(&showing, 30, &play, &next));
    assert_int_equal(next.end, play.end + 5);
    assert_false(video_play_next(&showing, 30, &next, &play));
}

static void a_picture_finds_its_round(void **state) {
    (void)state;
    static const int64_t origins[] = {0, -2, 1024, INT64_C(95443717) * 90000};
    for (size_t i = 0; i < COUNT(origins); i++) {
        struct video_rounds rounds;
        video_rounds_init(&rounds, origins[i], 30);
        int64_t last = INT64_MIN;
        for (int64_t number = 0; number < 200; number++) {
            struct video_play play = {number * 3, number * 3 + 3};
            video_rounds_begin(&rounds, &play);
            for (int64_t frame = 0; frame < 3; frame++) {
                int64_t stamp = video_rounds_stamp(&rounds, origins[i] + frame);
                assert_true(stamp > last); /* a decoder never sees time go back */
                last = stamp;
                /* up to 24 pictures are still inside the decoder */
                const struct video_round *round = video_rounds_find(&rounds, stamp);
                assert_int_equal(round->number, number);
                assert_int_equal(stamp - round->shift, origins[i] + frame);
            }
        }
        const struct video_round *now = video_rounds_current(&rounds);
        const struct video_round *old = video_rounds_find(
            &rounds, rounds.rounds[(now->number - 24) % VIDEO_ROUNDS_MAX].shift + origins[i] + 2);
        assert_int_equal(old->number, now->number - 24);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_play_at_an_instant),
        cmocka_unit_test(plays_follow_each_other_without_a_gap),
        cmocka_unit_test(a_picture_finds_its_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
