/* From decoded pictures to frames: colours, parts, turns. */
#include <libavutil/frame.h>
#include <libavutil/imgutils.h>
#include <stdlib.h>
#include <string.h>

#include "gfx/frame.h"
#include "media/convert.h"
#include "unit.h"

/* A picture whose luma rises by 1 a column and 4 a row, without colour. */
static AVFrame *ramp(enum AVPixelFormat format, int w, int h) {
    AVFrame *p = av_frame_alloc();
    p->format = format;
    p->width = w;
    p->height = h;
    assert_true(av_frame_get_buffer(p, 0) >= 0);
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            p->data[0][y * p->linesize[0] + x] = (uint8_t)(16 + x + 4 * y);
        }
    }
    for (int i = 1; i < 3; i++) {
        memset(p->data[i], 128, (size_t)p->linesize[i] * (size_t)((h + 1) / 2));
    }
    p->color_range = AVCOL_RANGE_JPEG; /* then grey is luma */
    return p;
}

static struct frame *convert(const struct converter_options *options, const AVFrame *p) {
    struct converter *converter = converter_create(options);
    struct frame *frame = converter_run(converter, p);
    assert_non_null(frame);
    converter_destroy(&converter);
    return frame;
}

static struct converter_options fitted(struct size picture, struct size zone, enum fit fit) {
    return (struct converter_options){.placement = rect_fit(picture, zone, fit)};
}

/* Pixel (x, y) of the placed part. */
static const uint8_t *at(const struct converter_options *options, const struct frame *frame, int x,
                         int y) {
    struct rect part = converter_part(options, frame, options->placement.part_in_scaled);
    return frame->plane[0] + (part.y + y) * frame->stride[0] + 4 * (part.x + x);
}

static void pixels_stay_what_they_are(void **state) {
    (void)state;
    static const struct {
        struct size picture, zone;
    } rows[] = {
        {{48, 32}, {48, 32}}, {{48, 32}, {40, 20}}, {{48, 32}, {38, 18}}, /* odd offsets */
        {{49, 31}, {49, 31}}, {{49, 31}, {21, 12}}, {{20, 10}, {48, 32}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct converter_options options = fitted(rows[i].picture, rows[i].zone, FIT_NONE);
        const struct rect *part = &options.placement.part_in_scaled;
        AVFrame *p = ramp(AV_PIX_FMT_YUV420P, rows[i].picture.w, rows[i].picture.h);
        struct frame *frame = convert(&options, p);
        for (int y = 0; y < part->h; y++) {
            for (int x = 0; x < part->w; x++) {
                int luma = 16 + x + part->x + 4 * (y + part->y);
                assert_in_range(at(&options, frame, x, y)[1], luma - 1, luma + 1);
            }
        }
        frame_unref(&frame);
        av_frame_free(&p);
    }
}

/* The corner that was at (0, 0), the one at its right, the one below, the one across. */
static void turns_and_mirrors(void **state) {
    (void)state;
    enum { A, B, C, D }; /* A B over C D, as stored */
    static const struct {
        int rotation;
        bool mirrored;
        int corners[4];
    } rows[] = {
        {0, false, {A, B, C, D}},   {90, false, {C, A, D, B}}, {180, false, {D, C, B, A}},
        {270, false, {B, D, A, C}}, {0, true, {C, D, A, B}},   {90, true, {A, C, B, D}},
        {180, true, {B, A, D, C}},  {270, true, {D, B, C, A}},
    };
    AVFrame *p = ramp(AV_PIX_FMT_YUV420P, 48, 32);
    const int luma[] = {16, 16 + 47, 16 + 4 * 31, 16 + 47 + 4 * 31};
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool lies = rows[i].rotation % 180 != 0;
        struct size size = lies ? (struct size){32, 48} : (struct size){48, 32};
        struct converter_options options = fitted(size, size, FIT_CONTAIN);
        options.rotation = rows[i].rotation;
        options.mirrored = rows[i].mirrored;
        struct frame *frame = convert(&options, p);
        for (int k = 0; k < 4; k++) {
            const uint8_t *pixel = at(&options, frame, k % 2 * (size.w - 1), k / 2 * (size.h - 1));
            int expected = luma[rows[i].corners[k]];
            assert_in_range(pixel[1], expected - 1, expected + 1);
        }
        frame_unref(&frame);
    }
    av_frame_free(&p);
}

/* Scaling a part gives what the part of the scaled whole would be. */
static void parts_are_where_they_were(void **state) {
    (void)state;
    static const struct {
        struct size picture, zone;
        int tolerance;
    } rows[] = {
        {{160, 32}, {32, 16}, 6}, /* reduced */
        {{48, 32}, {96, 24}, 3},  /* enlarged */
        {{160, 40}, {20, 10}, 10},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        AVFrame *p = ramp(AV_PIX_FMT_YUV420P, rows[i].picture.w, rows[i].picture.h);
        struct converter_options cover = fitted(rows[i].picture, rows[i].zone, FIT_COVER);
        struct converter_options whole =
            fitted(rows[i].picture, cover.placement.scaled, FIT_STRETCH);
        struct frame *part = convert(&cover, p), *all = convert(&whole, p);
        const struct rect *r = &cover.placement.part_in_scaled;
        assert_true(part->width * part->height < all->width * all->height);
        for (int y = 2; y < r->h - 2; y++) {
            for (int x = 2; x < r->w - 2; x++) {
                int a = at(&cover, part, x, y)[1], b = at(&whole, all, r->x + x, r->y + y)[1];
                if (abs(a - b) > rows[i].tolerance && abs(a - b) < 200) {
                    fail_msg("row %d: %d instead of %d at %d,%d", (int)i, a, b, x, y);
                }
            }
        }
        frame_unref(&part);
        frame_unref(&all);
        av_frame_free(&p);
    }
}

/* Grey levels and primaries by matrix and range (BT.601, BT.709, BT.2020 as published). */
static void colours_are_right(void **state) {
    (void)state;
    static const struct {
        int y, u, v;
        enum AVColorSpace space;
        enum AVColorRange range;
        int r, g, b;
    } rows[] = {
        {16, 128, 128, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, 0, 0, 0},
        {235, 128, 128, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, 255, 255, 255},
        {255, 128, 128, AVCOL_SPC_BT709, AVCOL_RANGE_JPEG, 255, 255, 255},
        {63, 102, 240, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, 255, 0, 0},
        {82, 90, 240, AVCOL_SPC_SMPTE170M, AVCOL_RANGE_MPEG, 255, 0, 0},
        {74, 97, 240, AVCOL_SPC_BT2020_NCL, AVCOL_RANGE_MPEG, 255, 0, 0},
        {32, 240, 118, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, 0, 0, 255},
        {54, 99, 255, AVCOL_SPC_BT709, AVCOL_RANGE_JPEG, 255, 0, 0},
        {76, 85, 255, AVCOL_SPC_SMPTE170M, AVCOL_RANGE_JPEG, 255, 0, 0},
    };
    static const enum AVPixelFormat formats[] = {AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12,
                                                 AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P,
                                                 AV_PIX_FMT_YUV420P10LE};
    struct converter_options options =
        fitted((struct size){16, 16}, (struct size){16, 16}, FIT_NONE);
    for (size_t i = 0; i < COUNT(rows) * COUNT(formats); i++) {
        AVFrame *p = av_frame_alloc();
        size_t row = i / COUNT(formats);
        p->format = formats[i % COUNT(formats)];
        p->width = p->height = 16;
        p->colorspace = rows[row].space;
        p->color_range = rows[row].range;
        assert_true(av_frame_get_buffer(p, 0) >= 0);
        const int value[3] = {rows[row].y, rows[row].u, rows[row].v};
        for (int k = 0; k < 3 && p->data[k] != NULL; k++) {
            for (int n = 0; n < p->linesize[k] * (k > 0 && p->format != AV_PIX_FMT_YUV422P &&
                                                          p->format != AV_PIX_FMT_YUV444P
                                                      ? 8
                                                      : 16);
                 n++) {
                bool is_10 = p->format == AV_PIX_FMT_YUV420P10LE;
                bool is_v = p->format == AV_PIX_FMT_NV12 && k == 1 && n % 2 == 1;
                int v = is_v ? value[2] : value[k];
                p->data[k][n] = (uint8_t)(!is_10 ? v : n % 2 == 0 ? v << 2 & 255 : v >> 6);
            }
        }
        struct frame *frame = convert(&options, p);
        const uint8_t *pixel = at(&options, frame, 8, 8);
        if (abs(pixel[2] - rows[row].r) > 4 || abs(pixel[1] - rows[row].g) > 4 ||
            abs(pixel[0] - rows[row].b) > 4) {
            fail_msg("row %d format %d: %d %d %d", (int)row, (int)(i % COUNT(formats)), pixel[2],
                     pixel[1], pixel[0]);
        }
        frame_unref(&frame);
        av_frame_free(&p);
    }
}

/* What stands still stays sharp, what moves has no comb. */
static void interlaced_pictures_lose_their_combs(void **state) {
    (void)state;
    static const struct size zones[] = {{64, 64}, {32, 32}};
    for (size_t i = 0; i < COUNT(zones); i++) {
        AVFrame *p = ramp(AV_PIX_FMT_YUV420P, 64, 64);
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 64; x++) { /* an edge that moves by 16 between the fields */
                p->data[0][y * p->linesize[0] + x] = x < 24 + y % 2 * 16 ? 200 : 40;
            }
        }
        p->interlaced_frame = p->top_field_first = 1;
        struct converter_options options = fitted((struct size){64, 64}, zones[i], FIT_CONTAIN);
        struct frame *frame = convert(&options, p);
        for (int y = 1; y < frame->height; y++) {
            for (int x = 0; x < frame->width; x++) {
                assert_int_equal(at(&options, frame, x, y)[1], at(&options, frame, x, 0)[1]);
            }
        }
        frame_unref(&frame);
        av_frame_free(&p);
    }
}

static void a_gpu_gets_planes(void **state) {
    (void)state;
    AVFrame *p = ramp(AV_PIX_FMT_YUV420P, 64, 48);
    p->color_range = AVCOL_RANGE_MPEG;
    p->colorspace = AVCOL_SPC_BT709;
    struct converter_options options =
        fitted((struct size){64, 48}, (struct size){128, 48}, FIT_COVER);
    options.wants_yuv = true;
    struct frame *frame = convert(&options, p);
    assert_int_equal(frame->format, FRAME_I420);
    assert_int_equal(frame->matrix, FRAME_BT709);
    assert_false(frame->full_range);
    assert_int_equal(frame->width, 64);
    struct rect part = converter_part(&options, frame, options.placement.part_in_scaled);
    assert_true(rect_equal(part, (struct rect){0, 12, 64, 24}));
    frame_unref(&frame);
    /* Much smaller on screen: scaled by the worker. What SDL does not know: RGB. */
    options = fitted((struct size){64, 48}, (struct size){16, 12}, FIT_CONTAIN);
    options.wants_yuv = true;
    frame = convert(&options, p);
    assert_int_equal(frame->width, 16);
    frame_unref(&frame);
    p->colorspace = AVCOL_SPC_BT2020_NCL;
    frame = convert(&options, p);
    assert_int_equal(frame->format, FRAME_BGRX);
    frame_unref(&frame);
    av_frame_free(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_stay_what_they_are),
        cmocka_unit_test(turns_and_mirrors),
        cmocka_unit_test(parts_are_where_they_were),
        cmocka_unit_test(colours_are_right),
        cmocka_unit_test(interlaced_pictures_lose_their_combs),
        cmocka_unit_test(a_gpu_gets_planes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
