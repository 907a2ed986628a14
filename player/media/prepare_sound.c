#include "media/prepare_sound.h"

#include <libavcodec/avcodec.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/str.h"
#include "media/media_file.h"
#include "media/prepare_output.h"
#include "model/model.h"

#define READ_LIMIT_US   2000000
#define READ_ERRORS_MAX 20
#define HOLE_SAMPLES    (PREPARE_SOUND_RATE / 10) /* smaller errors in the stamps are nothing */
#define SILENCE_BLOCK   4096

struct prepare_sound {
    const struct prepare_request *request;
    struct media_file file;
    AVCodecContext *decoder;
    SwrContext *swr;
    AVChannelLayout from; /* what swr was made for */
    int from_rate;
    int from_format;
    AVAudioFifo *fifo;
    AVPacket *packet;
    AVFrame *frame;
    int channels;
    int64_t length;   /* of the round */
    int64_t written;  /* given to the encoder */
    int64_t position; /* of the next decoded sample: written + in the fifo, before the cut */
    double origin_s;  /* of the first picture, in the file's time */
    int64_t hole;     /* samples of silence due before the block that is held */
    bool is_held;     /* `frame` waits */
    bool has_begun;
    bool is_draining;
    bool is_over;
};

static void find_origin(struct prepare_sound *s) {
    const AVStream *video = s->file.video >= 0 ? s->file.format->streams[s->file.video] : NULL;
    if (video != NULL && video->start_time != AV_NOPTS_VALUE) {
        s->origin_s = (double)video->start_time * av_q2d(video->time_base);
    }
}

struct prepare_sound *prepare_sound_open(const struct prepare_request *request) {
    struct prepare_sound *s = mem_zero(1, sizeof *s);
    char problem[160];
    s->request = request;
    bool good = request->media->facts.has_audio &&
                media_file_open(&s->file, request->media->path, READ_LIMIT_US, request->quit,
                                problem, sizeof problem);
    if (!good || s->file.audio < 0) {
        prepare_sound_close(&s);
        return NULL;
    }
    s->decoder = media_file_open_sound(&s->file);
    s->is_over = s->decoder == NULL;
    media_file_keep_only(&s->file, s->file.audio);
    find_origin(s);
    s->channels = request->media->facts.audio_channels == 1 ? 1 : 2;
    s->length = flick_muldiv(request->media->facts.duration, PREPARE_SOUND_RATE, FLICKS_PER_SECOND);
    s->packet = av_packet_alloc();
    s->frame = av_frame_alloc();
    s->fifo = av_audio_fifo_alloc(AV_SAMPLE_FMT_FLTP, s->channels, PREPARE_SOUND_RATE);
    if (s->packet == NULL || s->frame == NULL || s->fifo == NULL) {
        prepare_sound_close(&s);
    }
    return s;
}

void prepare_sound_close(struct prepare_sound **sound) {
    struct prepare_sound *s = *sound;
    if (s != NULL) {
        avcodec_free_context(&s->decoder);
        swr_free(&s->swr);
        av_channel_layout_uninit(&s->from);
        if (s->fifo != NULL) {
            av_audio_fifo_free(s->fifo);
        }
        av_packet_free(&s->packet);
        av_frame_free(&s->frame);
        media_file_close(&s->file);
        free(s);
        *sound = NULL;
    }
}

int prepare_sound_channels(const struct prepare_sound *sound) {
    return sound->channels;
}

/* ---- decoded sound into the fifo ------------------------------------------------------------ */

static AVFrame *new_block(const struct prepare_sound *s, int samples) {
    AVFrame *block = av_frame_alloc();
    if (block == NULL) {
        return NULL;
    }
    block->nb_samples = samples;
    block->format = AV_SAMPLE_FMT_FLTP;
    block->sample_rate = PREPARE_SOUND_RATE;
    av_channel_layout_default(&block->ch_layout, s->channels);
    if (av_frame_get_buffer(block, 0) < 0) {
        av_frame_free(&block);
    }
    return block;
}

/* Appends samples, without those that lie before the first picture or after the round. */
static void append(struct prepare_sound *s, AVFrame *block) {
    int64_t skip = s->position < 0 ? -s->position : 0;
    int64_t room = s->length - (s->position > 0 ? s->position : 0);
    int64_t count = block->nb_samples - skip < room ? block->nb_samples - skip : room;
    s->position += block->nb_samples;
    if (count <= 0) {
        return;
    }
    void *planes[2];
    for (int i = 0; i < s->channels; i++) {
        planes[i] = block->data[i] + skip * (int64_t)sizeof(float);
    }
    av_audio_fifo_write(s->fifo, planes, (int)count);
}

static void append_silence(struct prepare_sound *s, int64_t samples) {
    int count = samples < SILENCE_BLOCK ? (int)samples : SILENCE_BLOCK;
    AVFrame *block = new_block(s, count);
    if (block != NULL) {
        av_samples_set_silence(block->extended_data, 0, count, s->channels, AV_SAMPLE_FMT_FLTP);
        append(s, block);
        av_frame_free(&block);
    }
}

static bool fits_swr(const struct prepare_sound *s) {
    return s->swr != NULL && s->from_rate == s->frame->sample_rate &&
           s->from_format == s->frame->format &&
           av_channel_layout_compare(&s->from, &s->frame->ch_layout) == 0;
}

static bool make_swr(struct prepare_sound *s) {
    AVChannelLayout to;
    av_channel_layout_default(&to, s->channels);
    swr_free(&s->swr);
    av_channel_layout_uninit(&s->from);
    bool made = av_channel_layout_copy(&s->from, &s->frame->ch_layout) >= 0 &&
                swr_alloc_set_opts2(&s->swr, &to, AV_SAMPLE_FMT_FLTP, PREPARE_SOUND_RATE, &s->from,
                                    (enum AVSampleFormat)s->frame->format, s->frame->sample_rate, 0,
                                    NULL) >= 0 &&
                swr_init(s->swr) >= 0;
    s->from_rate = s->frame->sample_rate;
    s->from_format = s->frame->format;
    return made;
}

/* Where the stamps say that this block begins: a hole before it becomes silence. */
static void keep_step(struct prepare_sound *s) {
    int64_t stamp = s->frame->best_effort_timestamp;
    if (stamp == AV_NOPTS_VALUE) {
        s->has_begun = true;
        return;
    }
    AVRational base = s->file.format->streams[s->file.audio]->time_base;
    double at_s = (double)stamp * av_q2d(base) - s->origin_s;
    double limit_s = 24 * 3600.0;
    at_s = at_s > limit_s ? limit_s : at_s < -limit_s ? -limit_s : at_s;
    int64_t at = (int64_t)(at_s * PREPARE_SOUND_RATE + (at_s < 0 ? -0.5 : 0.5));
    int64_t expected =
        s->position + (s->swr != NULL ? swr_get_delay(s->swr, PREPARE_SOUND_RATE) : 0);
    if (!s->has_begun && at <= expected) {
        s->position = at;
    } else if (!s->has_begun || at - expected > HOLE_SAMPLES) {
        s->hole = at - expected;
    }
    s->has_begun = true;
}

static void take_frame(struct prepare_sound *s) {
    if (!fits_swr(s) && !make_swr(s)) {
        return;
    }
    int room = swr_get_out_samples(s->swr, s->frame->nb_samples);
    AVFrame *block = room > 0 ? new_block(s, room) : NULL;
    if (block != NULL) {
        int got = swr_convert(s->swr, block->extended_data, room,
                              (const uint8_t **)s->frame->extended_data, s->frame->nb_samples);
        block->nb_samples = got > 0 ? got : 0;
        append(s, block);
        av_frame_free(&block);
    }
}

/* The next packet to the decoder; false at the end. */
static bool feed(struct prepare_sound *s) {
    int error = 0;
    for (int errors = 0; errors < READ_ERRORS_MAX; errors++) {
        s->file.deadline_us = clock_monotonic_us() + READ_LIMIT_US;
        error = av_read_frame(s->file.format, s->packet);
        if (error >= 0 || error == AVERROR_EOF || error == AVERROR_EXIT) {
            break;
        }
    }
    if (error < 0) {
        bool was_draining = s->is_draining;
        s->is_draining = true;
        return !was_draining && avcodec_send_packet(s->decoder, NULL) >= 0;
    }
    if (s->packet->stream_index == s->file.audio) {
        avcodec_send_packet(s->decoder, s->packet); /* a bad one is skipped */
    }
    av_packet_unref(s->packet);
    return true;
}

/* One step: silence before a block, the block, or towards the next one. */
static void decode_more(struct prepare_sound *s) {
    if (s->hole > 0) {
        append_silence(s, s->hole);
        s->hole -= s->hole < SILENCE_BLOCK ? s->hole : SILENCE_BLOCK;
    } else if (s->is_held) {
        take_frame(s);
        av_frame_unref(s->frame);
        s->is_held = false;
    } else if (avcodec_receive_frame(s->decoder, s->frame) >= 0) {
        s->is_held = s->frame->nb_samples > 0 && s->frame->sample_rate > 0 &&
                     s->frame->ch_layout.nb_channels > 0;
        if (s->is_held) {
            keep_step(s);
        }
    } else if (!feed(s)) {
        s->is_over = true;
    }
    s->is_over = s->is_over || s->position >= s->length;
}

/* ---- out of the fifo ------------------------------------------------------------------------ */

static bool write_block(struct prepare_sound *s, struct prepare_output *output, int samples) {
    AVFrame *block = new_block(s, samples);
    bool good = block != NULL;
    if (good) {
        block->nb_samples = av_audio_fifo_read(s->fifo, (void **)block->extended_data, samples);
        good = block->nb_samples == samples && prepare_output_sound(output, block, s->written);
        s->written += samples;
    }
    av_frame_free(&block);
    return good;
}

bool prepare_sound_write(struct prepare_sound *s, struct prepare_output *output, int64_t until) {
    int block = prepare_output_sound_block(output);
    until = until < s->length ? until : s->length;
    while (s->written < until) {
        int64_t wanted = s->length - s->written < block ? s->length - s->written : block;
        while (av_audio_fifo_size(s->fifo) < wanted && !s->is_over) {
            decode_more(s);
        }
        if (av_audio_fifo_size(s->fifo) < wanted) {
            int64_t held = s->written + av_audio_fifo_size(s->fifo);
            s->position = held; /* the cut is behind us: from here on it is silence */
            append_silence(s, wanted - av_audio_fifo_size(s->fifo));
        }
        if (av_audio_fifo_size(s->fifo) < wanted || !write_block(s, output, (int)wanted)) {
            return false;
        }
    }
    return true;
}
