#include "unit.h"

#include "base/rect.h"

static void test_fit(void **state) {
    (void)state;
    static const struct {
        struct size picture, area;
        enum fit fit;
        struct placement expected;
    } rows[] = {
        {{1920, 1080},
         {384, 216},
         FIT_CONTAIN,
         {{384, 216}, {0, 0, 384, 216}, {0, 0, 384, 216}, 0, 0}},
        {{1920, 1080},
         {960, 400},
         FIT_CONTAIN,
         {{711, 400}, {0, 0, 711, 400}, {124, 0, 711, 400}, 0, 0}},
        {{1080, 1920},
         {960, 400},
         FIT_CONTAIN,
         {{225, 400}, {0, 0, 225, 400}, {367, 0, 225, 400}, 0, 0}},
        {{1920, 1080},
         {960, 400},
         FIT_COVER,
         {{960, 540}, {0, 70, 960, 400}, {0, 0, 960, 400}, 0, 0}},
        {{100, 50},
         {960, 400},
         FIT_STRETCH,
         {{960, 400}, {0, 0, 960, 400}, {0, 0, 960, 400}, 0, 0}},
        {{100, 50}, {960, 400}, FIT_NONE, {{100, 50}, {0, 0, 100, 50}, {430, 175, 100, 50}, 0, 0}},
        {{1000, 50}, {960, 400}, FIT_NONE, {{1000, 50}, {20, 0, 960, 50}, {0, 175, 960, 50}, 0, 0}},
        {{960, 2400},
         {960, 400},
         FIT_PAN,
         {{960, 2400}, {0, 0, 960, 400}, {0, 0, 960, 400}, 0, 2000}},
        {{2400, 400},
         {960, 400},
         FIT_PAN,
         {{2400, 400}, {0, 0, 960, 400}, {0, 0, 960, 400}, 1440, 0}},
        {{1, 1000000}, {100, 100}, FIT_CONTAIN, {{1, 100}, {0, 0, 1, 100}, {49, 0, 1, 100}, 0, 0}},
        {{1, 1000000},
         {100, 100},
         FIT_COVER,
         {{100, 32768}, {0, 16334, 100, 100}, {0, 0, 100, 100}, 0, 0}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct placement got = rect_fit(rows[i].picture, rows[i].area, rows[i].fit);
        assert_memory_equal(&got, &rows[i].expected, sizeof got);
    }
}

static void test_algebra(void **state) {
    (void)state;
    struct rect a = {0, 0, 10, 10}, b = {5, 5, 10, 10}, far = {50, 50, 1, 1};
    assert_true(rect_equal(rect_intersect(a, b), (struct rect){5, 5, 5, 5}));
    assert_true(rect_is_empty(rect_intersect(a, far)));
    assert_true(rect_equal(rect_intersect(a, (struct rect){10, 0, 5, 5}), (struct rect){0}));
    assert_true(rect_equal(rect_union(a, b), (struct rect){0, 0, 15, 15}));
    assert_true(rect_equal(rect_union(a, (struct rect){0}), a));
    assert_true(rect_equal(rect_union((struct rect){0}, b), b));
    assert_true(rect_contains(a, (struct rect){2, 2, 8, 8}));
    assert_false(rect_contains(a, b));
    assert_true(rect_equal(rect_move(a, 3, -4), (struct rect){3, -4, 10, 10}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_algebra),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
