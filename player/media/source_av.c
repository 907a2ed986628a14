/* source_av.c: a video as a stream of display-size frames, made ahead by a worker of its own.
 *
 * The worker pulls pictures out of video_decode.h, converts those that will be on screen and puts
 * them into a short queue with the stretch of time for which each is shown; the main thread drops
 * what is over and takes the first that is not. It only ever holds the lock to move pointers. A
 * showing longer than the file is several runs through it; an endless source goes on into the next
 * showing without reopening anything. The last picture stays where nothing follows.
 * Sound is another track (source_sound.h). */
#include <libavutil/frame.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/wake.h"
#include "gfx/frame.h"
#include "media/convert.h"
#include "media/services_internal.h"
#include "media/source_kind.h"
#include "media/video_decode.h"
#include "media/video_ladder.h"
#include "media/video_rounds.h"
#include "model/model.h"

#define QUEUE_LENGTH_MAX  12
#define QUEUE_LENGTH_LOW  4
#define QUEUE_LENGTH_MIN  2
#define QUEUE_BYTES       (12 * 1024 * 1024)
#define SCALED_PIXELS_MAX (64 * 1024 * 1024)
#define LATE_PICTURE_US   250000 /* a decoder that is too slow shows a picture this often */
/* So far behind, the worker goes where the clock is; so far back, the clock has been set. */
#define LAG_MAX    (3 * FLICKS_PER_SECOND)
#define BACK_MIN   (2 * FLICKS_PER_SECOND)
#define BACK_CALLS 8 /* in a row; a transition asks for the past now and then */

struct queued {
    struct frame *frame;
    flick_t start;
    flick_t end;       /* when the next one takes over */
    bool is_estimated; /* the end, until the next one is there */
};

struct av {
    struct model *model;
    const struct item *item;
    struct source_services *services;
    struct wake *wake;
    bool is_realtime;
    bool hurries; /* worker: the first picture decoded is shown until the right one is there */
    struct converter_options convert;
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t lock; /* guards from here to `handed_out` */
    pthread_cond_t moved; /* space in the queue, new times, or quit */
    struct queued queue[QUEUE_LENGTH_MAX];
    int count;
    int room;        /* pictures to make ahead */
    bool rests;      /* the worker, until there is room again */
    bool is_started; /* has been asked for its picture */
    struct video_showing showing;
    bool was_endless;
    flick_t wanted; /* the latest instant that was asked for */
    int back_calls;
    bool restarts; /* the clock has been set back: begin anew at `wanted` */
    bool finished; /* no frame comes any more */
    bool failed;
    struct frame *handed_out; /* what the last call gave */

    bool quit;    /* atomic */
    bool is_done; /* atomic: the worker's last act */

    /* worker only */
    struct video_decode *decode;
    char *verdicts; /* state file */
    struct converter *converter;
    struct video_ladder ladder;
    flick_t first;   /* the instant at which the worker began */
    AVFrame *passed; /* the newest picture before the first wanted one */
    struct queued passed_time;
    int64_t shown; /* frames put into the queue */
    int64_t shown_us;
};

static bool has_quit(struct av *av) {
    return __atomic_load_n(&av->quit, __ATOMIC_ACQUIRE);
}

/* ---- worker --------------------------------------------------------------------------------- */

/* How many pictures are made ahead: few where they are large, and only the first one of those
 * before the source is on screen, as two sources are open around a change. */
static int room_for(struct size size) {
    int64_t bytes = INT64_C(4) * size.w * size.h;
    int room =
        (int)(QUEUE_BYTES / bytes < QUEUE_LENGTH_MAX ? QUEUE_BYTES / bytes : QUEUE_LENGTH_MAX);
    return room < QUEUE_LENGTH_MIN ? QUEUE_LENGTH_MIN : room;
}

/* A long queue, once full, is left to run low: several pictures in a row cost less than as many
 * single ones, as the processor's caches still hold what the decoder needs. */
static bool has_to_rest(struct av *av) {
    bool waits_for_its_time = av->room < QUEUE_LENGTH_MAX && !av->is_started;
    int most = waits_for_its_time ? 1 : av->room;
    int low = most == QUEUE_LENGTH_MAX ? QUEUE_LENGTH_LOW : most - 1;
    av->rests = av->count >= most || (av->rests && av->count > low);
    return av->rests;
}

/* Waits for a place in the queue; false when the picture is no longer wanted. */
static bool wait_for_space(struct av *av) {
    pthread_mutex_lock(&av->lock);
    while (has_to_rest(av) && !has_quit(av) && !av->restarts) {
        pthread_cond_wait(&av->moved, &av->lock);
    }
    bool goes_on = !has_quit(av) && !av->restarts;
    pthread_mutex_unlock(&av->lock);
    return goes_on;
}

/* What was converted while the clock was set back is from another time: it goes. */
static void push(struct av *av, struct queued q) {
    pthread_mutex_lock(&av->lock);
    if (av->restarts) {
        frame_unref(&q.frame);
    } else {
        if (av->count > 0) {
            av->queue[av->count - 1].end = q.start;
            av->queue[av->count - 1].is_estimated = false;
        }
        av->queue[av->count++] = q;
        av->shown++;
        av->shown_us = clock_monotonic_us();
    }
    pthread_mutex_unlock(&av->lock);
    wake_notify(av->wake);
}

static flick_t wanted_of(struct av *av) {
    pthread_mutex_lock(&av->lock);
    flick_t wanted = av->wanted;
    pthread_mutex_unlock(&av->lock);
    return wanted;
}

/* In real time what is over is not converted any more; now and then it is, so that a decoder that
 * never catches up shows something. */
static bool is_too_late(struct av *av, const struct queued *q) {
    return av->is_realtime && q->end <= wanted_of(av) &&
           clock_monotonic_us() - av->shown_us < LATE_PICTURE_US;
}

static void show(struct av *av, const AVFrame *picture, struct queued q) {
    if (is_too_late(av, &q) || !wait_for_space(av) || is_too_late(av, &q)) {
        return;
    }
    if (av->converter == NULL) {
        av->convert.wants_yuv = source_services_wants_yuv(av->services, &av->quit);
        av->converter = converter_create(&av->convert);
    }
    q.frame = converter_run(av->converter, picture);
    if (q.frame != NULL) {
        q.frame->number = q.start;
        push(av, q);
    }
}

/* The picture before the first wanted one is shown when it turns out to last until then: rates are
 * irregular, and files end early. */
static void show_passed(struct av *av, flick_t until) {
    if (av->passed->width > 0 && av->shown == 0 && until > av->first) {
        av->passed_time.end = until;
        av->passed_time.is_estimated = false;
        show(av, av->passed, av->passed_time);
    }
    av_frame_unref(av->passed);
}

/* Key frames may be seconds apart: from the nearest one before. It does not count as shown. */
static void show_early(struct av *av, const AVFrame *picture, struct queued q) {
    if (av->hurries) {
        av->hurries = false;
        q.end = av->first;
        q.is_estimated = true;
        show(av, picture, q);
        av->shown = 0;
    }
}

static void take_picture(struct av *av, const struct video_decode_picture *picture) {
    struct queued q = {NULL, picture->start, picture->end, picture->is_estimated};
    if (av->shown > 0) {
        show(av, picture->frame, q);
    } else if ((q.is_estimated ? q.start : q.end) <= av->first) {
        av_frame_unref(av->passed);
        av_frame_ref(av->passed, picture->frame);
        av->passed_time = q;
        show_early(av, picture->frame, q);
    } else {
        show_passed(av, q.start);
        show(av, picture->frame, q);
    }
}

static void apply_effort(struct av *av) {
    static const char *const lines[VIDEO_EFFORTS] = {
        "decoded in full again",
        "this machine is too slow for it; parts of it are decoded roughly (prepare it for this "
        "screen)",
        "this machine is too slow for it; half of it is decoded roughly (prepare it for this "
        "screen)",
        "this machine is too slow for it; all of it is decoded roughly (prepare it for this "
        "screen)",
        "this machine is too slow for it; some pictures are left out (prepare it for this screen)",
        "this machine is too slow for it; stills are shown (prepare it for this screen)",
    };
    video_decode_set_effort(av->decode, av->ladder.effort);
    if (video_ladder_is_news(&av->ladder)) {
        log_warning("%s: %s", av->item->media->name, lines[av->ladder.effort]);
    }
}

static bool next_play(void *context, const struct video_play *play, struct video_play *next) {
    struct av *av = context;
    pthread_mutex_lock(&av->lock);
    bool goes_on = video_play_next(&av->showing, video_decode_length(av->decode), play, next);
    pthread_mutex_unlock(&av->lock);
    if (goes_on && video_ladder_rise(&av->ladder)) {
        apply_effort(av);
    }
    return goes_on;
}

static bool is_shrunk(struct size coded, struct size scaled, int times) {
    return scaled.w * times <= coded.w && scaled.h * times <= coded.h;
}

/* At half its size or less, a picture that nothing refers to looks the same without deblocking, at
 * a third also one between others (docs/performance.md): in H.264, that is, as in HEVC all pictures
 * may be of that kind and the difference would grow from one to the next. */
static enum video_effort least_effort(const struct av *av) {
    const struct media_facts *facts = &av->item->media->facts;
    struct size scaled = av->convert.placement.scaled;
    if (is_shrunk(facts->size, scaled, 3) && strcmp(facts->codec, "h264") == 0) {
        return VIDEO_EFFORT_ROUGHER;
    }
    return is_shrunk(facts->size, scaled, 2) ? VIDEO_EFFORT_ROUGH : VIDEO_EFFORT_FULL;
}

static bool open_all(struct av *av, char *problem, size_t size) {
    struct size scaled = av->convert.placement.scaled;
    if ((int64_t)scaled.w * scaled.h > SCALED_PIXELS_MAX) {
        snprintf(problem, size, "it would be larger than 64 megapixels on screen; use another fit");
        return false;
    }
    video_ladder_begin(&av->ladder, least_effort(av));
    av->verdicts = av->is_realtime ? file_in_state_folder("decoders") : NULL;
    struct video_decode_options options = {.media = av->item->media,
                                           .verdicts = av->verdicts,
                                           .quit = &av->quit,
                                           .effort = av->ladder.effort,
                                           .next_play = next_play,
                                           .context = av};
    av->decode = video_decode_open(&options, problem, size);
    av->passed = av_frame_alloc();
    return av->decode != NULL && av->passed != NULL;
}

/* Less effort when the decoder falls behind. */
static void mind_the_lag(struct av *av, const struct video_decode_picture *picture) {
    if (!av->is_realtime || av->shown == 0) {
        return;
    }
    flick_t lag = wanted_of(av) - picture->end;
    if (video_ladder_note(&av->ladder, lag, clock_monotonic_us())) {
        apply_effort(av);
    }
    if (lag > LAG_MAX) {
        pthread_mutex_lock(&av->lock);
        av->restarts = true;
        pthread_mutex_unlock(&av->lock);
    }
}

/* To the picture that is wanted now. */
static void begin(struct av *av) {
    pthread_mutex_lock(&av->lock);
    av->first = av->wanted;
    av->restarts = false;
    struct video_play play =
        video_play_at(&av->showing, video_decode_length(av->decode), av->wanted);
    pthread_mutex_unlock(&av->lock);
    av_frame_unref(av->passed);
    video_decode_begin(av->decode, &play, av->first);
}

static bool has_to_restart(struct av *av) {
    pthread_mutex_lock(&av->lock);
    bool restarts = av->restarts;
    pthread_mutex_unlock(&av->lock);
    return restarts;
}

/* Decodes until nothing follows; false with the reason when the file gives out before. */
static bool play_all(struct av *av, char *problem, size_t size) {
    struct video_decode_picture picture;
    enum video_decode_result result;
    begin(av);
    while ((result = video_decode_next(av->decode, &picture)) == VIDEO_DECODE_PICTURE) {
        take_picture(av, &picture);
        mind_the_lag(av, &picture);
        if (has_to_restart(av)) {
            begin(av);
        }
    }
    if (result == VIDEO_DECODE_FAILED) {
        snprintf(problem, size, "%s", video_decode_problem(av->decode));
        return false;
    }
    show_passed(av, FLICK_NEVER);
    if (av->shown == 0) {
        snprintf(problem, size, "no picture in it can be decoded");
    }
    return av->shown > 0;
}

static void end(struct av *av, bool good, const char *problem) {
    bool failed = !good && !has_quit(av);
    if (failed) {
        log_error("%s: %s", av->item->media->name, problem);
    }
    pthread_mutex_lock(&av->lock);
    if (av->count > 0) {
        av->queue[av->count - 1].end = FLICK_NEVER;
        av->queue[av->count - 1].is_estimated = false;
    }
    av->finished = true;
    av->failed = failed;
    pthread_mutex_unlock(&av->lock);
    wake_notify(av->wake);
}

static void *worker_main(void *argument) {
    struct av *av = argument;
    char problem[160] = "";
    bool good = open_all(av, problem, sizeof problem) && play_all(av, problem, sizeof problem);
    end(av, good, problem);
    video_decode_close(&av->decode);
    free(av->verdicts);
    converter_destroy(&av->converter);
    av_frame_free(&av->passed);
    __atomic_store_n(&av->is_done, true, __ATOMIC_RELEASE);
    return NULL;
}

/* ---- main thread ---------------------------------------------------------------------------- */

static void release(void *self) {
    struct av *av = self;
    for (int i = 0; i < av->count; i++) {
        frame_unref(&av->queue[i].frame);
    }
    frame_unref(&av->handed_out);
    pthread_cond_destroy(&av->moved);
    pthread_mutex_destroy(&av->lock);
    model_unref(&av->model);
    free(av);
}

static void start_worker(struct av *av) {
    int error = pthread_create(&av->thread, NULL, worker_main, av);
    av->has_thread = error == 0;
    if (error != 0) {
        log_error("%s: no thread to decode it: %s; close other programs", av->item->media->name,
                  strerror(error));
        av->finished = av->failed = true;
    } else {
        pthread_setname_np(av->thread, "video");
    }
}

static void *av_open(struct source_services *services, const struct source_request *request) {
    struct av *av = mem_zero(1, sizeof *av);
    const struct media_facts *facts = &request->item->media->facts;
    av->model = model_ref(request->model);
    av->item = request->item;
    av->services = services;
    av->wake = source_services_wake(services);
    av->is_realtime = source_services_is_realtime(services);
    av->hurries = request->hurries && av->is_realtime;
    av->showing = (struct video_showing){.started = request->started,
                                         .until = request->until,
                                         .length = request->until - request->started,
                                         .endless = request->endless};
    av->was_endless = request->endless;
    av->wanted = request->first;
    pthread_mutex_init(&av->lock, NULL);
    pthread_cond_init(&av->moved, NULL);
    av->convert = (struct converter_options){
        .placement = rect_fit(facts->size, request->zone, request->item->fit),
        .rotation = facts->rotation,
        .mirrored = facts->mirrored,
    };
    const struct placement *p = &av->convert.placement;
    bool is_panned = p->pan_x > 0 || p->pan_y > 0;
    av->room =
        room_for(is_panned ? p->scaled : (struct size){p->part_in_scaled.w, p->part_in_scaled.h});
    av->convert.usual = av->room;
    start_worker(av);
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
    pthread_mutex_lock(&av->lock);
    enum source_state state = av->failed                                ? SOURCE_FAILED
                              : av->count > 0 || av->handed_out != NULL ? SOURCE_READY
                                                                        : SOURCE_OPENING;
    pthread_mutex_unlock(&av->lock);
    return state;
}

/* The clock has been set back while a picture from later was shown. */
static void go_back(struct av *av, flick_t t) {
    for (int i = 0; i < av->count; i++) {
        frame_unref(&av->queue[i].frame);
    }
    av->count = 0;
    av->wanted = t;
    av->restarts = true;
    pthread_cond_signal(&av->moved);
}

/* Drops what is over; the first frame left is the one for t, or the last there is. */
static void advance(struct av *av, flick_t t) {
    int over = 0;
    bool is_back = av->is_started && t < av->wanted - BACK_MIN && t >= av->showing.started;
    av->back_calls = is_back ? av->back_calls + 1 : 0;
    if (av->back_calls >= BACK_CALLS && !av->finished) {
        go_back(av, t);
    }
    while (over + 1 < av->count && av->queue[over + 1].start <= t) {
        over++;
    }
    for (int i = 0; i < over; i++) {
        frame_unref(&av->queue[i].frame);
    }
    memmove(av->queue, av->queue + over, (size_t)(av->count - over) * sizeof av->queue[0]);
    av->count -= over;
    av->wanted = t > av->wanted ? t : av->wanted;
    if (over > 0 || !av->is_started) {
        av->is_started = true;
        if (!has_to_rest(av)) {
            pthread_cond_signal(&av->moved);
        }
    }
}

/* The glide of fit = "pan": the whole way in the time of the showing. */
static struct rect part_at(const struct av *av, flick_t t) {
    const struct placement *p = &av->convert.placement;
    flick_t length = av->showing.length > 0 ? av->showing.length : 1;
    flick_t into = t - av->showing.started;
    into = av->was_endless ? into % length : into;
    into = into < 0 ? 0 : into > length ? length : into;
    int dx = (int)flick_muldiv(p->pan_x, into, length);
    int dy = (int)flick_muldiv(p->pan_y, into, length);
    return rect_move(p->part_in_scaled, dx, dy);
}

/* The first in the queue is what is to be seen at t. Pictures come in order: where it is for later,
 * there is none for t. */
static bool is_known_at(const struct av *av, flick_t t) {
    return av->count > 0 && t < av->queue[0].end && !av->queue[0].is_estimated;
}

static size_t av_layers_at(void *self, flick_t t, struct layer layers[SOURCE_LAYERS_MAX],
                           flick_t *unchanged_until) {
    struct av *av = self;
    const struct placement *p = &av->convert.placement;
    *unchanged_until = FLICK_NEVER;
    pthread_mutex_lock(&av->lock);
    advance(av, t);
    bool has_frame = av->count > 0;
    if (has_frame) {
        frame_unref(&av->handed_out);
        av->handed_out = frame_ref(av->queue[0].frame);
        *unchanged_until = is_known_at(av, t) ? av->queue[0].end : t + 1;
        layers[0] = (struct layer){
            .frame = av->handed_out,
            .from_in_frame = converter_part(&av->convert, av->handed_out, part_at(av, t)),
            .to_on_canvas = p->place_in_area,
            .clip_on_canvas = p->place_in_area,
            .opacity = 255,
        };
    }
    if (p->pan_x > 0 || p->pan_y > 0) {
        *unchanged_until = t + 1;
    }
    pthread_mutex_unlock(&av->lock);
    return has_frame;
}

static bool av_is_exact_at(void *self, flick_t t) {
    struct av *av = self;
    pthread_mutex_lock(&av->lock);
    advance(av, t);
    bool exact = av->finished || av->failed || is_known_at(av, t);
    pthread_mutex_unlock(&av->lock);
    return exact;
}

static void av_retime(void *self, flick_t until, bool endless, int volume) {
    struct av *av = self;
    (void)volume;
    pthread_mutex_lock(&av->lock);
    av->was_endless = av->was_endless || endless;
    if (!av->was_endless) {
        av->showing.length = until - av->showing.started;
    }
    av->showing.until = until;
    av->showing.endless = endless;
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
