#include "media/prepare_output.h"

#include <errno.h>
#include <fcntl.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "model/model.h"

#define IO_BYTES     (64 * 1024)
#define SOUND_BITS_S 80000 /* per channel */
#define TIMESCALE_MIN                                                                              \
    10000 /* ticks a second; the muxer would double smaller ones, in steps of its own */

struct prepare_output {
    const struct prepare_request *request;
    struct prepare_report *report;
    int file;
    int64_t position;
    int64_t size;
    AVFormatContext *format;
    AVCodecContext *video;
    AVCodecContext *sound;
    AVPacket *packet;
};

static bool fail(struct prepare_output *output, const char *problem) {
    if (output->report->problem[0] == '\0') {
        snprintf(output->report->problem, sizeof output->report->problem, "%s", problem);
    }
    return false;
}

/* ---- the disk ------------------------------------------------------------------------------- */

static int write_bytes(void *context, uint8_t *bytes, int length) {
    struct prepare_output *output = context;
    if (output->position + length > output->request->bytes_max) {
        output->report->disk_is_full = true;
        fail(output, "the disk is full");
        return AVERROR(ENOSPC);
    }
    for (int written = 0; written < length;) {
        ssize_t got = pwrite(output->file, bytes + written, (size_t)(length - written),
                             output->position + written);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            output->report->disk_is_full = errno == ENOSPC || errno == EDQUOT;
            fail(output,
                 output->report->disk_is_full ? "the disk is full" : "the disk reports an error");
            return AVERROR(ENOSPC);
        }
        written += (int)got;
    }
    output->position += length;
    output->size = output->position > output->size ? output->position : output->size;
    return length;
}

static int64_t seek(void *context, int64_t offset, int whence) {
    struct prepare_output *output = context;
    if (whence == AVSEEK_SIZE) {
        return output->size;
    }
    output->position = whence == SEEK_CUR   ? output->position + offset
                       : whence == SEEK_END ? output->size + offset
                                            : offset;
    return output->position;
}

static bool open_disk(struct prepare_output *output) {
    output->file = open(output->request->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (output->file < 0) {
        output->report->disk_is_full = errno == ENOSPC;
        return fail(output, errno == ENOSPC ? "the disk is full"
                                            : "no file can be made there; check the permissions");
    }
    uint8_t *buffer = av_malloc(IO_BYTES);
    output->format->pb =
        buffer != NULL ? avio_alloc_context(buffer, IO_BYTES, 1, output, NULL, write_bytes, seek)
                       : NULL;
    output->format->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
    return output->format->pb != NULL || fail(output, "memory is short");
}

/* ---- encoders ------------------------------------------------------------------------------- */

static AVRational rational(struct ratio r) {
    return (AVRational){(int)r.num, (int)r.den};
}

static AVCodecContext *allocate(const char *name) {
    const AVCodec *codec = avcodec_find_encoder_by_name(name);
    return codec != NULL ? avcodec_alloc_context3(codec) : NULL;
}

static AVDictionary *codec_options(const struct prepare_request *request, int group) {
    AVDictionary *options = NULL;
    av_dict_parse_string(&options, request->profile->options, "=", ":", 0);
    if (request->codec == PREPARE_H265) {
        char text[160];
        snprintf(text, sizeof text,
                 "keyint=%d:min-keyint=%d:open-gop=0:pools=%d:frame-threads=1:log-level=none",
                 group, group, request->threads);
        av_dict_set(&options, "x265-params", text, 0);
    }
    av_dict_set(&options, "forced-idr", "1", 0);
    return options;
}

/* One group a second: a restart has to decode no more than that. */
static void configure_video(struct prepare_output *output, const AVFrame *like) {
    const struct prepare_request *request = output->request;
    AVCodecContext *c = output->video;
    AVRational rate = rational(request->wish.rate);
    c->width = like->width;
    c->height = like->height;
    c->pix_fmt = AV_PIX_FMT_YUV420P;
    c->time_base = av_inv_q(rate);
    c->framerate = rate;
    c->gop_size = (int)(av_q2d(rate) + 0.5) > 1 ? (int)(av_q2d(rate) + 0.5) : 1;
    c->max_b_frames = request->profile->b_frames;
    c->refs = request->profile->references;
    c->thread_count = request->threads;
    c->rc_max_rate = (int64_t)request->profile->max_kbit_per_s * 1000;
    c->rc_buffer_size = request->profile->max_kbit_per_s * 1000;
    c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP | AV_CODEC_FLAG_BITEXACT;
    c->colorspace = like->colorspace;
    c->color_primaries = like->color_primaries;
    c->color_trc = like->color_trc;
    c->color_range = like->color_range;
    c->codec_tag = request->codec == PREPARE_H265 ? MKTAG('h', 'v', 'c', '1') : 0;
    struct size shown = request->wish.size, upright = request->media->facts.size;
    av_reduce(&c->sample_aspect_ratio.num, &c->sample_aspect_ratio.den,
              (int64_t)upright.w * shown.h, (int64_t)upright.h * shown.w, 4096);
}

static AVStream *add_stream(struct prepare_output *output, const AVCodecContext *codec) {
    AVStream *stream = avformat_new_stream(output->format, NULL);
    if (stream == NULL || avcodec_parameters_from_context(stream->codecpar, codec) < 0) {
        return NULL;
    }
    stream->time_base = codec->time_base;
    stream->sample_aspect_ratio = codec->sample_aspect_ratio;
    return stream;
}

static bool open_video(struct prepare_output *output, const AVFrame *like) {
    bool is_265 = output->request->codec == PREPARE_H265;
    output->video = allocate(is_265 ? "libx265" : "libx264");
    if (output->video == NULL) {
        return fail(output, is_265 ? "this build of FFmpeg has no libx265; use --codec h264"
                                   : "this build of FFmpeg has no libx264");
    }
    configure_video(output, like);
    AVDictionary *options = codec_options(output->request, output->video->gop_size);
    int error = avcodec_open2(output->video, output->video->codec, &options);
    av_dict_free(&options);
    AVStream *stream = error >= 0 ? add_stream(output, output->video) : NULL;
    if (stream == NULL) {
        return fail(output, "the encoder refuses a picture of this size");
    }
    stream->avg_frame_rate = rational(output->request->wish.rate);
    int factor = 1;
    while (stream->avg_frame_rate.num < TIMESCALE_MIN / factor) {
        factor *= 2;
    }
    stream->time_base =
        (AVRational){stream->avg_frame_rate.den, stream->avg_frame_rate.num * factor};
    return true;
}

static bool open_sound(struct prepare_output *output, int channels) {
    output->sound = allocate("aac");
    if (output->sound == NULL) {
        return fail(output, "this build of FFmpeg cannot encode AAC");
    }
    AVCodecContext *c = output->sound;
    c->sample_rate = PREPARE_SOUND_RATE;
    c->sample_fmt = AV_SAMPLE_FMT_FLTP;
    av_channel_layout_default(&c->ch_layout, channels);
    c->bit_rate = (int64_t)SOUND_BITS_S * channels;
    c->time_base = (AVRational){1, PREPARE_SOUND_RATE};
    c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
    return (avcodec_open2(c, c->codec, NULL) >= 0 && add_stream(output, c) != NULL) ||
           fail(output, "the sound cannot be encoded");
}

struct prepare_output *prepare_output_open(const struct prepare_request *request,
                                           const AVFrame *like, int channels,
                                           struct prepare_report *report) {
    struct prepare_output *output = mem_zero(1, sizeof *output);
    output->request = request;
    output->report = report;
    output->file = -1;
    output->packet = av_packet_alloc();
    avformat_alloc_output_context2(&output->format, NULL, "mp4", NULL);
    bool good = output->packet != NULL && output->format != NULL && open_video(output, like) &&
                (channels == 0 || open_sound(output, channels)) && open_disk(output);
    if (good && avformat_write_header(output->format, NULL) < 0) {
        good = fail(output, "the file cannot be begun");
    }
    if (!good) {
        fail(output, "memory is short");
        prepare_output_close(&output);
    }
    return output;
}

/* ---- packets -------------------------------------------------------------------------------- */

static bool encode(struct prepare_output *output, AVCodecContext *codec, int stream,
                   const AVFrame *frame) {
    int error = avcodec_send_frame(codec, frame);
    while (error >= 0) {
        error = avcodec_receive_packet(codec, output->packet);
        if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) {
            return true;
        }
        if (error >= 0) {
            if (stream == 0) {
                output->packet->duration = 1;
            }
            output->packet->stream_index = stream;
            av_packet_rescale_ts(output->packet, codec->time_base,
                                 output->format->streams[stream]->time_base);
            error = av_interleaved_write_frame(output->format, output->packet);
        }
    }
    return fail(output, "it cannot be encoded");
}

bool prepare_output_picture(struct prepare_output *output, AVFrame *picture, int64_t number) {
    picture->pts = number;
    picture->pict_type = number == 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    return encode(output, output->video, 0, picture);
}

bool prepare_output_sound(struct prepare_output *output, AVFrame *sound, int64_t first_sample) {
    sound->pts = first_sample;
    return encode(output, output->sound, 1, sound);
}

int prepare_output_sound_block(const struct prepare_output *output) {
    return output->sound != NULL ? output->sound->frame_size : 0;
}

bool prepare_output_finish(struct prepare_output *output) {
    bool good = encode(output, output->video, 0, NULL) &&
                (output->sound == NULL || encode(output, output->sound, 1, NULL));
    if (good && av_write_trailer(output->format) < 0) {
        good = fail(output, "the file cannot be ended");
    }
    output->report->bytes = output->size;
    return good && output->report->problem[0] == '\0';
}

void prepare_output_close(struct prepare_output **output) {
    struct prepare_output *o = *output;
    if (o == NULL) {
        return;
    }
    avcodec_free_context(&o->video);
    avcodec_free_context(&o->sound);
    av_packet_free(&o->packet);
    if (o->format != NULL && o->format->pb != NULL) {
        av_freep(&o->format->pb->buffer);
        avio_context_free(&o->format->pb);
    }
    avformat_free_context(o->format);
    if (o->file >= 0) {
        close(o->file);
    }
    free(o);
    *output = NULL;
}
