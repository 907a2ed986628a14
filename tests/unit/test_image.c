#include "media/image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libavutil/frame.h>
#include <libavutil/log.h>

#include "base/file.h"
#include "gfx/frame.h"
#include "media/image_convert.h"
#include "media/image_scale.h"
#include "media/picture_write.h"
#include "unit.h"

/* --- image_scale ------------------------------------------------------------------------- */

static void scale_gray(const uint8_t *in, struct size from, struct size to, struct rect part,
                       uint8_t *out) {
    uint8_t row[4 * 64], pixels[4 * 64 * 64];
    struct image_scale *scale = image_scale_create(from, to, part, pixels, part.w * 4);
    for (int y = 0; y < from.h; y++) {
        for (int x = 0; x < from.w; x++) {
            memset(row + 4 * x, in[y * from.w + x], 4);
        }
        image_scale_push(scale, row);
    }
    image_scale_destroy(&scale);
    for (int i = 0; i < part.w * part.h; i++) {
        out[i] = pixels[4 * i + 2];
    }
}

static void scaling_gives_the_mean_of_the_area(void **state) {
    (void)state;
    static const struct {
        struct size from, to;
        struct rect part;
        uint8_t in[16];
        uint8_t out[16];
    } rows[] = {
        {{2, 2}, {1, 1}, {0, 0, 1, 1}, {0, 100, 200, 100}, {100}},
        {{4, 1}, {2, 1}, {0, 0, 2, 1}, {10, 20, 30, 50}, {15, 40}},
        /* 3 to 2: each takes one whole pixel and half of the middle one */
        {{3, 1}, {2, 1}, {0, 0, 2, 1}, {0, 90, 240}, {30, 190}},
        {{1, 3}, {1, 2}, {0, 0, 1, 2}, {0, 90, 240}, {30, 190}},
        {{3, 2}, {3, 2}, {1, 0, 2, 2}, {1, 2, 3, 4, 5, 6}, {2, 3, 5, 6}},
        {{4, 4}, {2, 2}, {1, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 0, 0, 9, 9, 40, 50, 9, 9, 60, 70}, {55}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t out[16];
        scale_gray(rows[i].in, rows[i].from, rows[i].to, rows[i].part, out);
        assert_memory_equal(out, rows[i].out, (size_t)rows[i].part.w * (size_t)rows[i].part.h);
    }
}

static void a_flat_colour_stays_what_it_is(void **state) {
    (void)state;
    uint8_t in[61 * 3], out[64 * 64];
    for (int value = 0; value < 256; value += 5) {
        memset(in, value, sizeof in);
        for (int width = 1; width <= 61; width++) {
            scale_gray(in, (struct size){61, 3}, (struct size){width, 2},
                       (struct rect){0, 0, width, 2}, out);
            for (int i = 0; i < width * 2; i++) {
                assert_int_equal(out[i], value);
            }
        }
    }
}

/* --- image_convert ----------------------------------------------------------------------- */

/* What a 2x3 picture with pixels 1..6 looks like upright, for each EXIF orientation. */
static void pictures_are_turned_upright(void **state) {
    (void)state;
    static const struct {
        int orientation;
        struct size size;
        uint8_t pixels[6];
    } rows[] = {
        {1, {2, 3}, {1, 2, 3, 4, 5, 6}}, {2, {2, 3}, {2, 1, 4, 3, 6, 5}},
        {3, {2, 3}, {6, 5, 4, 3, 2, 1}}, {4, {2, 3}, {5, 6, 3, 4, 1, 2}},
        {5, {3, 2}, {1, 3, 5, 2, 4, 6}}, {6, {3, 2}, {5, 3, 1, 6, 4, 2}},
        {7, {3, 2}, {6, 4, 2, 5, 3, 1}}, {8, {3, 2}, {2, 4, 6, 1, 3, 5}},
        {0, {2, 3}, {1, 2, 3, 4, 5, 6}}, {9, {2, 3}, {1, 2, 3, 4, 5, 6}},
    };
    AVFrame *picture = av_frame_alloc();
    picture->width = 2;
    picture->height = 3;
    picture->format = AV_PIX_FMT_BGRA;
    assert_int_equal(av_frame_get_buffer(picture, 0), 0);
    for (int i = 0; i < 6; i++) {
        uint8_t *pixel = picture->data[0] + (i / 2) * picture->linesize[0] + 4 * (i % 2);
        memset(pixel, i + 1, 3);
        pixel[3] = 255;
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct size size = rows[i].size;
        struct frame *frame = image_convert(picture, image_turn_of(rows[i].orientation), size,
                                            (struct rect){0, 0, size.w, size.h});
        assert_non_null(frame);
        assert_int_equal(frame->format, FRAME_BGRX);
        assert_int_equal(frame->width, size.w);
        assert_int_equal(frame->height, size.h);
        for (int p = 0; p < 6; p++) {
            const uint8_t *row = frame->plane[0] + (p / size.w) * frame->stride[0];
            assert_int_equal(row[4 * (p % size.w)], rows[i].pixels[p]);
        }
        frame_unref(&frame);
    }
    av_frame_free(&picture);
}

static void transparent_pixels_are_premultiplied(void **state) {
    (void)state;
    AVFrame *picture = av_frame_alloc();
    picture->width = 2;
    picture->height = 1;
    picture->format = AV_PIX_FMT_RGBA;
    assert_int_equal(av_frame_get_buffer(picture, 0), 0);
    memcpy(picture->data[0], "\xff\x80\x00\x80\xff\xff\xff\x00", 8);
    struct frame *frame =
        image_convert(picture, image_turn_of(1), (struct size){2, 1}, (struct rect){0, 0, 2, 1});
    assert_non_null(frame);
    assert_int_equal(frame->format, FRAME_BGRA);
    const uint8_t *p = frame->plane[0];
    assert_int_equal(p[0], 0);
    assert_in_range(p[1], 63, 65);
    assert_in_range(p[2], 127, 129);
    assert_int_equal(p[3], 128);
    assert_memory_equal(p + 4, "\0\0\0\0", 4);
    frame_unref(&frame);
    av_frame_free(&picture);
}

/* --- image ------------------------------------------------------------------------------- */

static void write_file(char *path, const void *bytes, size_t length) {
    const char *why;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_true(file_write(path, bytes, length, &why));
}

static void a_png_of_the_zones_size_is_shown_pixel_by_pixel(void **state) {
    (void)state;
    enum { W = 37, H = 21 };
    uint8_t pixels[W * H * 4];
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = (uint8_t)(i * 31 + i / 7);
    }
    char path[] = "/tmp/test_image.XXXXXX", problem[160];
    const char *why;
    write_file(path, "", 0);
    assert_true(picture_write_png(path, pixels, W, H, W * 4, &why));
    struct image_request request = {.path = path, .area = {W, H}, .fit = FIT_CONTAIN};
    struct image *image = image_open(&request, problem, sizeof problem);
    assert_non_null(image);
    assert_int_equal(image_frame_count(image), 1);
    struct frame *frame = image_next(image, problem, sizeof problem);
    assert_non_null(frame);
    assert_int_equal(frame->format, FRAME_BGRX);
    for (int i = 0; i < W * H; i++) {
        const uint8_t *got = frame->plane[0] + (i / W) * frame->stride[0] + 4 * (i % W);
        assert_memory_equal(got, pixels + 4 * i, 3);
    }
    frame_unref(&frame);
    image_close(&image);
    unlink(path);
}

/* Two pictures of 1x1, red for 50 ms and green for 10 ms (which means 100). */
static const uint8_t animation[] =
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\xff\x00"
    "\x21\xf9\x04\x00\x05\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    "\x21\xf9\x04\x00\x01\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x4c\x01\x00"
    "\x3b";

static void animations_loop_with_their_delays(void **state) {
    (void)state;
    char path[] = "/tmp/test_image.XXXXXX", problem[160];
    write_file(path, animation, sizeof animation - 1);
    struct image_request request = {.path = path, .area = {4, 4}, .fit = FIT_CONTAIN};
    struct image *image = image_open(&request, problem, sizeof problem);
    assert_non_null(image);
    assert_int_equal(image_frame_count(image), 2);
    assert_int_equal(image_frame_end(image, 0), 50 * FLICKS_PER_MILLISECOND);
    assert_int_equal(image_frame_end(image, 1), 150 * FLICKS_PER_MILLISECOND);
    for (int i = 0; i < 5; i++) {
        struct frame *frame = image_next(image, problem, sizeof problem);
        assert_non_null(frame);
        assert_int_equal(frame->number, i);
        assert_int_equal(frame->plane[0][i % 2 == 0 ? 2 : 1], 255);
        assert_int_equal(frame->plane[0][i % 2 == 0 ? 1 : 2], 0);
        frame_unref(&frame);
    }
    image_close(&image);
    unlink(path);
}

static void what_cannot_be_shown_is_refused_with_a_clause(void **state) {
    (void)state;
    static const uint8_t bomb[] = /* a PNG that declares 100000 x 100000 pixels */
        "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\x86\xa0\0\x01\x86\xa0\x08\x06\0\0\0\0\0\0\0";
    static const struct {
        const void *bytes;
        size_t length;
        const char *clause;
    } rows[] = {
        {"", 0, "empty"},
        {"hello, this is no picture at all", 32, "not a PNG"},
        {bomb, sizeof bomb - 1, "broken"},
        {animation, 30, "broken"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char path[] = "/tmp/test_image.XXXXXX", problem[160];
        write_file(path, rows[i].bytes, rows[i].length);
        struct image_request request = {.path = path, .area = {4, 4}, .fit = FIT_CONTAIN};
        assert_null(image_open(&request, problem, sizeof problem));
        assert_non_null(strstr(problem, rows[i].clause));
        unlink(path);
    }
    char problem[160];
    struct image_request request = {.path = "/nonexistent", .area = {4, 4}};
    assert_null(image_open(&request, problem, sizeof problem));
    assert_string_equal(problem, "no such file");
}

int main(void) {
    av_log_set_level(AV_LOG_QUIET);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scaling_gives_the_mean_of_the_area),
        cmocka_unit_test(a_flat_colour_stays_what_it_is),
        cmocka_unit_test(pictures_are_turned_upright),
        cmocka_unit_test(transparent_pixels_are_premultiplied),
        cmocka_unit_test(a_png_of_the_zones_size_is_shown_pixel_by_pixel),
        cmocka_unit_test(animations_loop_with_their_delays),
        cmocka_unit_test(what_cannot_be_shown_is_refused_with_a_clause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
