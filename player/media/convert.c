#include "media/convert.h"

#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <libyuv.h>
#include <libyuv/row.h>
#include <stdlib.h>
#include <string.h>

#include "base/flick.h"
#include "base/str.h"
#include "gfx/frame.h"

#define BAND_ROWS 16

/* Planes of 8 bit 4:2:0 on their way to the canvas. */
struct planes {
    const uint8_t *plane[3];
    int stride[3];
    struct size size;
};

struct converter {
    struct converter_options options;
    struct size lying;         /* scaled size before rotation */
    struct rect part_in_lying; /* what is visible of it */
    struct frame_pool *pool;   /* of the frames that are given out */
    enum frame_format format;  /* of the pool */
    struct size pool_size;
    struct SwsContext *sws;
    struct frame *plain;    /* the picture as 8 bit 4:2:0 */
    struct frame *woven;    /* without combs */
    struct frame *divided;  /* a half or a quarter of it */
    struct frame *scaled;   /* 4:2:0 at the size on the canvas */
    struct frame *band;     /* some rows of it in the full range */
    struct frame *large;    /* BGRX of the whole picture, where a part of it is enlarged */
    struct frame *unturned; /* before rotation */
};

static bool is_panned(const struct placement *p) {
    return p->pan_x > 0 || p->pan_y > 0;
}

/* A rectangle of the upright picture in the picture as it is stored. */
static struct rect lay_down(struct rect r, struct size upright, int rotation) {
    switch (rotation) {
    case 90:
        return (struct rect){r.y, upright.w - r.x - r.w, r.h, r.w};
    case 180:
        return (struct rect){upright.w - r.x - r.w, upright.h - r.y - r.h, r.w, r.h};
    case 270:
        return (struct rect){upright.h - r.y - r.h, r.x, r.h, r.w};
    default:
        return r;
    }
}

/* What a frame holds of the upright scaled picture. It begins on even pixels, as chroma has half
 * the resolution. */
static struct rect part_of_frame(const struct converter_options *options) {
    const struct placement *p = &options->placement;
    struct rect part = p->part_in_scaled;
    if (is_panned(p)) {
        return (struct rect){0, 0, p->scaled.w, p->scaled.h};
    }
    if (options->rotation == 0 && !options->mirrored) {
        part = (struct rect){part.x & ~1, part.y & ~1, part.w + part.x % 2, part.h + part.y % 2};
    }
    return part;
}

struct converter *converter_create(const struct converter_options *options) {
    struct converter *c = mem_zero(1, sizeof *c);
    const struct placement *p = &options->placement;
    c->options = *options;
    c->part_in_lying = lay_down(part_of_frame(options), p->scaled, options->rotation);
    c->lying = options->rotation % 180 == 0 ? p->scaled : (struct size){p->scaled.h, p->scaled.w};
    if (options->mirrored) {
        c->part_in_lying.y = c->lying.h - c->part_in_lying.y - c->part_in_lying.h;
    }
    return c;
}

void converter_destroy(struct converter **converter) {
    struct converter *c = *converter;
    if (c != NULL) {
        struct frame **frames[] = {&c->plain,  &c->band,  &c->woven,   &c->divided,
                                   &c->scaled, &c->large, &c->unturned};
        for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
            frame_unref(frames[i]);
        }
        sws_freeContext(c->sws);
        frame_pool_destroy(&c->pool);
        free(c);
        *converter = NULL;
    }
}

/* ---- colours -------------------------------------------------------------------------------- */

static bool is_full_range(const AVFrame *picture) {
    return picture->color_range == AVCOL_RANGE_JPEG || picture->format == AV_PIX_FMT_YUVJ420P ||
           picture->format == AV_PIX_FMT_YUVJ422P || picture->format == AV_PIX_FMT_YUVJ444P;
}

enum frame_matrix converter_matrix(const AVFrame *picture) {
    switch (picture->colorspace) {
    case AVCOL_SPC_BT709:
        return FRAME_BT709;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_FCC:
        return FRAME_BT601;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
        return FRAME_BT2020;
    default:
        return picture->height >= 720 ? FRAME_BT709 : FRAME_BT601;
    }
}

static const struct YuvConstants *constants_of(enum frame_matrix matrix, bool full_range) {
    const struct YuvConstants *const table[][2] = {
        [FRAME_BT601] = {&kYuvI601Constants, &kYuvJPEGConstants},
        [FRAME_BT709] = {&kYuvH709Constants, &kYuvF709Constants},
        [FRAME_BT2020] = {&kYuv2020Constants, &kYuvV2020Constants},
    };
    return table[matrix][full_range];
}

/* SDL knows these (SDL_YUV_CONVERSION_MODE). */
static bool gpu_knows(const AVFrame *picture) {
    enum frame_matrix matrix = converter_matrix(picture);
    return is_full_range(picture) ? matrix == FRAME_BT601 : matrix != FRAME_BT2020;
}

/* ---- frames --------------------------------------------------------------------------------- */

/* A frame for own use, made anew when the size has changed. */
static struct frame *scratch(struct frame **frame, enum frame_format format, struct size size) {
    if (*frame == NULL || (*frame)->width != size.w || (*frame)->height != size.h) {
        frame_unref(frame);
        *frame = frame_create(format, size.w, size.h);
    }
    return *frame;
}

static struct frame *take(struct converter *c, enum frame_format format, struct size size) {
    bool fits = c->pool != NULL && c->format == format && c->pool_size.w == size.w &&
                c->pool_size.h == size.h;
    if (!fits) {
        frame_pool_destroy(&c->pool);
        c->pool = frame_pool_create(format, size.w, size.h, c->options.usual);
        c->format = format;
        c->pool_size = size;
    }
    return frame_pool_take(c->pool);
}

static struct planes planes_of(const struct frame *frame) {
    return (struct planes){{frame->plane[0], frame->plane[1], frame->plane[2]},
                           {frame->stride[0], frame->stride[1], frame->stride[2]},
                           {frame->width, frame->height}};
}

/* ---- to 8 bit 4:2:0 ------------------------------------------------------------------------- */

typedef int shrink_16(const uint16_t *, int, const uint16_t *, int, const uint16_t *, int,
                      uint8_t *, int, uint8_t *, int, uint8_t *, int, int, int);

static bool from_16(shrink_16 *shrink, const AVFrame *p, const struct frame *out) {
    return shrink((const uint16_t *)p->data[0], p->linesize[0] / 2, (const uint16_t *)p->data[1],
                  p->linesize[1] / 2, (const uint16_t *)p->data[2], p->linesize[2] / 2,
                  out->plane[0], out->stride[0], out->plane[1], out->stride[1], out->plane[2],
                  out->stride[2], p->width, p->height) == 0;
}

static bool from_422(const AVFrame *p, const struct frame *out) {
    return I422ToI420(p->data[0], p->linesize[0], p->data[1], p->linesize[1], p->data[2],
                      p->linesize[2], out->plane[0], out->stride[0], out->plane[1], out->stride[1],
                      out->plane[2], out->stride[2], p->width, p->height) == 0;
}

static bool from_nv12(const AVFrame *p, const struct frame *out) {
    return NV12ToI420(p->data[0], p->linesize[0], p->data[1], p->linesize[1], out->plane[0],
                      out->stride[0], out->plane[1], out->stride[1], out->plane[2], out->stride[2],
                      p->width, p->height) == 0;
}

/* The picture as 8 bit 4:2:0; false where that would lose what can be seen, or is not known. */
static bool to_planes(struct converter *c, const AVFrame *p, struct planes *planes) {
    struct size size = {p->width, p->height};
    bool is_plain = p->format == AV_PIX_FMT_YUV420P || p->format == AV_PIX_FMT_YUVJ420P;
    if (is_plain) {
        *planes = (struct planes){{p->data[0], p->data[1], p->data[2]},
                                  {p->linesize[0], p->linesize[1], p->linesize[2]},
                                  size};
        return true;
    }
    bool is_known = p->format == AV_PIX_FMT_YUV420P10LE || p->format == AV_PIX_FMT_YUV422P10LE ||
                    p->format == AV_PIX_FMT_YUV422P || p->format == AV_PIX_FMT_YUVJ422P ||
                    p->format == AV_PIX_FMT_NV12;
    const struct frame *plain = is_known ? scratch(&c->plain, FRAME_I420, size) : NULL;
    if (plain == NULL) {
        return false;
    }
    *planes = planes_of(plain);
    return p->format == AV_PIX_FMT_YUV420P10LE   ? from_16(I010ToI420, p, plain)
           : p->format == AV_PIX_FMT_YUV422P10LE ? from_16(I210ToI420, p, plain)
           : p->format == AV_PIX_FMT_NV12        ? from_nv12(p, plain)
                                                 : from_422(p, plain);
}

/* ---- interlaced ----------------------------------------------------------------------------- */

static uint8_t median(uint8_t a, uint8_t b, uint8_t c) {
    uint8_t low = a < c ? a : c, high = a < c ? c : a;
    return b < low ? low : b > high ? high : b;
}

static void weave_plane(const uint8_t *from, int stride, struct size size, int first_field,
                        uint8_t *to, int to_stride) {
    for (int y = 0; y < size.h; y++) {
        const uint8_t *line = from + (ptrdiff_t)y * stride;
        uint8_t *out = to + (ptrdiff_t)y * to_stride;
        const uint8_t *above = y > 0 ? line - stride : line + stride;
        const uint8_t *below = y < size.h - 1 ? line + stride : above;
        if (y % 2 == first_field || size.h == 1) {
            memcpy(out, line, (size_t)size.w);
            continue;
        }
        for (int x = 0; x < size.w; x++) {
            out[x] = median(above[x], line[x], below[x]);
        }
    }
}

static struct size chroma_size(struct size luma) {
    return (struct size){(luma.w + 1) / 2, (luma.h + 1) / 2};
}

/* Takes the comb out of an interlaced picture. */
static bool deinterlace(struct converter *c, const AVFrame *p, struct planes *planes) {
    int first = p->top_field_first ? 0 : 1;
    bool one_field_is_enough = c->lying.h * 5 <= planes->size.h * 3 && planes->size.h >= 4;
    if (one_field_is_enough) {
        for (int i = 0; i < 3; i++) {
            planes->plane[i] += (ptrdiff_t)first * planes->stride[i];
            planes->stride[i] *= 2;
        }
        planes->size.h /= 4;
        planes->size.h *= 2; /* whole lines of chroma */
        return true;
    }
    struct frame *woven = scratch(&c->woven, FRAME_I420, planes->size);
    for (int i = 0; woven != NULL && i < 3; i++) {
        struct size size = i == 0 ? planes->size : chroma_size(planes->size);
        weave_plane(planes->plane[i], planes->stride[i], size, first, woven->plane[i],
                    woven->stride[i]);
    }
    if (woven != NULL) {
        *planes = planes_of(woven);
    }
    return woven != NULL;
}

/* ---- to the canvas -------------------------------------------------------------------------- */

static bool is_whole(const struct converter *c) {
    return c->part_in_lying.w == c->lying.w && c->part_in_lying.h == c->lying.h;
}

static bool is_scaled(const struct converter *c, struct size from) {
    return from.w != c->lying.w || from.h != c->lying.h;
}

/* The part of the picture that is visible: to the pixel where it is not scaled. */
static struct planes crop(const struct converter *c, struct planes from) {
    const struct rect *part = &c->part_in_lying;
    int even = is_scaled(c, from.size) ? ~1 : ~0;
    int x = (int)flick_muldiv(part->x, from.size.w, c->lying.w) & even;
    int y = (int)flick_muldiv(part->y, from.size.h, c->lying.h) & even;
    int right = (int)flick_muldiv(part->x + part->w, from.size.w, c->lying.w);
    int bottom = (int)flick_muldiv(part->y + part->h, from.size.h, c->lying.h);
    struct planes to = from;
    to.plane[0] += (ptrdiff_t)y * from.stride[0] + x;
    to.plane[1] += (ptrdiff_t)(y / 2) * from.stride[1] + x / 2;
    to.plane[2] += (ptrdiff_t)(y / 2) * from.stride[2] + x / 2;
    to.size.w = right - x > 0 ? right - x : 1;
    to.size.h = bottom - y > 0 ? bottom - y : 1;
    return to;
}

static bool scale_once(struct planes from, const struct frame *to) {
    return I420Scale(from.plane[0], from.stride[0], from.plane[1], from.stride[1], from.plane[2],
                     from.stride[2], from.size.w, from.size.h, to->plane[0], to->stride[0],
                     to->plane[1], to->stride[1], to->plane[2], to->stride[2], to->width,
                     to->height, kFilterBox) == 0;
}

/* Halves and quarters are what libyuv averages fastest, so a picture that is to become much smaller
 * is first divided by 4 or 2 and only then brought to its size: a third of the time of one step,
 * and every pixel still counts. */
static bool scale(struct converter *c, struct planes from, const struct frame *to) {
    int factor = 1;
    while (factor < 4 && from.size.w / (factor * 2) >= to->width &&
           from.size.h / (factor * 2) >= to->height) {
        factor *= 2;
    }
    struct size size = {from.size.w / factor & ~1, from.size.h / factor & ~1};
    if (factor == 1 || size.w < to->width || size.h < to->height ||
        (size.w == to->width && size.h == to->height)) {
        return scale_once(from, to);
    }
    struct frame *divided = scratch(&c->divided, FRAME_I420, size);
    from.size = (struct size){size.w * factor, size.h * factor};
    return divided != NULL && scale_once(from, divided) && scale_once(planes_of(divided), to);
}

static bool to_rgb_as_it_is(struct planes from, const struct YuvConstants *constants,
                            const struct frame *to, int top) {
    return I420ToARGBMatrix(from.plane[0], from.stride[0], from.plane[1], from.stride[1],
                            from.plane[2], from.stride[2],
                            to->plane[0] + (ptrdiff_t)top * to->stride[0], to->stride[0], constants,
                            from.size.w, from.size.h) == 0;
}

/* libyuv's factors for blue end at 2: in the limited range of BT.709 and BT.2020, which need 2.1,
 * it would show 243 for 255. Its code for Intel can do more than its tables say; elsewhere the
 * values are stretched to the full range, whose factors are small enough. */
#if defined(__x86_64__) || defined(__i386__)

static bool to_rgb_limited(struct converter *c, struct planes from, enum frame_matrix matrix,
                           const struct frame *to) {
    static const uint8_t blue[] = {[FRAME_BT709] = 135, [FRAME_BT2020] = 137}; /* of 64 */
    _Alignas(64) struct YuvConstants constants = *constants_of(matrix, false);
    (void)c;
    for (size_t i = 0; i < sizeof constants.kUVToB; i += 2) {
        constants.kUVToB[i] = blue[matrix];
    }
    return to_rgb_as_it_is(from, &constants, to, 0);
}

#else

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC optimize("O3") /* the two loops as vectors */
#endif

/* 16..235 becomes 0..255. */
static void stretch_luma(const uint8_t *from, uint8_t *to, int count) {
    for (int i = 0; i < count; i++) {
        uint16_t above = (uint16_t)(from[i] < 16 ? 0 : from[i] > 235 ? 219 : from[i] - 16);
        to[i] = (uint8_t)((uint16_t)(above * 298 + (above >> 2) + 128) >> 8);
    }
}

/* 16..240 becomes 0..255 around 128. */
static void stretch_chroma(const uint8_t *from, uint8_t *to, int count) {
    for (int i = 0; i < count; i++) {
        uint16_t above = (uint16_t)(from[i] < 16 ? 0 : from[i] > 240 ? 224 : from[i] - 16);
        uint16_t wide = (uint16_t)((uint16_t)(above * 146 + 64) >> 7);
        to[i] = (uint8_t)(wide > 255 ? 255 : wide);
    }
}

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC pop_options
#endif

/* Some rows with the whole range of values. */
static struct planes stretched(struct planes from, const struct frame *band) {
    struct planes to = planes_of(band);
    to.size = from.size;
    for (int y = 0; y < from.size.h; y++) {
        stretch_luma(from.plane[0] + (ptrdiff_t)y * from.stride[0],
                     band->plane[0] + (ptrdiff_t)y * band->stride[0], from.size.w);
    }
    for (int y = 0; y < (from.size.h + 1) / 2; y++) {
        for (int i = 1; i < 3; i++) {
            stretch_chroma(from.plane[i] + (ptrdiff_t)y * from.stride[i],
                           band->plane[i] + (ptrdiff_t)y * band->stride[i], (from.size.w + 1) / 2);
        }
    }
    return to;
}

/* Some rows at a time, so that they stay in the cache. */
static bool to_rgb_limited(struct converter *c, struct planes from, enum frame_matrix matrix,
                           const struct frame *to) {
    const struct frame *band = scratch(&c->band, FRAME_I420, (struct size){from.size.w, BAND_ROWS});
    bool good = band != NULL;
    for (int top = 0; good && top < from.size.h; top += BAND_ROWS) {
        struct planes rows = from;
        rows.plane[0] += (ptrdiff_t)top * from.stride[0];
        rows.plane[1] += (ptrdiff_t)(top / 2) * from.stride[1];
        rows.plane[2] += (ptrdiff_t)(top / 2) * from.stride[2];
        rows.size.h = from.size.h - top < BAND_ROWS ? from.size.h - top : BAND_ROWS;
        good = to_rgb_as_it_is(stretched(rows, band), constants_of(matrix, true), to, top);
    }
    return good;
}

#endif

static bool to_rgb(struct converter *c, struct planes from, const AVFrame *p,
                   const struct frame *to) {
    enum frame_matrix matrix = converter_matrix(p);
    bool is_simple = is_full_range(p) || matrix == FRAME_BT601;
    return is_simple ? to_rgb_as_it_is(from, constants_of(matrix, is_full_range(p)), to, 0)
                     : to_rgb_limited(c, from, matrix, to);
}

/* A part of a small picture, enlarged: exactly what the whole one would look like there. */
static bool enlarge_part(struct converter *c, const AVFrame *p, struct planes from,
                         const struct frame *to) {
    struct frame *large = scratch(&c->large, FRAME_BGRX, from.size);
    const struct rect *part = &c->part_in_lying;
    return large != NULL && to_rgb(c, from, p, large) &&
           ARGBScaleClip(large->plane[0], large->stride[0], large->width, large->height,
                         to->plane[0] - (ptrdiff_t)part->y * to->stride[0] - 4 * part->x,
                         to->stride[0], c->lying.w, c->lying.h, part->x, part->y, part->w, part->h,
                         kFilterBilinear) == 0;
}

static bool planes_to_rgb(struct converter *c, const AVFrame *p, struct planes from,
                          const struct frame *to) {
    if (!is_scaled(c, from.size)) {
        return to_rgb(c, is_whole(c) ? from : crop(c, from), p, to);
    }
    if (!is_whole(c) && from.size.w < c->lying.w && from.size.h < c->lying.h) {
        return enlarge_part(c, p, from, to);
    }
    struct size size = {c->part_in_lying.w, c->part_in_lying.h};
    struct frame *scaled = scratch(&c->scaled, FRAME_I420, size);
    return scaled != NULL && scale(c, is_whole(c) ? from : crop(c, from), scaled) &&
           to_rgb(c, planes_of(scaled), p, to);
}

/* Everything that libyuv does not know: the whole picture through swscale. */
static bool other_to_rgb(struct converter *c, const AVFrame *p, const struct frame *to) {
    static const int spaces[] = {[FRAME_BT601] = SWS_CS_ITU601,
                                 [FRAME_BT709] = SWS_CS_ITU709,
                                 [FRAME_BT2020] = SWS_CS_BT2020};
    struct size whole = c->lying;
    const struct frame *target = is_whole(c) ? to : scratch(&c->large, FRAME_BGRX, whole);
    c->sws = sws_getCachedContext(c->sws, p->width, p->height, (enum AVPixelFormat)p->format,
                                  whole.w, whole.h, AV_PIX_FMT_BGR0, SWS_AREA, NULL, NULL, NULL);
    if (c->sws == NULL || target == NULL) {
        return false;
    }
    const int *matrix = sws_getCoefficients(spaces[converter_matrix(p)]);
    sws_setColorspaceDetails(c->sws, matrix, is_full_range(p), matrix, 1, 0, 1 << 16, 1 << 16);
    uint8_t *planes[4] = {target->plane[0]};
    int strides[4] = {target->stride[0]};
    if (sws_scale(c->sws, (const uint8_t *const *)p->data, p->linesize, 0, p->height, planes,
                  strides) != whole.h) {
        return false;
    }
    const struct rect *part = &c->part_in_lying;
    return target == to ||
           ARGBCopy(target->plane[0] + (ptrdiff_t)part->y * target->stride[0] + 4 * part->x,
                    target->stride[0], to->plane[0], to->stride[0], part->w, part->h) == 0;
}

static enum RotationMode rotation_mode(int degrees) {
    return degrees == 90    ? kRotate90
           : degrees == 180 ? kRotate180
           : degrees == 270 ? kRotate270
                            : kRotate0;
}

static bool is_turned(const struct converter *c) {
    return c->options.rotation != 0 || c->options.mirrored;
}

/* libyuv reads from the bottom when the height is negative. */
static int flipped(const struct converter *c, int height) {
    return c->options.mirrored ? -height : height;
}

static struct size upright(const struct converter *c, struct size lying) {
    return c->options.rotation % 180 == 0 ? lying : (struct size){lying.h, lying.w};
}

static struct frame *make_rgb(struct converter *c, const AVFrame *p, const struct planes *planes) {
    struct size lying = {c->part_in_lying.w, c->part_in_lying.h};
    struct frame *out = take(c, FRAME_BGRX, upright(c, lying));
    const struct frame *target = is_turned(c) ? scratch(&c->unturned, FRAME_BGRX, lying) : out;
    bool good =
        out != NULL && target != NULL &&
        (planes != NULL ? planes_to_rgb(c, p, *planes, target) : other_to_rgb(c, p, target)) &&
        (target == out ||
         ARGBRotate(target->plane[0], target->stride[0], out->plane[0], out->stride[0], lying.w,
                    flipped(c, lying.h), rotation_mode(c->options.rotation)) == 0);
    if (!good) {
        frame_unref(&out);
    }
    return out;
}

/* The whole picture, so that the GPU can take any part of it. */
static struct frame *make_yuv(struct converter *c, const AVFrame *p, struct planes from) {
    bool is_large = from.size.w > 2 * c->lying.w || from.size.h > 2 * c->lying.h;
    if (is_large) {
        struct size size = {from.size.w < c->lying.w ? from.size.w : c->lying.w,
                            from.size.h < c->lying.h ? from.size.h : c->lying.h};
        struct frame *scaled = scratch(&c->scaled, FRAME_I420, size);
        if (scaled == NULL || !scale(c, from, scaled)) {
            return NULL;
        }
        from = planes_of(scaled);
    }
    struct frame *out = take(c, FRAME_I420, upright(c, from.size));
    if (out == NULL ||
        I420Rotate(from.plane[0], from.stride[0], from.plane[1], from.stride[1], from.plane[2],
                   from.stride[2], out->plane[0], out->stride[0], out->plane[1], out->stride[1],
                   out->plane[2], out->stride[2], from.size.w, flipped(c, from.size.h),
                   rotation_mode(c->options.rotation)) != 0) {
        frame_unref(&out);
        return NULL;
    }
    out->matrix = converter_matrix(p);
    out->full_range = is_full_range(p);
    return out;
}

struct frame *converter_run(struct converter *c, const AVFrame *picture) {
    struct planes planes;
    if (picture->width < 1 || picture->height < 1) {
        return NULL;
    }
    bool has_planes = to_planes(c, picture, &planes);
    if (has_planes && picture->interlaced_frame && !deinterlace(c, picture, &planes)) {
        return NULL;
    }
    return has_planes && c->options.wants_yuv && gpu_knows(picture)
               ? make_yuv(c, picture, planes)
               : make_rgb(c, picture, has_planes ? &planes : NULL);
}

struct rect converter_part(const struct converter_options *options, const struct frame *frame,
                           struct rect part_in_scaled) {
    const struct placement *p = &options->placement;
    if (frame->format != FRAME_I420) {
        struct rect held = part_of_frame(options);
        return rect_move(part_in_scaled, -held.x, -held.y);
    }
    int x = (int)flick_muldiv(part_in_scaled.x, frame->width, p->scaled.w);
    int y = (int)flick_muldiv(part_in_scaled.y, frame->height, p->scaled.h);
    int w = (int)flick_muldiv(part_in_scaled.w, frame->width, p->scaled.w);
    int h = (int)flick_muldiv(part_in_scaled.h, frame->height, p->scaled.h);
    return (struct rect){x, y, w > 0 ? w : 1, h > 0 ? h : 1};
}
