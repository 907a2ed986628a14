#include "media/image_convert.h"

#include <stdlib.h>

#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <libyuv.h>

#include "base/str.h"
#include "gfx/frame.h"
#include "media/image_scale.h"

#define BAND_ROWS        64 /* converted at a time */
#define BAND_MARGIN      8 /* rows around a band, so that chroma is interpolated across its edges */
#define FRAME_BYTES_MAX  (128 * 1024 * 1024)
#define CHROMA_AND_EXACT (SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP)

struct image_turn image_turn_of(int orientation) {
    static const struct image_turn turns[] = {
        {false, false, false}, {false, true, false}, {false, true, true}, {false, false, true},
        {true, false, false},  {true, false, true},  {true, true, true},  {true, true, false},
    };
    return turns[orientation >= 1 && orientation <= 8 ? orientation - 1 : 0];
}

/* A picture in bands of B,G,R,A. */
struct bands {
    const AVFrame *picture;
    const AVPixFmtDescriptor *format;
    struct SwsContext *scaler;
    bool may_be_clear;
    uint8_t *pixels; /* BAND_ROWS + 2 * BAND_MARGIN rows */
    int stride;
};

static bool bands_init(struct bands *bands, const AVFrame *picture) {
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(picture->format);
    if (format == NULL || !sws_isSupportedInput(picture->format)) {
        return false;
    }
    *bands = (struct bands){.picture = picture, .format = format};
    bands->may_be_clear = (format->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL)) != 0;
    bands->stride = (picture->width * 4 + 127) / 64 * 64;
    bands->pixels = aligned_alloc(64, (size_t)bands->stride * (BAND_ROWS + 2 * BAND_MARGIN));
    return bands->pixels != NULL;
}

static void bands_finish(struct bands *bands) {
    sws_freeContext(bands->scaler);
    free(bands->pixels);
}

/* Start of row y in each plane; y is a multiple of 8, chroma is at most quartered. */
static void planes_at(const struct bands *bands, int y, const uint8_t *planes[4]) {
    const AVFrame *picture = bands->picture;
    for (int i = 0; i < 4; i++) {
        bool is_chroma = i == 1 || i == 2;
        bool is_palette = i == 1 && (bands->format->flags & AV_PIX_FMT_FLAG_PAL) != 0;
        int row = is_palette ? 0 : is_chroma ? y >> bands->format->log2_chroma_h : y;
        planes[i] =
            picture->data[i] ? picture->data[i] + (ptrdiff_t)row * picture->linesize[i] : NULL;
    }
}

/* The first of the rows [y, y + rows), which lie below each other; NULL when there is no memory. */
static const uint8_t *bands_read(struct bands *bands, int y, int rows) {
    const AVFrame *picture = bands->picture;
    int above = y < BAND_MARGIN ? y : BAND_MARGIN;
    int below = picture->height - y - rows;
    below = below < BAND_MARGIN ? below : BAND_MARGIN;
    int height = above + rows + below;
    bands->scaler =
        sws_getCachedContext(bands->scaler, picture->width, height, picture->format, picture->width,
                             height, AV_PIX_FMT_BGRA, CHROMA_AND_EXACT, NULL, NULL, NULL);
    if (bands->scaler == NULL) {
        return NULL;
    }
    if (picture->color_range == AVCOL_RANGE_JPEG) {
        const int *bt601 = sws_getCoefficients(SWS_CS_ITU601);
        sws_setColorspaceDetails(bands->scaler, bt601, 1, bt601, 1, 0, 1 << 16, 1 << 16);
    }
    const uint8_t *from[4];
    planes_at(bands, y - above, from);
    uint8_t *to[4] = {bands->pixels};
    int stride[4] = {bands->stride};
    if (sws_scale(bands->scaler, from, picture->linesize, 0, height, to, stride) != height) {
        return NULL;
    }
    return bands->pixels + (ptrdiff_t)above * bands->stride;
}

static bool all_opaque(const uint8_t *pixels, int width, int rows, int stride) {
    uint8_t all = 255;
    for (int y = 0; y < rows; y++) {
        const uint8_t *row = pixels + (ptrdiff_t)y * stride;
        for (int x = 0; x < width; x++) {
            all &= row[4 * x + 3];
        }
    }
    return all == 255;
}

/* Shrinks the picture (as stored) to `to` and cuts `part` out of that. *opaque: nothing shines
 * through. */
static bool shrink(const AVFrame *picture, struct size to, struct rect part, struct frame *out,
                   bool *opaque) {
    struct bands bands;
    if (!bands_init(&bands, picture)) {
        return false;
    }
    struct size from = {picture->width, picture->height};
    struct image_scale *scale = image_scale_create(from, to, part, out->plane[0], out->stride[0]);
    bool ok = true;
    *opaque = true;
    for (int y = 0; ok && y < from.h; y += BAND_ROWS) {
        int rows = from.h - y < BAND_ROWS ? from.h - y : BAND_ROWS;
        uint8_t *pixels = (uint8_t *)bands_read(&bands, y, rows);
        ok = pixels != NULL;
        if (ok && bands.may_be_clear && !all_opaque(pixels, from.w, rows, bands.stride)) {
            *opaque = false;
            ARGBAttenuate(pixels, bands.stride, pixels, bands.stride, from.w, rows);
        }
        for (int row = 0; ok && row < rows; row++) {
            image_scale_push(scale, pixels + (ptrdiff_t)row * bands.stride);
        }
    }
    image_scale_destroy(&scale);
    bands_finish(&bands);
    return ok;
}

static struct frame *make_frame(int width, int height) {
    return (int64_t)width * height * 4 <= FRAME_BYTES_MAX ? frame_create(FRAME_BGRA, width, height)
                                                          : NULL;
}

/* `part` of the picture scaled to `scaled`, both as stored. */
static struct frame *scale_stored(const AVFrame *picture, struct size scaled, struct rect part,
                                  bool *opaque) {
    struct size shrunk = {picture->width < scaled.w ? picture->width : scaled.w,
                          picture->height < scaled.h ? picture->height : scaled.h};
    bool grows = shrunk.w < scaled.w || shrunk.h < scaled.h;
    struct rect first_part = grows ? (struct rect){0, 0, shrunk.w, shrunk.h} : part;
    struct frame *small = make_frame(first_part.w, first_part.h);
    if (small == NULL || !shrink(picture, shrunk, first_part, small, opaque)) {
        frame_unref(&small);
        return NULL;
    }
    if (!grows) {
        return small;
    }
    struct frame *large = make_frame(part.w, part.h);
    if (large != NULL) {
        /* The clip is given in coordinates of the whole scaled picture, whose corner lies before
         * the frame's memory; libyuv touches only what is inside the clip. */
        uintptr_t corner = (uintptr_t)large->plane[0] -
                           (uintptr_t)((int64_t)part.y * large->stride[0] + (int64_t)part.x * 4);
        ARGBScaleClip(small->plane[0], small->stride[0], shrunk.w, shrunk.h, (uint8_t *)corner,
                      large->stride[0], scaled.w, scaled.h, part.x, part.y, part.w, part.h,
                      kFilterBilinear);
    }
    frame_unref(&small);
    return large;
}

static struct frame *turn_upright(struct frame *stored, struct image_turn turn) {
    struct frame *upright = turn.swaps ? make_frame(stored->height, stored->width)
                                       : make_frame(stored->width, stored->height);
    for (int y = 0; upright != NULL && y < upright->height; y++) {
        uint32_t *to = (uint32_t *)(upright->plane[0] + (ptrdiff_t)y * upright->stride[0]);
        for (int x = 0; x < upright->width; x++) {
            int u = turn.swaps ? y : x, v = turn.swaps ? x : y;
            u = turn.flips_x ? stored->width - 1 - u : u;
            v = turn.flips_y ? stored->height - 1 - v : v;
            const uint8_t *row = stored->plane[0] + (ptrdiff_t)v * stored->stride[0];
            to[x] = ((const uint32_t *)row)[u];
        }
    }
    frame_unref(&stored);
    return upright;
}

static struct rect part_in_stored(struct rect part, struct size scaled_stored,
                                  struct image_turn turn) {
    struct rect p = turn.swaps ? (struct rect){part.y, part.x, part.h, part.w} : part;
    p.x = turn.flips_x ? scaled_stored.w - p.x - p.w : p.x;
    p.y = turn.flips_y ? scaled_stored.h - p.y - p.h : p.y;
    return p;
}

struct frame *image_convert(const struct AVFrame *picture, struct image_turn turn,
                            struct size scaled, struct rect part_in_upright) {
    struct size stored = turn.swaps ? (struct size){scaled.h, scaled.w} : scaled;
    bool opaque = false;
    struct frame *frame =
        scale_stored(picture, stored, part_in_stored(part_in_upright, stored, turn), &opaque);
    if (frame != NULL && (turn.swaps || turn.flips_x || turn.flips_y)) {
        frame = turn_upright(frame, turn);
    }
    if (frame != NULL && opaque) {
        frame->format = FRAME_BGRX;
    }
    return frame;
}
