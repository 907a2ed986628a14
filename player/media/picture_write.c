#include "media/picture_write.h"

#include <libavcodec/avcodec.h>

#include "base/file.h"

#define SIDE_MAX 32768
#define FAST     3 /* a fifth of the time of 9 for a few percent of size */

AVPacket *picture_write_encode(const AVFrame *picture, int compression) {
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_PNG);
    AVCodecContext *encoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
    AVPacket *packet = av_packet_alloc();
    bool good = encoder != NULL && packet != NULL;
    if (good) {
        encoder->width = picture->width;
        encoder->height = picture->height;
        encoder->pix_fmt = (enum AVPixelFormat)picture->format;
        encoder->time_base = (AVRational){1, 1};
        encoder->thread_count = 1;
        encoder->compression_level = compression;
        good = avcodec_open2(encoder, codec, NULL) >= 0 &&
               avcodec_send_frame(encoder, picture) >= 0 &&
               avcodec_receive_packet(encoder, packet) >= 0;
    }
    avcodec_free_context(&encoder);
    if (!good) {
        av_packet_free(&packet);
    }
    return packet;
}

static AVFrame *rgb_copy(const uint8_t *pixels, int width, int height, int stride) {
    AVFrame *picture = av_frame_alloc();
    if (picture == NULL) {
        return NULL;
    }
    picture->width = width;
    picture->height = height;
    picture->format = AV_PIX_FMT_RGB24;
    if (av_frame_get_buffer(picture, 0) < 0) {
        av_frame_free(&picture);
        return NULL;
    }
    for (int y = 0; y < height; y++) {
        const uint8_t *from = pixels + (ptrdiff_t)y * stride;
        uint8_t *to = picture->data[0] + (ptrdiff_t)y * picture->linesize[0];
        for (int x = 0; x < width; x++) {
            to[3 * x] = from[4 * x + 2];
            to[3 * x + 1] = from[4 * x + 1];
            to[3 * x + 2] = from[4 * x];
        }
    }
    return picture;
}

bool picture_write_png(const char *path, const uint8_t *pixels, int width, int height, int stride,
                       const char **why) {
    *why = "larger than 32768 pixels a side";
    if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX) {
        return false;
    }
    *why = "the picture cannot be encoded";
    AVFrame *picture = rgb_copy(pixels, width, height, stride);
    AVPacket *packet = picture != NULL ? picture_write_encode(picture, FAST) : NULL;
    bool ok = packet != NULL && file_write(path, packet->data, (size_t)packet->size, why);
    av_packet_free(&packet);
    av_frame_free(&picture);
    return ok;
}
