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

struct decoder {
    AVCodecContext *codec;
};

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
}

struct decoder *decoder_open(const struct decoder_request *request) {
    struct decoder *decoder = mem_zero(1, sizeof *decoder);
    const AVCodecParameters *par = request->stream->codecpar;
    const AVCodec *codec = avcodec_find_decoder(par->codec_id);
    decoder->codec = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
    bool good = decoder->codec != NULL && avcodec_parameters_to_context(decoder->codec, par) >= 0;
    if (good) {
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
