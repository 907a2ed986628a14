#include "unit.h"

#include "base/flick.h"

static void test_muldiv(void **state) {
    (void)state;
    static const struct {
        int64_t value, num, den, expected;
    } rows[] = {
        {7, 3, 2, 10},
        {-7, 3, 2, -11},
        {7, -3, 2, -11},
        {-7, -3, 2, 10},
        {0, 5, 7, 0},
        {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX},
        {INT64_MAX, 2, 1, INT64_MAX},
        {INT64_MAX, -2, 1, INT64_MIN},
        {INT64_MIN, 1, 1, INT64_MIN},
        {INT64_C(1234567890123456789), 1000000007, 998244353, INT64_C(1236739176189892275)},
        {INT64_C(1700000000) * FLICKS_PER_SECOND, 30000, 1001 * FLICKS_PER_SECOND,
         INT64_C(50949050949)},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(flick_muldiv(rows[i].value, rows[i].num, rows[i].den), rows[i].expected);
    }
}

static void test_every_frame_is_found_at_its_first_instant(void **state) {
    (void)state;
    static const struct ratio rates[] = {{24, 1},     {25, 1},       {30, 1},       {50, 1},
                                         {60, 1},     {24000, 1001}, {30000, 1001}, {60000, 1001},
                                         {2997, 100}, {12345, 678}};
    static const int64_t frames[] = {0, 1, 2, 3, 29, 30, 31, 899, 900, 107892, 51000000000};
    for (size_t r = 0; r < COUNT(rates); r++) {
        for (size_t f = 0; f < COUNT(frames); f++) {
            flick_t t = flick_of_frame(frames[f], rates[r]);
            assert_int_equal(flick_frame_at(t, rates[r]), frames[f]);
            assert_int_equal(flick_frame_at(t - 1, rates[r]), frames[f] - 1);
        }
    }
}

static void test_usual_rates_are_whole(void **state) {
    (void)state;
    static const int64_t divisors[] = {24,  25,  30,   48,    50,    60,    90,
                                       100, 120, 8000, 16000, 44100, 48000, 96000};
    for (size_t i = 0; i < COUNT(divisors); i++) {
        assert_int_equal(FLICKS_PER_SECOND % divisors[i], 0);
    }
    static const int64_t ntsc[] = {24000, 30000, 60000};
    for (size_t i = 0; i < COUNT(ntsc); i++) {
        assert_int_equal(FLICKS_PER_SECOND * 1001 % ntsc[i], 0);
    }
}

static void test_conversions(void **state) {
    (void)state;
    assert_int_equal(flick_from_us(1000000), FLICKS_PER_SECOND);
    assert_int_equal(flick_to_us(FLICKS_PER_SECOND + 705), 1000000);
    assert_int_equal(flick_to_us(-1), -1);
    assert_int_equal(flick_from_seconds(0.5), FLICKS_PER_SECOND / 2);
    assert_int_equal(flick_from_seconds(1e300), INT64_MAX);
    assert_int_equal(flick_from_seconds(-1e300), INT64_MIN);
    assert_int_equal(flick_add(FLICK_NEVER, -5), FLICK_NEVER);
    assert_int_equal(flick_add(INT64_MAX - 1, 5), INT64_MAX);
    assert_int_equal(flick_add(INT64_MIN + 1, -5), INT64_MIN);
    assert_int_equal(flick_add(3, 4), 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_muldiv),
        cmocka_unit_test(test_every_frame_is_found_at_its_first_instant),
        cmocka_unit_test(test_usual_rates_are_whole),
        cmocka_unit_test(test_conversions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
