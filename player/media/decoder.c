#include "media/decoder.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"
#include "media/media_file.h"

#define THREADS_MAX 8

/* What one core of this kind decodes of H.264 with room to spare. */
#if defined(__aarch64__) || defined(__arm__)
#define PIXELS_PER_S_THREAD 20e6
#else
#define PIXELS_PER_S_THREAD 70e6 /* a little over 1080p30 */
#endif

/* Bytes in pictures; lives until the last of them is let go. */
struct budget {
    int64_t used;   /* atomic */
    int references; /* atomic: the decoder and its pictures */
};

struct decoder {
    AVCodecContext *codec;
    struct budget *budget;
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

int decoder_threads(double pixels_per_s, enum AVCodecID codec, int cores) {
    bool is_heavy = codec == AV_CODEC_ID_HEVC || codec == AV_CODEC_ID_AV1;
    double wanted = pixels_per_s * (is_heavy ? 1.5 : 1.0) / PIXELS_PER_S_THREAD;
    int limit = cores < THREADS_MAX ? cores : THREADS_MAX;
    int threads = wanted < THREADS_MAX ? (int)wanted + 1 : THREADS_MAX;
    return threads < 1 || limit < 1 ? 1 : threads < limit ? threads : limit;
}

static void configure(AVCodecContext *codec, const struct decoder_request *request) {
    const AVCodecParameters *par = request->stream->codecpar;
    double rate =
        request->rate.num > 0 ? (double)request->rate.num / (double)request->rate.den : 30.0;
    codec->thread_count = decoder_threads(par->width * (double)par->height * rate, par->codec_id,
                                          (int)sysconf(_SC_NPROCESSORS_ONLN));
    codec->max_pixels = (int64_t)MEDIA_SIDE_MAX * MEDIA_SIDE_MAX;
    codec->pkt_timebase = request->stream->time_base;
    codec->get_buffer2 = get_buffer;
#if LIBAVCODEC_VERSION_MAJOR < 60
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    codec->thread_safe_callbacks = 1;
#pragma GCC diagnostic pop
#endif
}

struct decoder *decoder_open(const struct decoder_request *request) {
    struct decoder *decoder = mem_zero(1, sizeof *decoder);
    const AVCodecParameters *par = request->stream->codecpar;
    const AVCodec *codec = avcodec_find_decoder(par->codec_id);
    decoder->codec = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
    bool good = decoder->codec != NULL && avcodec_parameters_to_context(decoder->codec, par) >= 0;
    if (good) {
        decoder->budget = mem_zero(1, sizeof *decoder->budget);
        decoder->budget->references = 1;
        decoder->codec->opaque = decoder->budget;
        configure(decoder->codec, request);
        good = avcodec_open2(decoder->codec, codec, NULL) >= 0;
    }
    if (!good) {
        decoder_close(&decoder);
    }
    return decoder;
}

void decoder_close(struct decoder **decoder) {
    if (*decoder != NULL) {
        avcodec_free_context(&(*decoder)->codec);
        if ((*decoder)->budget != NULL) {
            budget_unref((*decoder)->budget);
        }
        free(*decoder);
        *decoder = NULL;
    }
}

int decoder_send(struct decoder *decoder, const AVPacket *packet) {
    return avcodec_send_packet(decoder->codec, packet);
}

int decoder_receive(struct decoder *decoder, AVFrame *frame) {
    return avcodec_receive_frame(decoder->codec, frame);
}

int decoder_delay(const struct decoder *decoder) {
    return decoder->codec->has_b_frames;
}

void decoder_flush(struct decoder *decoder) {
    avcodec_flush_buffers(decoder->codec);
}
