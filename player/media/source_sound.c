#include "media/source_sound.h"

#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/wake.h"
#include "media/audio.h"
#include "media/media_file.h"
#include "media/services_internal.h"
#include "media/video_rounds.h"
#include "model/model.h"

#define OPEN_LIMIT_US INT64_C(2000000)
#define READ_LIMIT_US INT64_C(2000000)
#define WAIT_MS       20
#define READY_SAMPLES (AUDIO_RATE / 5)
#define ERRORS_MAX    200               /* bad packets in a row before the track is given up */
#define GAP_SAMPLES   (AUDIO_RATE / 25) /* time stamps off by less are jitter */
#define PREROLL       (FLICKS_PER_SECOND / 5) /* decoded and dropped before a position in the middle */
#define RATE_MAX      768000
#define PIECE_MAX     (1 << 20) /* samples of one decoded piece, at 48 kHz */

struct sound {
    struct model *model;
    const struct item *item;
    struct source_services *services;
    struct audio *audio;
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t lock; /* guards from here to `has_failed` */
    struct audio_stream *stream;
    flick_t until;
    bool endless;
    bool is_ready;
    bool has_failed;

    bool quit;    /* atomic */
    bool is_done; /* atomic: the worker's last act */

    flick_t started; /* of the first showing */
    flick_t length;  /* of each showing */
    flick_t first;
    flick_t media_length;

    /* worker only */
    struct media_file file;
    AVCodecContext *decoder;
    AVPacket *packet;
    AVFrame *piece;
    SwrContext *resampler;
    float *pairs; /* of the piece, converted; grows */
    int capacity;
    struct video_play play; /* the run of the file being decoded */
    int64_t next;           /* the sample that the next piece is expected to begin with */
    bool is_placed;         /* `next` is known */
    bool has_sounded;       /* something was decoded */
};

static bool has_quit(const struct sound *sound) {
    return __atomic_load_n(&sound->quit, __ATOMIC_ACQUIRE);
}

/* The run of the file that contains t; false when the showing is over by then. */
static bool place_play(struct sound *sound, flick_t t) {
    pthread_mutex_lock(&sound->lock);
    struct video_showing showing = {sound->started, sound->until, sound->length, sound->endless};
    pthread_mutex_unlock(&sound->lock);
    if (!showing.endless && t >= showing.until) {
        return false;
    }
    sound->play = video_play_at(&showing, sound->media_length, t);
    return sound->play.end > t;
}

/* Hands samples to the mixer, waiting for room; false when the source is being closed. Samples
 * beyond the end of the run are dropped. */
static bool write_pairs(struct sound *sound, int64_t index, const float *pairs, int64_t count) {
    int64_t end = audio_index_at(sound->play.end);
    if (count > end - index) {
        count = end - index;
    }
    while (count > 0 && !has_quit(sound)) {
        int64_t used = (int64_t)audio_stream_write(sound->stream, index, pairs, (size_t)count);
        index += used;
        pairs += used * AUDIO_CHANNELS;
        count -= used;
        if (!sound->is_ready &&
            (count > 0 ||
             audio_stream_reaches(sound->stream, audio_index_at(sound->first) + READY_SAMPLES))) {
            pthread_mutex_lock(&sound->lock);
            sound->is_ready = true;
            pthread_mutex_unlock(&sound->lock);
            wake_notify(source_services_wake(sound->services));
        }
        if (count > 0) {
            audio_stream_wait(sound->stream, WAIT_MS);
        }
    }
    return !has_quit(sound);
}

/* A resampler for what the decoder gives now; files may change in the middle. */
static bool prepare_resampler(struct sound *sound, const AVFrame *piece) {
    AVChannelLayout stereo = AV_CHANNEL_LAYOUT_STEREO;
    AVChannelLayout layout = {0};
    if (piece->sample_rate <= 0 || piece->sample_rate > RATE_MAX ||
        piece->ch_layout.nb_channels <= 0 || piece->ch_layout.nb_channels > 64) {
        return false;
    }
    if (sound->resampler != NULL) {
        return true;
    }
    if (piece->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&layout, piece->ch_layout.nb_channels);
    } else {
        av_channel_layout_copy(&layout, &piece->ch_layout);
    }
    int error =
        swr_alloc_set_opts2(&sound->resampler, &stereo, AV_SAMPLE_FMT_FLT, AUDIO_RATE, &layout,
                            (enum AVSampleFormat)piece->format, piece->sample_rate, 0, NULL);
    av_channel_layout_uninit(&layout);
    /* Loud surround sound is turned down as a whole when it is mixed down, rather than clipped. */
    if (error >= 0) {
        av_opt_set_double(sound->resampler, "rematrix_maxval", 1.0, 0);
    }
    if (error < 0 || swr_init(sound->resampler) < 0) {
        swr_free(&sound->resampler);
    }
    return sound->resampler != NULL;
}

/* Converts (a NULL piece: what is left in the resampler) and returns the number of pairs. */
static int convert(struct sound *sound, const AVFrame *piece) {
    int count = swr_get_out_samples(sound->resampler, piece != NULL ? piece->nb_samples : 0);
    if (count <= 0 || count > PIECE_MAX) {
        return 0;
    }
    if (count > sound->capacity) {
        sound->pairs = mem_resize(sound->pairs, (size_t)count * AUDIO_CHANNELS, sizeof(float));
        sound->capacity = count;
    }
    uint8_t *out = (uint8_t *)sound->pairs;
    const uint8_t *const *in = piece != NULL ? (const uint8_t *const *)piece->extended_data : NULL;
    return swr_convert(sound->resampler, &out, count, (const uint8_t **)(uintptr_t)in,
                       piece != NULL ? piece->nb_samples : 0);
}

/* The sample at which a time stamp is heard in this run. */
static int64_t index_of(const struct sound *sound, int64_t pts) {
    const AVStream *stream = sound->file.format->streams[sound->file.audio];
    /* A run begins with the first picture where there is one, and the sound is in step with it. */
    bool has_picture = sound->item->kind == ITEM_VIDEO && sound->file.video >= 0;
    const AVStream *leader = has_picture ? sound->file.format->streams[sound->file.video] : stream;
    int64_t origin = 0;
    if (leader->start_time != AV_NOPTS_VALUE) {
        origin = av_rescale_q(leader->start_time, leader->time_base, stream->time_base);
    }
    flick_t position = flick_muldiv(pts - origin, stream->time_base.num * FLICKS_PER_SECOND,
                                    stream->time_base.den);
    return audio_index_at(sound->play.start + position + AUDIO_SAMPLE / 2);
}

/* What the resampler still holds belongs right behind what was written. */
static bool drain_resampler(struct sound *sound) {
    bool goes_on = true;
    if (sound->resampler != NULL) {
        int count = convert(sound, NULL);
        if (count > 0 && sound->is_placed) {
            goes_on = write_pairs(sound, sound->next, sound->pairs, count);
        }
        swr_free(&sound->resampler);
    }
    sound->is_placed = false;
    return goes_on;
}

static bool take_piece(struct sound *sound, const AVFrame *piece) {
    if (piece->pts != AV_NOPTS_VALUE) {
        int64_t index = index_of(sound, piece->pts);
        /* Converted samples lag by what the resampler keeps; `next` counts what it has given. */
        int64_t held = sound->resampler != NULL ? swr_get_delay(sound->resampler, AUDIO_RATE) : 0;
        if (sound->is_placed && llabs(index - sound->next - held) > GAP_SAMPLES &&
            !drain_resampler(sound)) {
            return false;
        }
        if (!sound->is_placed) {
            sound->next = index;
            sound->is_placed = true;
        }
    }
    if (!sound->is_placed) {
        sound->next = audio_index_at(sound->play.start);
        sound->is_placed = true;
    }
    if (!prepare_resampler(sound, piece)) {
        return true;
    }
    int count = convert(sound, piece);
    if (count <= 0) {
        return true;
    }
    sound->has_sounded = true;
    int64_t index = sound->next;
    sound->next += count;
    return write_pairs(sound, index, sound->pairs, count);
}

/* Takes what the decoder has; false when the source is being closed or the run is full. */
static bool receive(struct sound *sound, int *error) {
    while ((*error = avcodec_receive_frame(sound->decoder, sound->piece)) >= 0) {
        bool goes_on = take_piece(sound, sound->piece);
        av_frame_unref(sound->piece);
        if (!goes_on || (sound->is_placed && sound->next >= audio_index_at(sound->play.end))) {
            return false;
        }
    }
    return true;
}

/* Until the run is full, the file ends, or the source is closed. */
static void decode_play(struct sound *sound) {
    int errors = 0;
    bool goes_on = true;
    while (goes_on && errors < ERRORS_MAX && !has_quit(sound)) {
        sound->file.deadline_us = clock_monotonic_us() + READ_LIMIT_US;
        if (av_read_frame(sound->file.format, sound->packet) < 0) {
            break;
        }
        if (sound->packet->stream_index == sound->file.audio) {
            int received = 0;
            int sent = avcodec_send_packet(sound->decoder, sound->packet);
            goes_on = receive(sound, &received);
            bool is_bad = sent < 0 || (received < 0 && received != AVERROR(EAGAIN));
            errors = is_bad ? errors + 1 : 0;
        }
        av_packet_unref(sound->packet);
    }
    if (goes_on && !has_quit(sound)) {
        int ignored = 0;
        avcodec_send_packet(sound->decoder, NULL);
        if (receive(sound, &ignored)) {
            drain_resampler(sound);
        }
    }
    avcodec_flush_buffers(sound->decoder);
    swr_free(&sound->resampler);
    sound->is_placed = false;
}

static void seek_to(struct sound *sound, flick_t position) {
    int64_t start = sound->file.format->start_time;
    int64_t target = flick_muldiv(position, AV_TIME_BASE, FLICKS_PER_SECOND);
    target += start != AV_NOPTS_VALUE ? start : 0;
    sound->file.deadline_us = clock_monotonic_us() + READ_LIMIT_US;
    if (av_seek_frame(sound->file.format, -1, target, AVSEEK_FLAG_BACKWARD) < 0) {
        av_seek_frame(sound->file.format, -1, 0, AVSEEK_FLAG_BACKWARD | AVSEEK_FLAG_BYTE);
    }
}

static bool open_all(struct sound *sound, char *problem, size_t size) {
    if (!media_file_open(&sound->file, sound->item->media->path, OPEN_LIMIT_US, &sound->quit,
                         problem, size)) {
        return false;
    }
    media_file_keep_only(&sound->file, sound->file.audio);
    sound->decoder = media_file_open_sound(&sound->file);
    sound->packet = av_packet_alloc();
    sound->piece = av_frame_alloc();
    if (sound->decoder == NULL || sound->packet == NULL || sound->piece == NULL) {
        snprintf(problem, size, "its sound cannot be decoded; use AAC");
        return false;
    }
    return true;
}

static void play_all(struct sound *sound) {
    flick_t t = sound->first;
    while (!has_quit(sound) && place_play(sound, t)) {
        flick_t position = t - sound->play.start;
        /* Also at the start of a run: some demuxers have read ahead while they were opened. */
        seek_to(sound, position > PREROLL ? position - PREROLL : 0);
        decode_play(sound);
        if (!sound->has_sounded) {
            return;
        }
        t = sound->play.end;
    }
}

/* Written only while nothing else is: the worker's last acts. */
static void finish(struct sound *sound, const char *problem) {
    bool failed = !has_quit(sound) && !sound->has_sounded;
    if (failed) {
        log_warning("%s: %s", sound->item->media->name,
                    problem[0] != 0 ? problem : "no sound in it can be decoded; use AAC");
    }
    audio_stream_end(sound->stream);
    pthread_mutex_lock(&sound->lock);
    sound->is_ready = true;
    sound->has_failed = failed;
    pthread_mutex_unlock(&sound->lock);
    wake_notify(source_services_wake(sound->services));
}

static void *sound_main(void *argument) {
    struct sound *sound = argument;
    char problem[160] = "";
    if (open_all(sound, problem, sizeof problem)) {
        play_all(sound);
    }
    finish(sound, problem);
    avcodec_free_context(&sound->decoder);
    av_packet_free(&sound->packet);
    av_frame_free(&sound->piece);
    swr_free(&sound->resampler);
    media_file_close(&sound->file);
    __atomic_store_n(&sound->is_done, true, __ATOMIC_RELEASE);
    return NULL;
}

static void release(void *self) {
    struct sound *sound = self;
    audio_stream_close(&sound->stream);
    pthread_mutex_destroy(&sound->lock);
    model_unref(&sound->model);
    free(sound->pairs);
    free(sound);
}

static void *sound_open(struct source_services *services, const struct source_request *request) {
    struct sound *sound = mem_zero(1, sizeof *sound);
    const struct media_facts *facts = &request->item->media->facts;
    sound->model = model_ref(request->model);
    sound->item = request->item;
    sound->services = services;
    sound->audio = source_services_audio(services);
    sound->started = request->started;
    sound->until = request->until;
    sound->length = request->until - request->started;
    sound->endless = request->endless;
    sound->first = request->first;
    sound->media_length = facts->duration > 0 ? facts->duration : sound->length;
    pthread_mutex_init(&sound->lock, NULL);
    if (sound->audio == NULL || !facts->has_audio || request->until == FLICK_NEVER) {
        sound->is_ready = true;
        return sound;
    }
    struct audio_stream_options options = {
        .first = request->first,
        .until = request->endless ? FLICK_NEVER : request->until,
        .percent = request->volume,
        .is_midway = request->first > request->started,
    };
    sound->stream = audio_stream_open(sound->audio, &options);
    int error = pthread_create(&sound->thread, NULL, sound_main, sound);
    sound->has_thread = error == 0;
    if (error != 0) {
        log_error("%s: no thread to decode its sound: %s; close other programs",
                  request->item->media->name, strerror(error));
        audio_stream_end(sound->stream);
        sound->is_ready = sound->has_failed = true;
    }
    return sound;
}

static void sound_close(void *self) {
    struct sound *sound = self;
    __atomic_store_n(&sound->quit, true, __ATOMIC_RELEASE);
    if (sound->has_thread) {
        audio_stream_retime(sound->stream, FLICK_NEVER, 0); /* heard no longer, from now on */
        source_services_adopt(sound->services, sound->thread, &sound->is_done, release, sound);
    } else {
        release(sound);
    }
}

static enum source_state sound_state(const void *self) {
    struct sound *sound = (struct sound *)(uintptr_t)self;
    pthread_mutex_lock(&sound->lock);
    bool fails = sound->has_failed && sound->item->kind == ITEM_AUDIO;
    enum source_state state = fails             ? SOURCE_FAILED
                              : sound->is_ready ? SOURCE_READY
                                                : SOURCE_OPENING;
    pthread_mutex_unlock(&sound->lock);
    return state;
}

static size_t sound_layers_at(void *self, flick_t t, struct layer layers[SOURCE_LAYERS_MAX],
                              flick_t *unchanged_until) {
    (void)self;
    (void)t;
    (void)layers;
    *unchanged_until = FLICK_NEVER;
    return 0;
}

/* Whether every sample was there is asked of the mixer (audio_is_ready). */
static bool sound_is_exact_at(void *self, flick_t t) {
    (void)t;
    return sound_state(self) != SOURCE_OPENING;
}

static void sound_retime(void *self, flick_t until, bool endless, int volume) {
    struct sound *sound = self;
    pthread_mutex_lock(&sound->lock);
    sound->until = until;
    sound->endless = endless;
    pthread_mutex_unlock(&sound->lock);
    if (sound->stream != NULL) {
        audio_stream_retime(sound->stream, endless ? FLICK_NEVER : until, volume);
    }
}

const struct source_kind source_sound = {
    .open = sound_open,
    .close = sound_close,
    .state = sound_state,
    .layers_at = sound_layers_at,
    .is_exact_at = sound_is_exact_at,
    .retime = sound_retime,
};
