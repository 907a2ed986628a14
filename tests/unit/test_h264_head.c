/* Heads of streams that x264 has written. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "media/h264_head.h"

static const struct {
    const char *name;
    const char *avcc; /* hexadecimal */
    bool good;
    struct h264_head head;
} rows[] = {
    {"high",
     "0164000dffe100196764000dacd94141fb011000000300100000030320f142996001000668ebe3cb22c0fdf8f800",
     true,
     {1, 8, false, 1, 1}},
    {"baseline",
     "0142c00dffe100186742c00dd90141fb011000000300100000030320f142a48001000568cb83cb20",
     true,
     {1, 8, false, 1, 1}},
    {"wide pixels",
     "0164000dffe100196764000dacd94141fb041000000300100000030320f142996001000668ebe3cb22c0fdf8f800",
     true,
     {1, 8, false, 16, 11}},
    {"odd pixels",
     "0164000dffe1001d6764000dacd94141fbff000700051000000300100000030320f142996001000668ebe3cb22c0f"
     "df8f800",
     true,
     {1, 8, false, 7, 5}},
    {"10 bits",
     "016e000dffe10019676e000da6cd94141fb011000003000100000300320f14299601000668ebe3cb22c0fdfafa00",
     true,
     {1, 10, false, 1, 1}},
    {"4:2:2",
     "017a000dffe10019677a000dbcd94141fb011000000300100000030320f142996001000668ebe3cb22c0fef8f800",
     true,
     {2, 8, false, 1, 1}},
    {"4:4:4",
     "01f4000dffe1001967f4000d919b28283f6022000003000200000300641e28532c01000668ebe3c44844fff8f800",
     true,
     {3, 8, false, 1, 1}},
    {"interlaced",
     "01640015ffe1001a67640015acd941410fcb808800000300080000030190f8a14cb001000668fba3cb22c0fdf8f80"
     "0",
     true,
     {1, 8, true, 1, 1}},
    {"matrices",
     "0164000dffe100196764000dacd94141fb011000000300100000030320f142996001000768ebe3cb3002c0fdf8f80"
     "0",
     true,
     {1, 8, false, 1, 1}},
    {"no such box", "0164001effe1001967640014", false, {0}},
    {"start codes instead", "000000016764001e", false, {0}},
};

static size_t bytes_of(const char *hex, uint8_t *bytes) {
    size_t count = strlen(hex) / 2;
    for (size_t i = 0; i < count; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
        bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return count;
}

static void test_heads(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t bytes[256];
        struct h264_head head;
        size_t size = bytes_of(rows[i].avcc, bytes);
        if (h264_head_parse(bytes, size, &head) != rows[i].good) {
            fail_msg("%s", rows[i].name);
        }
        if (rows[i].good) {
            assert_int_equal(head.chroma, rows[i].head.chroma);
            assert_int_equal(head.bits, rows[i].head.bits);
            assert_int_equal(head.may_be_interlaced, rows[i].head.may_be_interlaced);
            assert_int_equal(head.aspect_num, rows[i].head.aspect_num);
            assert_int_equal(head.aspect_den, rows[i].head.aspect_den);
        }
    }
}

/* Cut off anywhere, it is refused or read as far as needed, never past its end. */
static void test_cut_heads(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t bytes[256];
        size_t size = bytes_of(rows[i].avcc, bytes);
        for (size_t length = 0; length < size; length++) {
            uint8_t *copy = test_malloc(length + 1);
            struct h264_head head;
            memcpy(copy, bytes, length);
            bool good = h264_head_parse(copy, length, &head);
            assert_true(!good || (rows[i].good && length > 8));
            test_free(copy);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_cut_heads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
