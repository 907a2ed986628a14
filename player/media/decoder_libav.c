/* decoder_libav.c: the rows of the table that libavcodec provides. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "media/decoder.h"
#include "media/decoder_backend.h"
#include "media/media_file.h"

/* Bytes in pictures; lives until the last of them is let go. */
struct budget {
    int64_t used;   /* atomic */
    int references; /* atomic: the decoder and its pictures */
};

static void budget_unref(struct budget *budget) {
    if (__atomic_sub_fetch(&budget->references, 1, __ATOMIC_ACQ_REL) == 0) {
        free(budget);
    }
}

/* A picture's share of the budget, given back with its last reference. */
struct share {
    struct budget *budget;
    int64_t bytes;
};

static void give_back(void *opaque, uint8_t *data) {
    struct share *share = opaque;
    (void)data;
    __atomic_sub_fetch(&share->budget->used, share->bytes, __ATOMIC_ACQ_REL);
    budget_unref(share->budget);
    free(share);
}

static int64_t bytes_of(const AVFrame *frame) {
    int64_t bytes = 0;
    for (size_t i = 0; i < AV_NUM_DATA_POINTERS && frame->buf[i] != NULL; i++) {
        bytes += (int64_t)frame->buf[i]->size;
    }
    return bytes;
}

static bool take_share(struct budget *budget, AVFrame *frame) {
    int64_t bytes = bytes_of(frame);
    if (__atomic_add_fetch(&budget->used, bytes, __ATOMIC_ACQ_REL) > DECODER_BYTES_MAX) {
        __atomic_sub_fetch(&budget->used, bytes, __ATOMIC_ACQ_REL);
        return false;
    }
    struct share *share = mem_zero(1, sizeof *share);
    *share = (struct share){budget, bytes};
    __atomic_add_fetch(&budget->references, 1, __ATOMIC_RELAXED);
    frame->opaque_ref = av_buffer_create((uint8_t *)share, sizeof *share, give_back, share, 0);
    if (frame->opaque_ref == NULL) {
        give_back(share, NULL);
    }
    return frame->opaque_ref != NULL;
}

/* Any of the decoder's threads. */
static int get_buffer(AVCodecContext *codec, AVFrame *frame, int flags) {
    int error = avcodec_default_get_buffer2(codec, frame, flags);
    if (error >= 0 && frame->opaque_ref == NULL && !take_share(codec->opaque, frame)) {
        for (size_t i = 0; i < AV_NUM_DATA_POINTERS; i++) {
            av_buffer_unref(&frame->buf[i]);
            frame->data[i] = NULL;
        }
        error = AVERROR(ENOMEM);
    }
    return error;
}

AVFormatContext *decoder_backend_copy_stream(const AVStream *stream) {
    AVFormatContext *holder = avformat_alloc_context();
    AVStream *copy = holder != NULL ? avformat_new_stream(holder, NULL) : NULL;
    if (copy == NULL || avcodec_parameters_copy(copy->codecpar, stream->codecpar) < 0) {
        avformat_free_context(holder);
        return NULL;
    }
    copy->time_base = stream->time_base;
    return holder;
}

struct libav {
    const struct decoder_backend *row;
    AVCodecContext *codec;
    AVBufferRef *device;
    enum AVPixelFormat device_format;
    AVFrame *on_device;
    struct budget *budget; /* software */
};

static void libav_close(void *self) {
    struct libav *l = self;
    avcodec_free_context(&l->codec);
    av_frame_free(&l->on_device);
    av_buffer_unref(&l->device);
    if (l->budget != NULL) {
        budget_unref(l->budget);
    }
    free(l);
}

static bool prepare_software(struct libav *l, int threads) {
    AVCodecContext *c = l->codec;
    l->budget = mem_zero(1, sizeof *l->budget);
    l->budget->references = 1;
    c->opaque = l->budget;
    c->thread_count = threads;
    c->get_buffer2 = get_buffer;
#if LIBAVCODEC_VERSION_MAJOR < 60
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    c->thread_safe_callbacks = 1;
#pragma GCC diagnostic pop
#endif
    return true;
}

/* Refuses everything but the device's own format: software has its own row. */
static enum AVPixelFormat choose_format(AVCodecContext *codec, const enum AVPixelFormat *formats) {
    const struct libav *l = codec->opaque;
    for (; *formats != AV_PIX_FMT_NONE; formats++) {
        if (*formats == l->device_format) {
            return *formats;
        }
    }
    return AV_PIX_FMT_NONE;
}

static bool prepare_device(struct libav *l) {
    l->device_format = AV_PIX_FMT_NONE;
    for (int i = 0;; i++) {
        const AVCodecHWConfig *config = avcodec_get_hw_config(l->codec->codec, i);
        if (config == NULL) {
            return false;
        }
        bool fits = (config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0 &&
                    config->device_type == l->row->device_type;
        if (fits) {
            l->device_format = config->pix_fmt;
            break;
        }
    }
    if (av_hwdevice_ctx_create(&l->device, l->row->device_type, l->row->device, NULL, 0) < 0) {
        return false;
    }
    l->codec->hw_device_ctx = av_buffer_ref(l->device);
    l->codec->opaque = l;
    l->codec->get_format = choose_format;
    l->codec->thread_count = 1;
    l->codec->extra_hw_frames = 4;
    l->on_device = av_frame_alloc();
    return l->codec->hw_device_ctx != NULL && l->on_device != NULL;
}

static const AVCodec *codec_of(const struct decoder_backend *row, enum AVCodecID id) {
    if (row->suffix == NULL) {
        return avcodec_find_decoder(id);
    }
    char name[64];
    snprintf(name, sizeof name, "%s%s", avcodec_get_name(id), row->suffix);
    return avcodec_find_decoder_by_name(name);
}

static void *libav_open(const struct decoder_backend *row, const AVStream *stream, int threads) {
    const AVCodec *codec = codec_of(row, stream->codecpar->codec_id);
    if (codec == NULL) {
        return NULL;
    }
    struct libav *l = mem_zero(1, sizeof *l);
    l->row = row;
    l->codec = avcodec_alloc_context3(codec);
    bool good = l->codec != NULL && avcodec_parameters_to_context(l->codec, stream->codecpar) >= 0;
    if (good) {
        l->codec->max_pixels = (int64_t)MEDIA_SIDE_MAX * MEDIA_SIDE_MAX;
        l->codec->pkt_timebase = stream->time_base;
        good = (row->device_type != AV_HWDEVICE_TYPE_NONE ? prepare_device(l)
                                                          : prepare_software(l, threads)) &&
               avcodec_open2(l->codec, codec, NULL) >= 0;
    }
    if (!good) {
        libav_close(l);
        return NULL;
    }
    return l;
}

static int libav_send(void *self, const AVPacket *packet) {
    return avcodec_send_packet(((struct libav *)self)->codec, packet);
}

/* Pictures on the device are copied down (as NV12, mostly). */
static int libav_receive(void *self, AVFrame *frame) {
    struct libav *l = self;
    if (l->device == NULL) {
        return avcodec_receive_frame(l->codec, frame);
    }
    int error = avcodec_receive_frame(l->codec, l->on_device);
    if (error >= 0) {
        error = l->on_device->format == l->device_format
                    ? av_hwframe_transfer_data(frame, l->on_device, 0)
                    : AVERROR_EXTERNAL;
        error = error >= 0 ? av_frame_copy_props(frame, l->on_device) : error;
        frame->width = l->on_device->width;
        frame->height = l->on_device->height;
    }
    av_frame_unref(l->on_device);
    return error;
}

static void libav_flush(void *self) {
    avcodec_flush_buffers(((struct libav *)self)->codec);
}

static int libav_delay(const void *self) {
    return ((const struct libav *)self)->codec->has_b_frames;
}

static void libav_set_effort(void *self, enum video_effort effort, bool is_hurried) {
    static const struct {
        enum AVDiscard loop_filter;
        enum AVDiscard frame;
    } rows[VIDEO_EFFORTS] = {
        [VIDEO_EFFORT_FULL] = {AVDISCARD_DEFAULT, AVDISCARD_DEFAULT},
        [VIDEO_EFFORT_ROUGH] = {AVDISCARD_NONREF, AVDISCARD_DEFAULT},
        [VIDEO_EFFORT_ROUGHER] = {AVDISCARD_BIDIR, AVDISCARD_DEFAULT},
        [VIDEO_EFFORT_ROUGHEST] = {AVDISCARD_ALL, AVDISCARD_DEFAULT},
        [VIDEO_EFFORT_SKIPPING] = {AVDISCARD_ALL, AVDISCARD_NONREF},
        [VIDEO_EFFORT_STILLS] = {AVDISCARD_ALL, AVDISCARD_NONKEY},
    };
    struct libav *l = self;
    l->codec->skip_loop_filter = rows[effort].loop_filter;
    l->codec->skip_frame =
        is_hurried && rows[effort].frame < AVDISCARD_NONREF ? AVDISCARD_NONREF : rows[effort].frame;
}

#define LIBAV                                                                                      \
    .open = libav_open, .close = libav_close, .send = libav_send, .receive = libav_receive,        \
    .flush = libav_flush, .delay = libav_delay, .set_effort = libav_set_effort

const struct decoder_backend decoder_software = {.name = "software", LIBAV};

static const struct decoder_backend vaapi = {
    .name = "vaapi",
    .device = "/dev/dri/renderD128",
    .device_type = AV_HWDEVICE_TYPE_VAAPI,
    LIBAV,
};

/* Stateless decoders of the Raspberry Pi (HEVC) in a libavcodec that knows them. */
static const struct decoder_backend drm = {
    .name = "drm",
    .device = "/dev/dri/card0",
    .device_type = AV_HWDEVICE_TYPE_DRM,
    LIBAV,
};

/* H.264 on the Raspberry Pi up to 4: never drained nor flushed, after which it may hang. */
static const struct decoder_backend v4l2m2m = {
    .name = "v4l2m2m", .device = "/dev/video10", .suffix = "_v4l2m2m", LIBAV};

const struct decoder_backend *const decoder_backends[] = {&vaapi, &drm, &v4l2m2m, &decoder_software,
                                                          NULL};
