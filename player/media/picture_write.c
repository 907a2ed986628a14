#include "media/picture_write.h"

#include <libavcodec/avcodec.h>

#include "base/file.h"

#define SIDE_MAX 32768

static AVCodecContext *open_encoder(int width, int height) {
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_PNG);
    AVCodecContext *encoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
    if (encoder == NULL) {
        return NULL;
    }
    encoder->width = width;
    encoder->height = height;
    encoder->pix_fmt = AV_PIX_FMT_RGB24;
    encoder->time_base = (AVRational){1, 1};
    encoder->thread_count = 1;
    encoder->compression_level = 3; /* a fifth of the time of 9 for a few percent of size */
    if (avcodec_open2(encoder, codec, NULL) < 0) {
        avcodec_free_context(&encoder);
    }
    return encoder;
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
    AVCodecContext *encoder = open_encoder(width, height);
    AVFrame *picture = encoder != NULL ? rgb_copy(pixels, width, height, stride) : NULL;
    AVPacket *packet = av_packet_alloc();
    bool ok = packet != NULL && picture != NULL && avcodec_send_frame(encoder, picture) >= 0 &&
              avcodec_receive_packet(encoder, packet) >= 0;
    if (ok) {
        ok = file_write(path, packet->data, (size_t)packet->size, why);
    }
    av_packet_free(&packet);
    av_frame_free(&picture);
    avcodec_free_context(&encoder);
    return ok;
}
