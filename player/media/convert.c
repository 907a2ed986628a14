#include "media/convert.h"

#include <libswscale/swscale.h>
#include <libyuv.h>
#include <stdlib.h>

#include "base/str.h"
#include "gfx/frame.h"

struct converter {
    struct size scaled; /* upright */
    struct size lying;  /* before rotation */
    int rotation;
    struct SwsContext *sws;
    struct frame *yuv;      /* scaled 4:2:0, when the sizes differ */
    struct frame *unturned; /* BGRX before rotation */
};

struct converter *converter_create(struct size scaled, int rotation) {
    struct converter *c = mem_zero(1, sizeof *c);
    c->scaled = scaled;
    c->rotation = rotation;
    c->lying = rotation % 180 == 0 ? scaled : (struct size){scaled.h, scaled.w};
    return c;
}

void converter_destroy(struct converter **converter) {
    if (*converter != NULL) {
        sws_freeContext((*converter)->sws);
        frame_unref(&(*converter)->yuv);
        frame_unref(&(*converter)->unturned);
        free(*converter);
        *converter = NULL;
    }
}

static bool is_full_range(const AVFrame *picture) {
    return picture->color_range == AVCOL_RANGE_JPEG || picture->format == AV_PIX_FMT_YUVJ420P ||
           picture->format == AV_PIX_FMT_YUVJ422P || picture->format == AV_PIX_FMT_YUVJ444P;
}

enum matrix { MATRIX_601, MATRIX_709, MATRIX_2020 };

static enum matrix matrix_of(const AVFrame *picture) {
    switch (picture->colorspace) {
    case AVCOL_SPC_BT709:
        return MATRIX_709;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_FCC:
        return MATRIX_601;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
        return MATRIX_2020;
    default:
        return picture->height >= 720 ? MATRIX_709 : MATRIX_601;
    }
}

static const struct YuvConstants *constants_of(const AVFrame *picture) {
    const struct YuvConstants *const table[][2] = {
        [MATRIX_601] = {&kYuvI601Constants, &kYuvJPEGConstants},
        [MATRIX_709] = {&kYuvH709Constants, &kYuvF709Constants},
        [MATRIX_2020] = {&kYuv2020Constants, &kYuvV2020Constants},
    };
    return table[matrix_of(picture)][is_full_range(picture)];
}

static bool scale_yuv(struct converter *c, const AVFrame *p) {
    if (c->yuv == NULL) {
        c->yuv = frame_create(FRAME_I420, c->lying.w, c->lying.h);
    }
    return c->yuv != NULL &&
           I420Scale(p->data[0], p->linesize[0], p->data[1], p->linesize[1], p->data[2],
                     p->linesize[2], p->width, p->height, c->yuv->plane[0], c->yuv->stride[0],
                     c->yuv->plane[1], c->yuv->stride[1], c->yuv->plane[2], c->yuv->stride[2],
                     c->lying.w, c->lying.h, kFilterBox) == 0;
}

static bool convert_yuv420(struct converter *c, const AVFrame *p, struct frame *out) {
    const uint8_t *plane[3] = {p->data[0], p->data[1], p->data[2]};
    int stride[3] = {p->linesize[0], p->linesize[1], p->linesize[2]};
    if (p->width != c->lying.w || p->height != c->lying.h) {
        if (!scale_yuv(c, p)) {
            return false;
        }
        for (int i = 0; i < 3; i++) {
            plane[i] = c->yuv->plane[i];
            stride[i] = c->yuv->stride[i];
        }
    }
    return I420ToARGBMatrix(plane[0], stride[0], plane[1], stride[1], plane[2], stride[2],
                            out->plane[0], out->stride[0], constants_of(p), c->lying.w,
                            c->lying.h) == 0;
}

static bool convert_other(struct converter *c, const AVFrame *p, struct frame *out) {
    static const int spaces[] = {
        [MATRIX_601] = SWS_CS_ITU601, [MATRIX_709] = SWS_CS_ITU709, [MATRIX_2020] = SWS_CS_BT2020};
    c->sws =
        sws_getCachedContext(c->sws, p->width, p->height, (enum AVPixelFormat)p->format, c->lying.w,
                             c->lying.h, AV_PIX_FMT_BGR0, SWS_AREA, NULL, NULL, NULL);
    if (c->sws == NULL) {
        return false;
    }
    const int *matrix = sws_getCoefficients(spaces[matrix_of(p)]);
    sws_setColorspaceDetails(c->sws, matrix, is_full_range(p), matrix, 1, 0, 1 << 16, 1 << 16);
    uint8_t *planes[4] = {out->plane[0]};
    int strides[4] = {out->stride[0]};
    return sws_scale(c->sws, (const uint8_t *const *)p->data, p->linesize, 0, p->height, planes,
                     strides) == c->lying.h;
}

static enum RotationMode rotation_mode(int degrees) {
    return degrees == 90 ? kRotate90 : degrees == 180 ? kRotate180 : kRotate270;
}

bool converter_run(struct converter *c, const AVFrame *p, struct frame *out) {
    struct frame *target = out;
    if (c->rotation != 0) {
        if (c->unturned == NULL) {
            c->unturned = frame_create(FRAME_BGRX, c->lying.w, c->lying.h);
        }
        target = c->unturned;
    }
    bool is_plain = p->format == AV_PIX_FMT_YUV420P || p->format == AV_PIX_FMT_YUVJ420P;
    if (target == NULL || !(is_plain ? convert_yuv420 : convert_other)(c, p, target)) {
        return false;
    }
    return c->rotation == 0 ||
           ARGBRotate(target->plane[0], target->stride[0], out->plane[0], out->stride[0],
                      c->lying.w, c->lying.h, rotation_mode(c->rotation)) == 0;
}
