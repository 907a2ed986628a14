/* source_av.c: a video as a stream of display-size frames, made ahead by a worker of its own.
 *
 * The worker walks through *plays*: one run of the file from its start, placed at an instant. A
 * showing longer than the file is several plays; an endless source goes on into the next showing
 * without reopening anything. Frames carry the stretch of time for which they are on screen; the
 * main thread drops what is over and takes the first that is not. It only ever holds the lock to
 * move pointers. Sound is not played by this version. */
#include <libavcodec/avcodec.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/wake.h"
#include "gfx/frame.h"
#include "media/convert.h"
#include "media/media_file.h"
#include "media/services_internal.h"
#include "media/source_kind.h"
#include "model/model.h"

#define QUEUE_LENGTH        4
#define READ_LIMIT_US       2000000
#define OPEN_LIMIT_US       2000000
#define SCALED_PIXELS_MAX   (64 * 1024 * 1024)
#define ERRORS_MAX          200 /* bad packets in a row before the file is given up */
#define PIXELS_PER_S_SINGLE (1920 * 1080 * 31) /* up to here one decoder thread is enough */

struct queued {
    struct frame *frame;
    flick_t start;
    flick_t end; /* when the next one takes over; the last of a play holds until the play's end */
};

struct av {
    struct model *model;
    const struct item *item;
    struct source_services *services;
    struct wake *wake;
    bool is_realtime;
    struct placement placement;
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t lock; /* guards from here to `handed_out` */
    pthread_cond_t moved; /* space in the queue, new times, or quit */
    struct queued queue[QUEUE_LENGTH];
    int count;
    flick_t started; /* of the showing being decoded */
    flick_t until;
    flick_t length; /* of one showing */
    bool endless;
    flick_t wanted; /* the latest instant that was asked for */
    bool finished;  /* no frame comes any more */
    bool failed;
    struct frame *handed_out; /* what the last call gave */

    bool quit;    /* atomic */
    bool is_done; /* atomic: the worker's last act */

    /* worker only */
    struct media_file file;
    AVCodecContext *decoder;
    AVPacket *packet;
    AVFrame *picture;
    struct converter *converter;
    struct frame_pool *pool;
    flick_t play_start;
    flick_t play_end;
    flick_t media_length;
    int64_t first_pts;
    int64_t shown; /* frames put into the queue */
    bool warned_short;
};

static bool has_quit(struct av *av) {
    return __atomic_load_n(&av->quit, __ATOMIC_ACQUIRE);
}

/* When a picture of this play is on screen: by number where the rate is constant, else by its own
 * time stamp. */
static struct queued time_of(const struct av *av, const AVFrame *picture) {
    const struct media_facts *facts = &av->item->media->facts;
    AVRational base = av->file.format->streams[av->file.video]->time_base;
    int64_t pts = picture->best_effort_timestamp;
    flick_t position = flick_muldiv(pts - av->first_pts, base.num * FLICKS_PER_SECOND, base.den);
    struct queued q = {.start = av->play_start + position};
    bool has_rate = facts->rate.num > 0;
    flick_t step = has_rate ? flick_of_frame(1, facts->rate) : FLICKS_PER_SECOND / 25;
    if (has_rate && !facts->variable_rate) {
        int64_t number = flick_frame_at(position + step / 2, facts->rate);
        q.start = av->play_start + flick_of_frame(number, facts->rate);
        q.end = av->play_start + flick_of_frame(number + 1, facts->rate);
    } else {
        q.end = q.start + step;
    }
    return q;
}

/* Waits for a place in the queue; false when the source is being closed. */
static bool wait_for_space(struct av *av) {
    pthread_mutex_lock(&av->lock);
    while (av->count == QUEUE_LENGTH && !has_quit(av)) {
        pthread_cond_wait(&av->moved, &av->lock);
    }
    pthread_mutex_unlock(&av->lock);
    return !has_quit(av);
}

static void push(struct av *av, struct queued q) {
    pthread_mutex_lock(&av->lock);
    if (av->count > 0) {
        av->queue[av->count - 1].end = q.start; /* irregular rates: until the next one */
    }
    av->queue[av->count++] = q;
    pthread_mutex_unlock(&av->lock);
    av->shown++;
    wake_notify(av->wake);
}

/* Not needed: before the first instant asked for, or (in real time) already over. */
static bool is_over(struct av *av, const struct queued *q) {
    pthread_mutex_lock(&av->lock);
    flick_t wanted = av->wanted;
    bool nothing_yet = av->count == 0 && av->shown == 0;
    pthread_mutex_unlock(&av->lock);
    return q->end <= wanted && (av->is_realtime || nothing_yet);
}

static void take_picture(struct av *av, const AVFrame *picture) {
    if (av->first_pts == AV_NOPTS_VALUE) {
        av->first_pts = picture->best_effort_timestamp;
    }
    struct queued q = time_of(av, picture);
    if (q.start < av->play_start || q.start >= av->play_end || is_over(av, &q)) {
        return;
    }
    if (!wait_for_space(av) || is_over(av, &q)) {
        return;
    }
    q.frame = frame_pool_take(av->pool);
    if (q.frame != NULL && converter_run(av->converter, picture, q.frame)) {
        q.frame->number = q.start;
        push(av, q);
    } else {
        frame_unref(&q.frame);
    }
}

static int receive(struct av *av) {
    int error;
    while ((error = avcodec_receive_frame(av->decoder, av->picture)) >= 0) {
        if (!has_quit(av)) {
            take_picture(av, av->picture);
        }
        av_frame_unref(av->picture);
    }
    return error;
}

/* Reads and decodes until the file ends or the play is over. */
static void decode_play(struct av *av) {
    int errors = 0;
    while (!has_quit(av) && errors < ERRORS_MAX) {
        av->file.deadline_us = clock_monotonic_us() + READ_LIMIT_US;
        if (av_read_frame(av->file.format, av->packet) < 0) {
            break;
        }
        if (av->packet->stream_index == av->file.video) {
            int sent = avcodec_send_packet(av->decoder, av->packet);
            int received = receive(av);
            bool is_bad = sent < 0 || (received < 0 && received != AVERROR(EAGAIN));
            errors = is_bad ? errors + 1 : 0;
        }
        av_packet_unref(av->packet);
    }
    if (!has_quit(av)) {
        avcodec_send_packet(av->decoder, NULL);
        receive(av);
        avcodec_flush_buffers(av->decoder);
    }
}

/* The last picture of a play stays until the play is over, also where the file is too short. */
static void hold_last(struct av *av) {
    pthread_mutex_lock(&av->lock);
    flick_t gap = 0;
    if (av->count > 0) {
        gap = av->play_end - av->queue[av->count - 1].end;
        av->queue[av->count - 1].end = av->play_end;
    }
    pthread_mutex_unlock(&av->lock);
    if (gap > FLICKS_PER_SECOND && !av->warned_short) {
        av->warned_short = true;
        log_warning("%s: the file ends %.1f s early; copy it again", av->item->media->name,
                    flick_to_seconds(gap));
    }
}

static bool seek_to(struct av *av, flick_t position) {
    AVStream *stream = av->file.format->streams[av->file.video];
    int64_t start = stream->start_time != AV_NOPTS_VALUE ? stream->start_time : 0;
    int64_t target = start + flick_muldiv(position, stream->time_base.den,
                                          stream->time_base.num * FLICKS_PER_SECOND);
    av->file.deadline_us = clock_monotonic_us() + READ_LIMIT_US;
    return av_seek_frame(av->file.format, av->file.video, target, AVSEEK_FLAG_BACKWARD) >= 0 ||
           av_seek_frame(av->file.format, -1, 0, AVSEEK_FLAG_BACKWARD) >= 0;
}

static flick_t min_flick(flick_t a, flick_t b) {
    return a < b ? a : b;
}

/* The play that contains `t`, in the showing that contains it. */
static void place_play(struct av *av, flick_t t) {
    pthread_mutex_lock(&av->lock);
    while (av->endless && t >= av->started + av->length) {
        av->started += av->length;
    }
    flick_t showing_end = av->endless ? av->started + av->length : av->until;
    flick_t into = t - av->started;
    av->play_start = av->started + into / av->media_length * av->media_length;
    av->play_end = min_flick(av->play_start + av->media_length, showing_end);
    pthread_mutex_unlock(&av->lock);
}

/* Moves on to the play after this one; false when the showing is over and nothing follows. */
static bool next_play(struct av *av) {
    pthread_mutex_lock(&av->lock);
    bool goes_on = av->endless || av->play_end < av->until;
    pthread_mutex_unlock(&av->lock);
    if (goes_on) {
        place_play(av, av->play_end);
    }
    return goes_on;
}

static bool open_decoder(struct av *av) {
    const AVCodecParameters *par = av->file.format->streams[av->file.video]->codecpar;
    const struct media_facts *facts = &av->item->media->facts;
    const AVCodec *codec = avcodec_find_decoder(par->codec_id);
    av->decoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
    if (av->decoder == NULL || avcodec_parameters_to_context(av->decoder, par) < 0) {
        return false;
    }
    double rate = facts->rate.num > 0 ? (double)facts->rate.num / (double)facts->rate.den : 30;
    av->decoder->thread_count =
        par->width * (double)par->height * rate > PIXELS_PER_S_SINGLE ? 2 : 1;
    av->decoder->max_pixels = (int64_t)MEDIA_SIDE_MAX * MEDIA_SIDE_MAX;
    av->decoder->pkt_timebase = av->file.format->streams[av->file.video]->time_base;
    return avcodec_open2(av->decoder, codec, NULL) >= 0;
}

static bool open_all(struct av *av, char *problem, size_t size) {
    if (!media_file_open(&av->file, av->item->media->path, OPEN_LIMIT_US, &av->quit, problem,
                         size)) {
        return false;
    }
    for (unsigned i = 0; i < av->file.format->nb_streams; i++) {
        bool is_wanted = (int)i == av->file.video;
        av->file.format->streams[i]->discard = is_wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    av->packet = av_packet_alloc();
    av->picture = av_frame_alloc();
    if (av->file.video < 0 || av->packet == NULL || av->picture == NULL || !open_decoder(av)) {
        snprintf(problem, size, "its video cannot be decoded; use H.264 in MP4");
        return false;
    }
    struct size scaled = av->placement.scaled;
    if ((int64_t)scaled.w * scaled.h > SCALED_PIXELS_MAX) {
        snprintf(problem, size, "it would be larger than 64 megapixels on screen; use another fit");
        return false;
    }
    av->converter = converter_create(scaled, av->item->media->facts.rotation);
    av->pool = frame_pool_create(FRAME_BGRX, scaled.w, scaled.h, QUEUE_LENGTH + 2);
    return true;
}

static void play_all(struct av *av) {
    const struct media_facts *facts = &av->item->media->facts;
    av->media_length = facts->duration > 0 ? facts->duration : av->length;
    place_play(av, av->wanted);
    flick_t position = av->wanted - av->play_start;
    const AVStream *stream = av->file.format->streams[av->file.video];
    av->first_pts = stream->start_time;
    if (position > 0) {
        seek_to(av, position);
    }
    for (;;) {
        int64_t before = av->shown;
        decode_play(av);
        if (has_quit(av)) {
            return; /* closed in the middle: the file is not at fault */
        }
        hold_last(av);
        bool gave_nothing = av->shown == before && !av->is_realtime;
        if (gave_nothing || !next_play(av) || !seek_to(av, 0)) {
            return;
        }
    }
}

static void end(struct av *av, const char *problem) {
    bool failed = !has_quit(av) && (problem != NULL || av->shown == 0);
    if (failed) {
        log_error("%s: %s", av->item->media->name,
                  problem != NULL ? problem : "no picture in it can be decoded");
    }
    pthread_mutex_lock(&av->lock);
    av->finished = true;
    av->failed = failed;
    pthread_mutex_unlock(&av->lock);
    wake_notify(av->wake);
}

static void *worker_main(void *argument) {
    struct av *av = argument;
    char problem[160] = "";
    if (open_all(av, problem, sizeof problem)) {
        play_all(av);
        end(av, NULL);
    } else {
        end(av, problem);
    }
    avcodec_free_context(&av->decoder);
    av_packet_free(&av->packet);
    av_frame_free(&av->picture);
    media_file_close(&av->file);
    converter_destroy(&av->converter);
    __atomic_store_n(&av->is_done, true, __ATOMIC_RELEASE);
    return NULL;
}

static void release(void *self) {
    struct av *av = self;
    for (int i = 0; i < av->count; i++) {
        frame_unref(&av->queue[i].frame);
    }
    frame_unref(&av->handed_out);
    frame_pool_destroy(&av->pool);
    pthread_cond_destroy(&av->moved);
    pthread_mutex_destroy(&av->lock);
    model_unref(&av->model);
    free(av);
}

static void *av_open(struct source_services *services, const struct source_request *request) {
    struct av *av = mem_zero(1, sizeof *av);
    const struct media_facts *facts = &request->item->media->facts;
    av->model = model_ref(request->model);
    av->item = request->item;
    av->services = services;
    av->wake = source_services_wake(services);
    av->is_realtime = source_services_is_realtime(services);
    av->started = request->started;
    av->until = request->until;
    av->length = request->until - request->started;
    av->endless = request->endless;
    av->wanted = request->first;
    pthread_mutex_init(&av->lock, NULL);
    pthread_cond_init(&av->moved, NULL);
    if (request->item->kind == ITEM_AUDIO) {
        av->finished = true; /* nothing to look at */
        return av;
    }
    av->placement = rect_fit(facts->size, request->zone, request->item->fit);
    int error = pthread_create(&av->thread, NULL, worker_main, av);
    av->has_thread = error == 0;
    if (error != 0) {
        log_error("%s: no thread to decode it: %s; close other programs",
                  request->item->media->name, strerror(error));
        av->finished = av->failed = true;
    }
    return av;
}

static void av_close(void *self) {
    struct av *av = self;
    pthread_mutex_lock(&av->lock);
    __atomic_store_n(&av->quit, true, __ATOMIC_RELEASE);
    pthread_cond_signal(&av->moved);
    pthread_mutex_unlock(&av->lock);
    if (av->has_thread) {
        source_services_adopt(av->services, av->thread, &av->is_done, release, av);
    } else {
        release(av);
    }
}

static enum source_state av_state(const void *self) {
    struct av *av = (struct av *)(uintptr_t)self;
    if (av->item->kind == ITEM_AUDIO) {
        return SOURCE_READY;
    }
    pthread_mutex_lock(&av->lock);
    enum source_state state = av->failed                                ? SOURCE_FAILED
                              : av->count > 0 || av->handed_out != NULL ? SOURCE_READY
                                                                        : SOURCE_OPENING;
    pthread_mutex_unlock(&av->lock);
    return state;
}

/* Drops what is over; the first frame left is the one for t, or the last there is. */
static void advance(struct av *av, flick_t t) {
    int over = 0;
    while (over + 1 < av->count && av->queue[over + 1].start <= t) {
        over++;
    }
    for (int i = 0; i < over; i++) {
        frame_unref(&av->queue[i].frame);
    }
    memmove(av->queue, av->queue + over, (size_t)(av->count - over) * sizeof av->queue[0]);
    av->count -= over;
    av->wanted = t > av->wanted ? t : av->wanted;
    if (over > 0) {
        pthread_cond_signal(&av->moved);
    }
}

/* The glide of fit = "pan": the whole way in the time of the showing. */
static struct rect part_at(const struct av *av, flick_t t) {
    const struct placement *p = &av->placement;
    flick_t into = av->endless ? (t - av->started) % av->length : t - av->started;
    into = into < 0 ? 0 : into > av->length ? av->length : into;
    int dx = (int)flick_muldiv(p->pan_x, into, av->length);
    int dy = (int)flick_muldiv(p->pan_y, into, av->length);
    return rect_move(p->part_in_scaled, dx, dy);
}

static size_t av_layers_at(void *self, flick_t t, struct layer layers[SOURCE_LAYERS_MAX],
                           flick_t *unchanged_until) {
    struct av *av = self;
    *unchanged_until = FLICK_NEVER;
    pthread_mutex_lock(&av->lock);
    advance(av, t);
    bool has_frame = av->count > 0;
    if (has_frame) {
        frame_unref(&av->handed_out);
        av->handed_out = frame_ref(av->queue[0].frame);
        *unchanged_until = av->queue[0].end > t ? av->queue[0].end : t + 1;
        layers[0] = (struct layer){
            .frame = av->handed_out,
            .from_in_frame = part_at(av, t),
            .to_on_canvas = av->placement.place_in_area,
            .clip_on_canvas = av->placement.place_in_area,
            .opacity = 255,
        };
    }
    if (av->placement.pan_x > 0 || av->placement.pan_y > 0) {
        *unchanged_until = t + 1;
    }
    pthread_mutex_unlock(&av->lock);
    return has_frame;
}

static bool av_is_exact_at(void *self, flick_t t) {
    struct av *av = self;
    pthread_mutex_lock(&av->lock);
    advance(av, t);
    bool is_there = av->count > 0 && av->queue[0].start <= t && t < av->queue[0].end;
    bool exact = av->finished || av->failed || is_there;
    pthread_mutex_unlock(&av->lock);
    return exact;
}

static void av_retime(void *self, flick_t until, bool endless, int volume) {
    struct av *av = self;
    (void)volume;
    pthread_mutex_lock(&av->lock);
    av->until = until;
    av->endless = endless;
    pthread_cond_signal(&av->moved);
    pthread_mutex_unlock(&av->lock);
}

const struct source_kind source_av = {
    .open = av_open,
    .close = av_close,
    .state = av_state,
    .layers_at = av_layers_at,
    .is_exact_at = av_is_exact_at,
    .retime = av_retime,
};
