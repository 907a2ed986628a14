/* Sources of pictures and text, through their kinds: what they show when. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libavutil/log.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/wake.h"
#include "gfx/frame.h"
#include "media/picture_write.h"
#include "media/services.h"
#include "media/source_kind.h"
#include "model/model.h"
#include "unit.h"

#define SECOND FLICKS_PER_SECOND

static struct wake *bell;
static struct source_services *services;
static struct model *model;

/* A source that is open. */
struct opened {
    const struct source_kind *kind;
    void *self;
    struct layer layers[SOURCE_LAYERS_MAX];
    size_t count;
    flick_t unchanged_until;
};

static void ignore_line(void *context, enum log_level level, const char *line) {
    (void)context;
    (void)level;
    (void)line;
}

static int start(void **state) {
    (void)state;
    av_log_set_level(AV_LOG_QUIET);
    log_set_sink(ignore_line, NULL);
    bell = wake_create();
    model = model_create(arena_create());
    struct source_services_options options = {.wake = bell};
    services = source_services_create(&options);
    return services == NULL;
}

static int stop(void **state) {
    (void)state;
    source_services_destroy(&services);
    model_unref(&model);
    wake_destroy(&bell);
    return 0;
}

/* Opens a source of a copy of the item that lives as long as the model, as jobs on the worker may
 * outlive the source. */
static struct opened open_item(const struct source_kind *kind, const struct item *item,
                               struct size zone, flick_t first, flick_t until) {
    struct item *kept = arena_zero(model->arena, 1, sizeof *kept);
    *kept = *item;
    kept->text_file = arena_strdup(model->arena, item->text_file);
    if (item->media != NULL) {
        kept->media = arena_zero(model->arena, 1, sizeof *kept->media);
        *kept->media = *item->media;
        kept->media->path = arena_strdup(model->arena, item->media->path);
    }
    struct source_request request = {
        .model = model, .item = kept, .zone = zone, .first = first, .until = until};
    return (struct opened){.kind = kind, .self = kind->open(services, &request)};
}

static void shut(struct opened *source) {
    source->kind->close(source->self);
}

/* Waits until the picture for t is there and looks at it. */
static void look(struct opened *source, flick_t t) {
    int64_t limit = clock_monotonic_us() + 10 * 1000000;
    for (;;) {
        uint64_t seen = wake_count(bell);
        if (source->kind->is_exact_at(source->self, t)) {
            break;
        }
        wake_wait(bell, seen, 100);
        assert_true(clock_monotonic_us() < limit);
    }
    source->count =
        source->kind->layers_at(source->self, t, source->layers, &source->unchanged_until);
}

static void make_png(char *path, int width, int height) {
    uint8_t *pixels = calloc((size_t)width * (size_t)height, 4);
    const char *why;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_true(picture_write_png(path, pixels, width, height, width * 4, &why));
    free(pixels);
}

static void a_tall_picture_glides_by_whole_pixels(void **state) {
    (void)state;
    char path[] = "/tmp/test_source.XXXXXX";
    make_png(path, 40, 220);
    struct media media = {.name = path, .path = path};
    struct item item = {.kind = ITEM_IMAGE, .title = "tall", .media = &media, .fit = FIT_PAN};
    struct opened source = open_item(&source_image, &item, (struct size){40, 20}, 0, 8 * SECOND);
    /* It rests for 1 s at each end and moves 200 pixels in the 6 s between. */
    static const struct {
        flick_t at;
        int y;
    } rows[] = {{0, 0},
                {SECOND, 0},
                {2 * SECOND, 33},
                {4 * SECOND, 100},
                {7 * SECOND, 200},
                {8 * SECOND - 1, 200}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        look(&source, rows[i].at);
        assert_int_equal(source.count, 1);
        assert_int_equal(source.layers[0].from_in_frame.y, rows[i].y);
        assert_int_equal(source.layers[0].from_in_frame.h, 20);
    }
    /* Each step is one pixel and happens exactly when it was announced. */
    flick_t t = 0;
    look(&source, t);
    for (int y = 1; y <= 200; y++) {
        flick_t next = source.unchanged_until;
        look(&source, next - 1);
        assert_int_equal(source.layers[0].from_in_frame.y, y - 1);
        look(&source, next);
        assert_int_equal(source.layers[0].from_in_frame.y, y);
    }
    assert_true(source.unchanged_until == FLICK_NEVER);
    shut(&source);
    unlink(path);
}

/* Pictures of 1x1: red for 50 ms, green for 100 ms, `rounds` times. */
static void make_gif(const char *path, int rounds) {
    static const char head[] = "GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\xff\x00";
    static const char pictures[] =
        "\x21\xf9\x04\x00\x05\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44"
        "\x01\x00\x21\xf9\x04\x00\x0a\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02"
        "\x02\x4c\x01\x00";
    struct str bytes = {0};
    const char *why;
    str_add_bytes(&bytes, head, sizeof head - 1);
    for (int i = 0; i < rounds; i++) {
        str_add_bytes(&bytes, pictures, sizeof pictures - 1);
    }
    str_add(&bytes, ";");
    assert_true(file_write(path, bytes.text, bytes.length, &why));
    str_finish(&bytes);
}

static void an_animation_follows_the_clock(void **state) {
    (void)state;
    char path[] = "/tmp/test_source.XXXXXX";
    make_png(path, 1, 1);
    make_gif(path, 6);
    struct media media = {.name = path, .path = path};
    struct item item = {.kind = ITEM_IMAGE, .title = "gif", .media = &media};
    /* small: all 12 frames are kept; large: a window of 4 frames is decoded ahead */
    static const struct size zones[] = {{4, 4}, {1500, 1500}};
    for (size_t z = 0; z < COUNT(zones); z++) {
        struct opened source =
            open_item(&source_image, &item, zones[z], 1234567 * SECOND, 9999999 * SECOND);
        for (int i = 0; i < 20; i++) { /* red and green take 150 ms */
            flick_t round = (1234567 * SECOND / (150 * FLICKS_PER_MILLISECOND) + i) *
                            (150 * FLICKS_PER_MILLISECOND);
            look(&source, round);
            assert_int_equal(source.layers[0].frame->plane[0][2], 255);
            assert_true(source.unchanged_until == round + 50 * FLICKS_PER_MILLISECOND);
            look(&source, source.unchanged_until);
            assert_int_equal(source.layers[0].frame->plane[0][1], 255);
            assert_true(source.unchanged_until == round + 150 * FLICKS_PER_MILLISECOND);
        }
        shut(&source);
    }
    unlink(path);
}

static void a_broken_picture_fails(void **state) {
    (void)state;
    struct media media = {.name = "x.png", .path = "/nonexistent/x.png"};
    struct item item = {.kind = ITEM_IMAGE, .title = "x.png", .media = &media};
    struct opened source = open_item(&source_image, &item, (struct size){4, 4}, 0, SECOND);
    look(&source, 0);
    assert_int_equal(source.kind->state(source.self), SOURCE_FAILED);
    assert_int_equal(source.count, 0);
    shut(&source);
}

static void a_ticker_moves_one_pixel_at_a_time(void **state) {
    (void)state;
    struct item item = {.kind = ITEM_TEXT,
                        .title = "news",
                        .text = "Khu khuan tay thuong xuyen va deo khau trang noi cong cong",
                        .style = {.size_px = 24, .scroll_px_per_s = 90, .color = {9, 9, 9, 255}}};
    struct size zone = {300, 40};
    struct opened source = open_item(&source_ticker, &item, zone, 0, 1000 * SECOND);
    look(&source, 0);
    flick_t t = 0;
    for (int pixel = 1; pixel < 2500; pixel++) { /* through several rounds of the text */
        struct layer before = source.count > 0 ? source.layers[0] : (struct layer){0};
        flick_t next = source.unchanged_until;
        assert_true(next == (pixel * SECOND + 89) / 90 && next > t);
        look(&source, next);
        t = next;
        bool is_same_tile = source.count > 0 && source.layers[0].frame == before.frame;
        if (is_same_tile) {
            assert_int_equal(source.layers[0].to_on_canvas.x, before.to_on_canvas.x - 1);
        }
        for (size_t i = 1; i < source.count; i++) { /* from left to right */
            assert_true(source.layers[i].to_on_canvas.x > source.layers[i - 1].to_on_canvas.x);
        }
    }
    /* joining midway shows the same */
    struct opened late = open_item(&source_ticker, &item, zone, t, 1000 * SECOND);
    look(&late, t);
    assert_int_equal(late.count, source.count);
    for (size_t i = 0; i < late.count; i++) {
        assert_true(rect_equal(late.layers[i].to_on_canvas, source.layers[i].to_on_canvas));
    }
    shut(&late);
    shut(&source);
}

static void a_clock_changes_with_its_second_or_minute(void **state) {
    (void)state;
    static const struct {
        const char *format;
        flick_t unit;
    } rows[] = {
        {"%H:%M:%S", SECOND}, {"%H:%M", 60 * SECOND}, {"%T", SECOND}, {"%% %A", 60 * SECOND}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct item item = {.kind = ITEM_CLOCK,
                            .title = "clock",
                            .text = rows[i].format,
                            .style = {.size_px = 20, .color = {255, 255, 255, 255}}};
        flick_t at = 1663000000 * SECOND + SECOND / 3;
        struct opened source =
            open_item(&source_text, &item, (struct size){200, 40}, at, FLICK_NEVER);
        look(&source, at);
        struct frame *shown = source.layers[0].frame;
        flick_t change = source.unchanged_until;
        assert_true(change % rows[i].unit == 0 && change > at && change - at <= rows[i].unit);
        look(&source, change - 1);
        assert_ptr_equal(source.layers[0].frame, shown);
        look(&source, change);
        assert_ptr_not_equal(source.layers[0].frame, shown);
        shut(&source);
    }
}

static void a_text_file_is_followed(void **state) {
    (void)state;
    char path[] = "/tmp/test_source.XXXXXX";
    const char *why;
    make_png(path, 1, 1);
    assert_true(file_write(path, "old", 3, &why));
    struct item item = {.kind = ITEM_TEXT,
                        .title = "news",
                        .text_file = path,
                        .style = {.size_px = 20, .color = {255, 255, 255, 255}}};
    struct opened source = open_item(&source_text, &item, (struct size){200, 40}, 0, FLICK_NEVER);
    look(&source, 0);
    struct frame *old = frame_ref(source.layers[0].frame);
    assert_true(file_write(path, "new text", 8, &why));
    int64_t limit = clock_monotonic_us() + 10 * 1000000;
    while (source.layers[0].frame == old && clock_monotonic_us() < limit) {
        wake_wait(bell, wake_count(bell), 20);
        look(&source, 0);
        assert_int_equal(source.count, 1); /* never nothing */
    }
    assert_ptr_not_equal(source.layers[0].frame, old);
    frame_unref(&old);
    shut(&source);
    unlink(path);
}

static void closing_waits_for_nothing(void **state) {
    (void)state;
    struct item text = {.kind = ITEM_TEXT,
                        .title = "t",
                        .text = "some words to draw",
                        .style = {.color = {255, 255, 255, 255}}};
    struct item ticker = text;
    ticker.style.scroll_px_per_s = -50;
    for (int i = 0; i < 40; i++) {
        struct opened a = open_item(&source_text, &text, (struct size){300, 90}, 0, SECOND);
        struct opened b = open_item(&source_ticker, &ticker, (struct size){300, 90}, 0, SECOND);
        if (i % 3 == 0) {
            look(&b, SECOND / 2);
        }
        b.kind->retime(b.self, 2 * SECOND, true, 50);
        shut(&a);
        shut(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tall_picture_glides_by_whole_pixels),
        cmocka_unit_test(an_animation_follows_the_clock),
        cmocka_unit_test(a_broken_picture_fails),
        cmocka_unit_test(a_ticker_moves_one_pixel_at_a_time),
        cmocka_unit_test(a_clock_changes_with_its_second_or_minute),
        cmocka_unit_test(a_text_file_is_followed),
        cmocka_unit_test(closing_waits_for_nothing),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
