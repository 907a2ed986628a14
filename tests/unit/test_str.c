#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/color.h"
#include "base/str.h"

static void test_distance(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        int limit, expected;
    } rows[] = {
        {"duration", "duration", 3, 0}, {"durtaion", "duration", 3, 1},
        {"Duration", "duration", 3, 0}, {"", "abc", 5, 3},
        {"kitten", "sitting", 5, 3},    {"kitten", "sitting", 2, 3},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(str_distance(rows[i].a, rows[i].b, rows[i].limit), rows[i].expected);
        assert_int_equal(str_distance(rows[i].b, rows[i].a, rows[i].limit), rows[i].expected);
    }
}

static void test_nearest(void **state) {
    (void)state;
    static const char *const keys[] = {"duration", "fit", "transition", "transition_time"};
    assert_string_equal(str_nearest("durration", keys, 4), "duration");
    assert_string_equal(str_nearest("transition-time", keys, 4), "transition_time");
    assert_null(str_nearest("colour", keys, 4));
}

static void test_utf8(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int bad_at; /* -1: good */
    } rows[] = {
        {"", -1},
        {"Vì một Việt Nam", -1},
        {"\xF0\x9F\x98\x80", -1},
        {"a\xC0\xAF", 1},        /* overlong */
        {"\xED\xA0\x80", 0},     /* surrogate */
        {"ab\xE1\xBB", 2},       /* cut short */
        {"\xF4\x90\x80\x80", 0}, /* beyond U+10FFFF */
        {"\x80", 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t bad_at = 0;
        bool good = str_is_utf8(rows[i].text, strlen(rows[i].text), &bad_at);
        assert_int_equal(good, rows[i].bad_at < 0);
        if (!good) {
            assert_int_equal(bad_at, rows[i].bad_at);
        }
    }
    assert_false(str_is_utf8("a\0b", 3, NULL));
}

static void test_str_grows(void **state) {
    (void)state;
    struct str s = {0};
    assert_string_equal(str_text(&s), "");
    for (int i = 0; i < 1000; i++) {
        str_addf(&s, "%d,", i);
    }
    assert_int_equal(s.length, 3890);
    assert_int_equal(strlen(s.text), 3890);
    str_clear(&s);
    str_add(&s, "x");
    char *taken = str_take(&s);
    assert_string_equal(taken, "x");
    assert_null(s.text);
    free(taken);
}

static void test_arena(void **state) {
    (void)state;
    struct arena *arena = arena_create();
    char *big = arena_zero(arena, 300000, 1);
    for (int i = 0; i < 300000; i += 1000) {
        assert_int_equal(big[i], 0);
    }
    double *aligned = arena_zero(arena, 3, sizeof *aligned);
    assert_int_equal((uintptr_t)aligned % sizeof(double), 0);
    assert_string_equal(arena_printf(arena, "%s-%d", "zone", 3), "zone-3");
    assert_null(arena_strdup(arena, NULL));
    arena_destroy(&arena);
    assert_null(arena);
    arena_destroy(&arena);
}

static void test_color(void **state) {
    (void)state;
    struct color c;
    assert_true(color_parse("#003366", &c));
    assert_true(color_equal(c, (struct color){0, 0x33, 0x66, 255}));
    assert_true(color_parse("#aBcDeF80", &c));
    assert_true(color_equal(c, (struct color){0xAB, 0xCD, 0xEF, 0x80}));
    static const char *const bad[] = {"", "red", "#12345", "#1234567", "#GG0000", "003366"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(color_parse(bad[i], &c));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distance), cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_utf8),     cmocka_unit_test(test_str_grows),
        cmocka_unit_test(test_arena),    cmocka_unit_test(test_color),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
