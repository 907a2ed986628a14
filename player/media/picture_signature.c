#include "media/picture_signature.h"

#include <stdlib.h>

#define SAMPLES       8  /* a side, of each block */
#define MEAN_OFF_MAX  2  /* of 255, over the whole picture */
#define BLOCK_OFF_MAX 16 /* in any block */

/* One plane as it lies in memory. */
struct plane {
    const uint8_t *data;
    int stride;
    int step; /* bytes from one pixel to the next */
    int width;
    int height;
};

static uint8_t mean_of_block(const struct plane *p, int column, int row) {
    unsigned sum = 0;
    for (int i = 0; i < SAMPLES; i++) {
        int y =
            (int)((int64_t)(row * SAMPLES + i) * p->height / (PICTURE_SIGNATURE_ROWS * SAMPLES));
        for (int k = 0; k < SAMPLES; k++) {
            int x = (int)((int64_t)(column * SAMPLES + k) * p->width /
                          (PICTURE_SIGNATURE_COLUMNS * SAMPLES));
            sum += p->data[(ptrdiff_t)y * p->stride + (ptrdiff_t)x * p->step];
        }
    }
    return (uint8_t)(sum / (SAMPLES * SAMPLES));
}

bool picture_signature_of(const AVFrame *frame, struct picture_signature *signature) {
    bool is_nv12 = frame->format == AV_PIX_FMT_NV12;
    bool is_known =
        is_nv12 || frame->format == AV_PIX_FMT_YUV420P || frame->format == AV_PIX_FMT_YUVJ420P;
    if (!is_known || frame->width < 1 || frame->height < 1) {
        return false;
    }
    int w = (frame->width + 1) / 2, h = (frame->height + 1) / 2, last = is_nv12 ? 1 : 2;
    const struct plane planes[3] = {
        {frame->data[0], frame->linesize[0], 1, frame->width, frame->height},
        {frame->data[1], frame->linesize[1], is_nv12 ? 2 : 1, w, h},
        {frame->data[last] + (is_nv12 ? 1 : 0), frame->linesize[last], is_nv12 ? 2 : 1, w, h},
    };
    signature->pts = frame->best_effort_timestamp;
    signature->width = frame->width;
    signature->height = frame->height;
    for (int i = 0; i < 3; i++) {
        for (int block = 0; block < PICTURE_SIGNATURE_ROWS * PICTURE_SIGNATURE_COLUMNS; block++) {
            signature->mean[i][block] = mean_of_block(&planes[i], block % PICTURE_SIGNATURE_COLUMNS,
                                                      block / PICTURE_SIGNATURE_COLUMNS);
        }
    }
    return true;
}

bool picture_signature_agrees(const struct picture_signature *a,
                              const struct picture_signature *b) {
    const int blocks = PICTURE_SIGNATURE_ROWS * PICTURE_SIGNATURE_COLUMNS;
    if (a->width != b->width || a->height != b->height) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        int sum = 0;
        for (int block = 0; block < blocks; block++) {
            int off = abs(a->mean[i][block] - b->mean[i][block]);
            sum += off;
            if (off > BLOCK_OFF_MAX) {
                return false;
            }
        }
        if (sum > blocks * MEAN_OFF_MAX) {
            return false;
        }
    }
    return true;
}
