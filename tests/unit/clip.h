/* clip.h: video files made by the tests themselves; each picture carries its number.
 *
 * The number is written as 16 cells of light and dark across the whole picture (bit 0 at the left),
 * so that it can be read after scaling, and from any codec. */
#ifndef LEDSIGN_TESTS_CLIP_H
#define LEDSIGN_TESTS_CLIP_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "gfx/frame.h"
#include "unit.h"

#define CLIP_BITS  16
#define CLIP_DARK  40
#define CLIP_LIGHT 200

struct clip {
    const char *codec;   /* of libavcodec; default "libx264" */
    const char *options; /* of the codec, "a=b:c=d" */
    int width;
    int height;
    AVRational rate;
    int frames;
    int first; /* number of the first picture */
    int gop;
    int b_frames;
    enum AVPixelFormat format; /* default yuv420p */
    AVRational sar;
    int rotation;                 /* degrees clockwise for showing it */
    bool interlaced;              /* the second field carries the number + 1 */
    int64_t (*pts_of)(int frame); /* in milliseconds; default: by the rate */
};

static inline void clip_paint(AVFrame *frame, const struct clip *clip, int number) {
    bool is_16 = clip->format == AV_PIX_FMT_YUV420P10LE;
    for (int y = 0; y < clip->height; y++) {
        int shown = clip->interlaced ? number + y % 2 : number;
        for (int x = 0; x < clip->width; x++) {
            int bit = shown >> (x * CLIP_BITS / clip->width) & 1;
            int value = bit ? CLIP_LIGHT : CLIP_DARK;
            uint8_t *line = frame->data[0] + (ptrdiff_t)y * frame->linesize[0];
            if (is_16) {
                ((uint16_t *)line)[x] = (uint16_t)(value << 2);
            } else {
                line[x] = (uint8_t)value;
            }
        }
    }
    for (int i = 1; i < 3; i++) {
        for (int y = 0; y < (clip->height + 1) / 2; y++) {
            uint8_t *line = frame->data[i] + (ptrdiff_t)y * frame->linesize[i];
            for (int x = 0; x < (clip->width + 1) / 2; x++) {
                if (is_16) {
                    ((uint16_t *)line)[x] = 512;
                } else {
                    line[x] = 128;
                }
            }
        }
    }
}

static inline void clip_write(AVFormatContext *file, AVCodecContext *codec, AVPacket *packet) {
    while (avcodec_receive_packet(codec, packet) >= 0) {
        if (packet->duration == 0) {
            packet->duration = av_rescale_q(1, av_inv_q(codec->framerate), codec->time_base);
        }
        av_packet_rescale_ts(packet, codec->time_base, file->streams[0]->time_base);
        packet->stream_index = 0;
        assert_true(av_interleaved_write_frame(file, packet) >= 0);
    }
}

static inline AVCodecContext *clip_encoder(const struct clip *clip, const AVFormatContext *file) {
    const AVCodec *codec =
        avcodec_find_encoder_by_name(clip->codec != NULL ? clip->codec : "libx264");
    assert_non_null(codec);
    AVCodecContext *c = avcodec_alloc_context3(codec);
    c->width = clip->width;
    c->height = clip->height;
    c->pix_fmt = clip->format != AV_PIX_FMT_NONE ? clip->format : AV_PIX_FMT_YUV420P;
    c->time_base = clip->pts_of != NULL ? (AVRational){1, 1000} : av_inv_q(clip->rate);
    c->framerate = clip->rate;
    c->gop_size = clip->gop > 0 ? clip->gop : 12;
    c->max_b_frames = clip->b_frames;
    c->sample_aspect_ratio = clip->sar;
    c->thread_count = 1;
    c->bit_rate = 2000000;
    if (clip->interlaced) {
        c->flags |= AV_CODEC_FLAG_INTERLACED_DCT;
    }
    if (file->oformat->flags & AVFMT_GLOBALHEADER) {
        c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    AVDictionary *options = NULL;
    av_dict_parse_string(&options, clip->options != NULL ? clip->options : "", "=", ":", 0);
    if (clip->codec == NULL) {
        av_dict_set(&options, "preset", "ultrafast", AV_DICT_DONT_OVERWRITE);
    }
    assert_true(avcodec_open2(c, codec, &options) >= 0);
    av_dict_free(&options);
    return c;
}

static inline void clip_add_stream(const struct clip *clip, AVFormatContext *file,
                                   const AVCodecContext *codec) {
    AVStream *stream = avformat_new_stream(file, NULL);
    assert_true(avcodec_parameters_from_context(stream->codecpar, codec) >= 0);
    stream->time_base = codec->time_base;
    stream->avg_frame_rate = clip->rate;
    stream->sample_aspect_ratio = clip->sar;
    if (clip->rotation != 0) {
        uint8_t *matrix =
            av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(int32_t));
        av_display_rotation_set((int32_t *)matrix, clip->rotation);
    }
}

/* Makes the file; its name's ending says which container. */
static inline void clip_make(const char *path, const struct clip *asked) {
    struct clip clip = *asked;
    AVFormatContext *file = NULL;
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    av_log_set_level(AV_LOG_QUIET);
    clip.format = clip.format == AV_PIX_FMT_YUV420P10LE ? clip.format : AV_PIX_FMT_YUV420P;
    clip.sar = clip.sar.num > 0 ? clip.sar : (AVRational){1, 1};
    assert_true(avformat_alloc_output_context2(&file, NULL, NULL, path) >= 0);
    AVCodecContext *codec = clip_encoder(&clip, file);
    clip_add_stream(&clip, file, codec);
    assert_true(avio_open(&file->pb, path, AVIO_FLAG_WRITE) >= 0);
    assert_true(avformat_write_header(file, NULL) >= 0);
    for (int i = 0; i < clip.frames; i++) {
        frame->width = clip.width;
        frame->height = clip.height;
        frame->format = clip.format;
        assert_true(av_frame_get_buffer(frame, 0) >= 0);
        clip_paint(frame, &clip, clip.first + i);
        frame->pts = clip.pts_of != NULL ? clip.pts_of(i) : i;
        frame->interlaced_frame = frame->top_field_first = clip.interlaced;
        assert_true(avcodec_send_frame(codec, frame) >= 0);
        av_frame_unref(frame);
        clip_write(file, codec, packet);
    }
    avcodec_send_frame(codec, NULL);
    clip_write(file, codec, packet);
    assert_true(av_write_trailer(file) >= 0);
    avio_closep(&file->pb);
    avformat_free_context(file);
    avcodec_free_context(&codec);
    av_packet_free(&packet);
    av_frame_free(&frame);
}

/* Reads the number out of the middle of the cells; -1: neither light nor dark somewhere. */
static inline int clip_read(const struct frame *frame) {
    int number = 0;
    for (int bit = 0; bit < CLIP_BITS; bit++) {
        int x = (2 * bit + 1) * frame->width / (2 * CLIP_BITS), y = frame->height / 2;
        int bytes = frame->format == FRAME_I420 ? 1 : 4;
        int value = frame->plane[0][y * frame->stride[0] + x * bytes + (bytes == 4 ? 1 : 0)];
        if (value > 90 && value < 150) {
            return -1;
        }
        number |= (value > 120) << bit;
    }
    return number;
}

#endif
