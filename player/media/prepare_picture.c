#include "media/prepare_picture.h"

#include <libyuv.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "gfx/frame.h"
#include "media/convert.h"
#include "model/model.h"

struct prepare_picture {
    struct size size;
    struct size even;
    struct converter *converter; /* for what is not plain */
    bool is_turned;
    uint8_t luma_to_limited[256];
    uint8_t chroma_to_limited[256];
};

struct prepare_picture *prepare_picture_create(const struct media_facts *facts, struct size size) {
    struct prepare_picture *p = mem_zero(1, sizeof *p);
    struct converter_options options = {
        .placement = rect_fit(size, size, FIT_STRETCH),
        .rotation = facts->rotation,
        .mirrored = facts->mirrored,
        .wants_yuv = true,
        .usual = 1,
    };
    p->size = size;
    p->even = (struct size){size.w + size.w % 2, size.h + size.h % 2};
    p->is_turned = facts->rotation != 0 || facts->mirrored;
    p->converter = converter_create(&options);
    for (int i = 0; i < 256; i++) { /* ITU-R BT.601, 2.5.3 */
        p->luma_to_limited[i] = (uint8_t)(16 + (i * 219 + 127) / 255);
        p->chroma_to_limited[i] = (uint8_t)(128 + ((i - 128) * 224 + (i < 128 ? -127 : 127)) / 255);
    }
    return p;
}

void prepare_picture_destroy(struct prepare_picture **picture) {
    if (*picture != NULL) {
        converter_destroy(&(*picture)->converter);
        free(*picture);
        *picture = NULL;
    }
}

/* ---- colours -------------------------------------------------------------------------------- */

struct tags {
    enum AVColorSpace space;
    enum AVColorPrimaries primaries;
    enum AVColorTransferCharacteristic transfer;
};

static const struct tags tags_of_matrix[] = {
    [FRAME_BT601] = {AVCOL_SPC_SMPTE170M, AVCOL_PRI_SMPTE170M, AVCOL_TRC_SMPTE170M},
    [FRAME_BT709] = {AVCOL_SPC_BT709, AVCOL_PRI_BT709, AVCOL_TRC_BT709},
    [FRAME_BT2020] = {AVCOL_SPC_BT2020_NCL, AVCOL_PRI_BT2020, AVCOL_TRC_BT2020_10},
};

static void tag(AVFrame *to, const AVFrame *from, enum frame_matrix matrix) {
    const struct tags *tags = &tags_of_matrix[matrix];
    bool has_primaries = from->color_primaries != AVCOL_PRI_UNSPECIFIED &&
                         from->color_primaries != AVCOL_PRI_RESERVED0;
    bool has_transfer =
        from->color_trc != AVCOL_TRC_UNSPECIFIED && from->color_trc != AVCOL_TRC_RESERVED0;
    to->colorspace = tags->space;
    to->color_primaries = has_primaries ? from->color_primaries : tags->primaries;
    to->color_trc = has_transfer ? from->color_trc : tags->transfer;
    to->color_range = AVCOL_RANGE_MPEG;
}

static void map_plane(uint8_t *plane, int stride, int width, int height, const uint8_t map[256]) {
    for (int y = 0; y < height; y++) {
        uint8_t *line = plane + (ptrdiff_t)y * stride;
        for (int x = 0; x < width; x++) {
            line[x] = map[line[x]];
        }
    }
}

static void limit_range(const struct prepare_picture *p, AVFrame *to) {
    map_plane(to->data[0], to->linesize[0], p->size.w, p->size.h, p->luma_to_limited);
    for (int i = 1; i < 3; i++) {
        map_plane(to->data[i], to->linesize[i], p->even.w / 2, p->even.h / 2, p->chroma_to_limited);
    }
}

/* ---- sizes ---------------------------------------------------------------------------------- */

static AVFrame *new_picture(const struct prepare_picture *p) {
    AVFrame *to = av_frame_alloc();
    if (to == NULL) {
        return NULL;
    }
    to->width = p->even.w;
    to->height = p->even.h;
    to->format = AV_PIX_FMT_YUV420P;
    if (av_frame_get_buffer(to, 0) < 0) {
        av_frame_free(&to);
    }
    return to;
}

/* The sides' last pixels once more, where the codec wants even sides. */
static void pad(const struct prepare_picture *p, AVFrame *to) {
    uint8_t *luma = to->data[0];
    int stride = to->linesize[0];
    for (int y = 0; p->even.w > p->size.w && y < p->size.h; y++) {
        uint8_t *line = luma + (ptrdiff_t)y * stride;
        line[p->size.w] = line[p->size.w - 1];
    }
    if (p->even.h > p->size.h) {
        uint8_t *last = luma + (ptrdiff_t)p->size.h * stride;
        memcpy(last, last - stride, (size_t)p->even.w);
    }
}

static bool scale(const struct prepare_picture *p, const uint8_t *const plane[3],
                  const int stride[3], struct size from, AVFrame *to) {
    return I420Scale(plane[0], stride[0], plane[1], stride[1], plane[2], stride[2], from.w, from.h,
                     to->data[0], to->linesize[0], to->data[1], to->linesize[1], to->data[2],
                     to->linesize[2], p->size.w, p->size.h, kFilterBox) == 0;
}

static bool is_plain(const struct prepare_picture *p, const AVFrame *from) {
    return from->format == AV_PIX_FMT_YUV420P && from->color_range != AVCOL_RANGE_JPEG &&
           !from->interlaced_frame && !p->is_turned;
}

/* Whatever it is, as the player would draw it. */
static bool take_other(struct prepare_picture *p, const AVFrame *from, AVFrame *to) {
    struct frame *frame = converter_run(p->converter, from);
    if (frame == NULL) {
        return false;
    }
    bool good;
    if (frame->format == FRAME_I420) {
        good = scale(p, (const uint8_t *const *)frame->plane, frame->stride,
                     (struct size){frame->width, frame->height}, to);
        tag(to, from, frame->matrix);
    } else {
        good =
            frame->width == p->size.w && frame->height == p->size.h &&
            ARGBToI420(frame->plane[0], frame->stride[0], to->data[0], to->linesize[0], to->data[1],
                       to->linesize[1], to->data[2], to->linesize[2], p->size.w, p->size.h) == 0;
        tag(to, from, FRAME_BT601);
    }
    if (good && frame->format == FRAME_I420 && frame->full_range) {
        limit_range(p, to);
    }
    frame_unref(&frame);
    return good;
}

AVFrame *prepare_picture_make(struct prepare_picture *p, const AVFrame *from) {
    AVFrame *to = new_picture(p);
    if (to == NULL) {
        return NULL;
    }
    bool good;
    if (is_plain(p, from)) {
        good = scale(p, (const uint8_t *const *)from->data, from->linesize,
                     (struct size){from->width, from->height}, to);
        tag(to, from, converter_matrix(from)); /* the guess is written down */
    } else {
        good = take_other(p, from, to);
    }
    if (good) {
        pad(p, to);
    } else {
        av_frame_free(&to);
    }
    return to;
}
