#include "media/prepare_still.h"

#include <libavcodec/avcodec.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "gfx/frame.h"
#include "media/image.h"
#include "media/picture_write.h"
#include "model/model.h"

static bool fail(struct prepare_report *report, const char *problem) {
    snprintf(report->problem, sizeof report->problem, "%s", problem);
    return false;
}

static bool is_cancelled(void *context) {
    const struct prepare_request *request = context;
    return __atomic_load_n(request->quit, __ATOMIC_ACQUIRE);
}

static struct image *open_image(const struct prepare_request *request, enum fit fit, char *problem,
                                size_t size) {
    struct image_request wanted = {.path = request->media->path,
                                   .area = request->wish.size,
                                   .fit = fit,
                                   .is_cancelled = is_cancelled,
                                   .context = (void *)(uintptr_t)request};
    return image_open(&wanted, problem, size);
}

bool prepare_still_is_right(const struct prepare_request *request, const char **why) {
    char problem[160];
    struct size size = request->media->facts.size;
    if (!prepared_is_worth_it(&request->media->facts, &request->wish)) {
        *why = "it is hardly larger than it is shown";
        return true;
    }
    struct image *image = open_image(request, FIT_NONE, problem, sizeof problem);
    if (image == NULL) {
        return false;
    }
    struct size upright = image_placement(image)->scaled;
    bool moves = image_frame_count(image) > 1;
    bool is_turned = upright.w != size.w || upright.h != size.h;
    image_close(&image);
    *why = moves ? "it moves" : "it is turned by its EXIF data";
    return moves || is_turned;
}

static struct frame *draw(const struct prepare_request *request, struct prepare_report *report) {
    struct image *image = open_image(request, FIT_STRETCH, report->problem, sizeof report->problem);
    struct frame *frame =
        image != NULL ? image_next(image, report->problem, sizeof report->problem) : NULL;
    image_close(&image);
    return frame;
}

static uint8_t straight(uint8_t value, uint8_t alpha) {
    int c = alpha > 0 ? (value * 255 + alpha / 2) / alpha : 0;
    return (uint8_t)(c > 255 ? 255 : c);
}

static AVFrame *rgb_of(const struct frame *frame) {
    bool has_alpha = frame->format == FRAME_BGRA;
    int bytes = has_alpha ? 4 : 3;
    AVFrame *picture = av_frame_alloc();
    if (picture == NULL) {
        return NULL;
    }
    picture->width = frame->width;
    picture->height = frame->height;
    picture->format = has_alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
    if (av_frame_get_buffer(picture, 0) < 0) {
        av_frame_free(&picture);
        return NULL;
    }
    for (int y = 0; y < frame->height; y++) {
        const uint8_t *from = frame->plane[0] + (ptrdiff_t)y * frame->stride[0];
        uint8_t *to = picture->data[0] + (ptrdiff_t)y * picture->linesize[0];
        for (int x = 0; x < frame->width; x++, from += 4, to += bytes) {
            for (int i = 0; i < 3; i++) {
                to[i] = has_alpha ? straight(from[2 - i], from[3]) : from[2 - i];
            }
            if (has_alpha) {
                to[3] = from[3];
            }
        }
    }
    return picture;
}

static bool write(const struct prepare_request *request, const AVPacket *packet,
                  struct prepare_report *report) {
    const char *why = "the disk is full";
    report->bytes = packet->size;
    bool written = packet->size <= request->bytes_max &&
                   file_write(request->path, packet->data, (size_t)packet->size, &why);
    if (!written) {
        report->disk_is_full = strcmp(why, "the disk is full") == 0;
        return fail(report, why);
    }
    return true;
}

bool prepare_still_make(const struct prepare_request *request, struct prepare_report *report) {
    struct frame *frame = draw(request, report);
    if (frame == NULL) {
        return false;
    }
    AVFrame *picture = rgb_of(frame);
    frame_unref(&frame);
    AVPacket *packet = picture != NULL ? picture_write_encode(picture, 9) : NULL;
    av_frame_free(&picture);
    bool good = packet != NULL ? write(request, packet, report) : fail(report, "memory is short");
    av_packet_free(&packet);
    __atomic_store_n(request->done, 1, __ATOMIC_RELEASE);
    return good;
}
