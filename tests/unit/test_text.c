#include "media/text.h"

#include <stdlib.h>
#include <string.h>

#include "gfx/frame.h"
#include "media/font.h"
#include "media/source_qr.h"
#include "media/text_strip.h"
#include "model/model.h"
#include "unit.h"

static struct fonts *fonts;
static const struct text_style plain = {.size_px = 32, .color = {255, 255, 255, 255}};

static int start_fonts(void **state) {
    (void)state;
    fonts = fonts_create(NULL, 0);
    return fonts == NULL;
}

static int stop_fonts(void **state) {
    (void)state;
    fonts_destroy(&fonts);
    return 0;
}

static struct text *make(const char *bytes, const struct text_style *style) {
    return text_create(fonts, text_clean(bytes, strlen(bytes)), style);
}

static void cleaning_composes_and_repairs(void **state) {
    (void)state;
    static const struct {
        const char *in;
        const char *out;
    } rows[] = {
        {"a\tb\r\nc", "a b\nc"},
        {"\x01x\x7f", "x"},
        {"E\xcc\x82\xcc\x81", "\xe1\xba\xbe"}, /* E + circumflex + acute: U+1EBE */
        {"A\xcc\xa3\xcc\x86", "\xe1\xba\xb6"}, /* A + dot below + breve: U+1EB6 */
        {"a\xff"
         "b",
         "a\xef\xbf\xbd"
         "b"},
        {"\xef\xbb\xbfx", "x"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *clean = text_clean(rows[i].in, strlen(rows[i].in));
        assert_string_equal(clean, rows[i].out);
        free(clean);
    }
}

static void clusters_keep_letters_and_marks_together(void **state) {
    (void)state;
    /* x with two marks (no composed form), a family of emoji with joiners, a space, a newline */
    struct text *text =
        make("x\xcc\xa3\xcc\x81 \xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\n!", &plain);
    assert_int_equal(text->count, 5);
    assert_int_equal(text->clusters[0].length, 5);
    assert_true(text->clusters[1].is_space);
    assert_int_equal(text->clusters[2].length, 11);
    assert_true(text->clusters[3].is_newline);
    text_destroy(&text);
}

static bool equal_frames(const struct frame *a, const struct frame *b) {
    bool equal = a->width == b->width && a->height == b->height;
    for (int y = 0; equal && y < a->height; y++) {
        equal = memcmp(a->plane[0] + y * a->stride[0], b->plane[0] + y * b->stride[0],
                       (size_t)a->width * 4) == 0;
    }
    return equal;
}

static struct frame *draw(const char *bytes, const struct text_style *style, struct size zone,
                          struct rect *place) {
    struct text *text = make(bytes, style);
    struct frame *frame = text_draw_box(text, zone, place);
    text_destroy(&text);
    return frame;
}

static int ink(const struct frame *frame) {
    int count = 0;
    for (int y = 0; y < frame->height; y++) {
        for (int x = 0; x < frame->width; x++) {
            const uint8_t *p = frame->plane[0] + y * frame->stride[0] + 4 * x;
            assert_true(p[0] <= p[3] && p[1] <= p[3] && p[2] <= p[3]); /* premultiplied */
            count += p[3] > 0;
        }
    }
    return count;
}

static void both_spellings_of_vietnamese_look_the_same(void **state) {
    (void)state;
    struct rect place;
    struct size zone = {400, 120};
    struct frame *composed = draw("\xe1\xba\xbe \xe1\xbb\x97", &plain, zone, &place);
    struct frame *decomposed = draw("E\xcc\x82\xcc\x81 o\xcc\x82\xcc\x83", &plain, zone, &place);
    assert_true(ink(composed) > 100);
    assert_true(equal_frames(composed, decomposed));
    frame_unref(&composed);
    frame_unref(&decomposed);
}

static void text_wraps_and_fits(void **state) {
    (void)state;
    struct text_style automatic = {.color = {255, 255, 255, 200}};
    struct rect place;
    struct size zone = {300, 200};
    struct frame *one = draw("one two", &plain, zone, &place);
    int line = place.h;
    assert_int_equal(place.y, (200 - line) / 2);
    struct frame *three = draw("one\ntwo\nthree", &plain, zone, &place);
    assert_int_equal(place.h, 3 * line);
    struct frame *long_word =
        draw("averylongwordthatdoesnotfitintoalineofthiszone", &plain, zone, &place);
    assert_true(place.h >= 2 * line);
    struct frame *large = draw("one two", &automatic, zone, &place);
    assert_true(place.w <= zone.w && place.h <= zone.h);
    assert_true(ink(large) > 2 * ink(one));
    assert_null(draw("", &plain, zone, &place));
    frame_unref(&one);
    frame_unref(&three);
    frame_unref(&long_word);
    frame_unref(&large);
}

/* Bounding box of what is drawn. */
static struct rect ink_box(const struct frame *frame) {
    struct rect box = {0};
    for (int y = 0; y < frame->height; y++) {
        for (int x = 0; x < frame->width; x++) {
            bool is_ink = frame->plane[0][y * frame->stride[0] + 4 * x + 3] > 0;
            box = is_ink ? rect_union(box, (struct rect){x, y, 1, 1}) : box;
        }
    }
    return box;
}

static void the_outline_grows_all_round(void **state) {
    (void)state;
    struct text_style outlined = plain;
    outlined.outline_px = 3;
    outlined.outline_color = (struct color){255, 0, 0, 255};
    struct text *text = make("\xe1\xba\xb6j", &plain);
    struct text *grown_text = make("\xe1\xba\xb6j", &outlined);
    struct frame *frame = text_clear_frame(120, 100), *grown = text_clear_frame(120, 100);
    text_draw_line(text, 0, text->count, 32, frame, 30, 60);
    text_draw_line(grown_text, 0, grown_text->count, 32, grown, 30, 60);
    struct rect a = ink_box(frame), b = ink_box(grown);
    assert_in_range(a.x - b.x, 2, 4);
    assert_in_range(a.y - b.y, 2, 4);
    assert_in_range(b.x + b.w - a.x - a.w, 2, 4);
    assert_in_range(b.y + b.h - a.y - a.h, 2, 4);
    frame_unref(&frame);
    frame_unref(&grown);
    text_destroy(&text);
    text_destroy(&grown_text);
}

static void tiles_side_by_side_are_the_line(void **state) {
    (void)state;
    const char *words = "Khu khuan tay thuong xuyen va deo khau trang noi cong cong moi ngay";
    struct size zone = {1600, 60};
    struct text_strip *strip =
        text_strip_create(fonts, text_clean(words, strlen(words)), &plain, zone, 300);
    while (!text_strip_measure(strip, 1)) {
    }
    assert_true(strip->tile_count >= 3);
    struct frame *whole = text_clear_frame((int)strip->width, zone.h);
    text_draw_line(strip->text, 0, strip->text->count, strip->size_px, whole, 0, strip->baseline);
    int64_t x = 0;
    int ink_of_tiles = 0;
    for (int i = 0; i < strip->tile_count; i++) {
        assert_int_equal(strip->tiles[i].x, x);
        assert_true(strip->tiles[i].width <= 300);
        x += strip->tiles[i].width;
        struct frame *tile = text_strip_draw(strip, i);
        ink_of_tiles += ink(tile);
        frame_unref(&tile);
    }
    assert_int_equal(x, strip->width);
    /* kerning with a space at a joint may move the rest of the line by a pixel, not more */
    int all = ink(whole);
    assert_in_range(ink_of_tiles, all * 98 / 100, all * 102 / 100);
    assert_in_range(text_width(strip->text, 0, strip->text->count, 32), (int)x - 4, (int)x + 4);
    frame_unref(&whole);
    text_strip_destroy(&strip);
}

static void a_qr_code_is_crisp_or_refused(void **state) {
    (void)state;
    struct color black = {0, 0, 0, 255}, clear = {0}, yellow = {255, 255, 0, 255};
    struct rect place;
    char problem[200], long_text[3000];
    struct frame *frame = source_qr_draw("https://example.org", (struct size){200, 150}, yellow,
                                         clear, &place, problem, sizeof problem);
    assert_non_null(frame);
    assert_int_equal(place.w, 33 * 4); /* 25 modules and 2 * 4 quiet ones, 4 pixels each */
    assert_int_equal(place.x, 34);
    const uint8_t *finder = frame->plane[0] + 16 * frame->stride[0] + 4 * 16;
    assert_memory_equal(finder, "\0\0\0", 3); /* yellow on white would not be readable */
    assert_memory_equal(frame->plane[0], "\xff\xff\xff", 3);
    frame_unref(&frame);
    memset(long_text, 'x', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    assert_null(source_qr_draw(long_text, (struct size){900, 900}, black, clear, &place, problem,
                               sizeof problem));
    assert_non_null(strstr(problem, "does not fit"));
    assert_null(
        source_qr_draw("x", (struct size){20, 20}, black, clear, &place, problem, sizeof problem));
    assert_non_null(strstr(problem, "29x29"));
}

static void missing_glyphs_are_named_once(void **state) {
    (void)state;
    int32_t missing[4];
    /* U+10FFFD is for private use and U+E0001 is invisible */
    const char *text = "a\xf4\x8f\xbf\xbd\xf4\x8f\xbf\xbd\xf3\xa0\x80\x81\xe1\xba\xbe";
    assert_int_equal(font_missing_glyphs(fonts, text, &plain, missing, 4), 1);
    assert_int_equal(missing[0], 0x10fffd);
    assert_false(font_is_known(fonts, "No Such Font Family Bold"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cleaning_composes_and_repairs),
        cmocka_unit_test(clusters_keep_letters_and_marks_together),
        cmocka_unit_test(both_spellings_of_vietnamese_look_the_same),
        cmocka_unit_test(text_wraps_and_fits),
        cmocka_unit_test(the_outline_grows_all_round),
        cmocka_unit_test(tiles_side_by_side_are_the_line),
        cmocka_unit_test(a_qr_code_is_crisp_or_refused),
        cmocka_unit_test(missing_glyphs_are_named_once),
    };
    return cmocka_run_group_tests(tests, start_fonts, stop_fonts);
}
