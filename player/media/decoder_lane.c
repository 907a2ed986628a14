#include "media/decoder_lane.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "media/decoder_backend.h"

#define PACKETS_MAX  64
#define PICTURES_MAX 3
#define RETRY_NS     2000000 /* neither takes nor gives: it works */

struct decoder_lane {
    pthread_t thread;
    const struct decoder_backend *backend;
    AVFormatContext *holder; /* of an own copy of the stream: the lane may outlive the file */

    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    AVPacket *packets[PACKETS_MAX]; /* NULL among them: drain */
    int packet_count;
    AVFrame *pictures[PICTURES_MAX];
    int picture_count;
    bool is_hungry;
    bool has_ended;
    bool quit;
    bool is_done; /* the thread touches nothing any more */
    int errors;
    int64_t call_began_us; /* 0: no call runs */
};

static void begin_call(struct decoder_lane *lane) {
    pthread_mutex_lock(&lane->lock);
    lane->call_began_us = clock_monotonic_us();
    pthread_mutex_unlock(&lane->lock);
}

/* Counts errors in a row; wakes whoever waits. */
static void end_call(struct decoder_lane *lane, int error) {
    bool is_error = error < 0 && error != AVERROR(EAGAIN) && error != AVERROR_EOF;
    pthread_mutex_lock(&lane->lock);
    lane->call_began_us = 0;
    lane->errors += is_error;
    pthread_cond_broadcast(&lane->changed);
    pthread_mutex_unlock(&lane->lock);
}

static bool has_quit(struct decoder_lane *lane) {
    pthread_mutex_lock(&lane->lock);
    bool quit = lane->quit;
    pthread_mutex_unlock(&lane->lock);
    return quit;
}

/* Takes all pictures there are; what the last call said. */
static int take_pictures(struct decoder_lane *lane, void *self) {
    for (;;) {
        AVFrame *frame = av_frame_alloc();
        begin_call(lane);
        int error = frame != NULL ? lane->backend->receive(self, frame) : AVERROR(ENOMEM);
        end_call(lane, error);
        if (error < 0) {
            av_frame_free(&frame);
            return error;
        }
        pthread_mutex_lock(&lane->lock);
        lane->errors = 0;
        while (lane->picture_count == PICTURES_MAX && !lane->quit) {
            pthread_cond_wait(&lane->changed, &lane->lock);
        }
        bool quit = lane->quit;
        if (!quit) {
            lane->pictures[lane->picture_count++] = frame;
        }
        pthread_cond_broadcast(&lane->changed);
        pthread_mutex_unlock(&lane->lock);
        if (quit) {
            av_frame_free(&frame);
            return AVERROR_EXIT;
        }
    }
}

/* Waits for a packet; false when the lane is being closed. */
static bool next_packet(struct decoder_lane *lane, AVPacket **packet) {
    pthread_mutex_lock(&lane->lock);
    lane->is_hungry = lane->packet_count == 0;
    pthread_cond_broadcast(&lane->changed);
    while (lane->packet_count == 0 && !lane->quit) {
        pthread_cond_wait(&lane->changed, &lane->lock);
    }
    lane->is_hungry = false;
    bool goes_on = !lane->quit;
    if (goes_on) {
        *packet = lane->packets[0];
        lane->packet_count--;
        for (int i = 0; i < lane->packet_count; i++) {
            lane->packets[i] = lane->packets[i + 1];
        }
    }
    pthread_mutex_unlock(&lane->lock);
    return goes_on;
}

static void run(struct decoder_lane *lane, void *self) {
    AVPacket *packet = NULL;
    int received = 0;
    while (received != AVERROR_EOF && next_packet(lane, &packet)) {
        int sent;
        do {
            begin_call(lane);
            sent = lane->backend->send(self, packet);
            end_call(lane, sent);
            received = take_pictures(lane, self);
            if (sent == AVERROR(EAGAIN) && received == AVERROR(EAGAIN)) {
                nanosleep(&(struct timespec){.tv_nsec = RETRY_NS}, NULL);
            }
        } while (sent == AVERROR(EAGAIN) && received == AVERROR(EAGAIN) && !has_quit(lane));
        av_packet_free(&packet);
        if (has_quit(lane)) {
            return;
        }
    }
}

static void *lane_main(void *argument) {
    struct decoder_lane *lane = argument;
    begin_call(lane);
    void *self = lane->backend->open(lane->backend, lane->holder->streams[0], 1);
    end_call(lane, 0);
    if (self != NULL) {
        run(lane, self);
        begin_call(lane);
        lane->backend->close(self);
        end_call(lane, 0);
    }
    pthread_mutex_lock(&lane->lock);
    lane->has_ended = true;
    lane->is_done = true;
    pthread_cond_broadcast(&lane->changed);
    pthread_mutex_unlock(&lane->lock);
    return NULL;
}

static void free_lane(struct decoder_lane *lane) {
    for (int i = 0; i < lane->packet_count; i++) {
        av_packet_free(&lane->packets[i]);
    }
    for (int i = 0; i < lane->picture_count; i++) {
        av_frame_free(&lane->pictures[i]);
    }
    avformat_free_context(lane->holder);
    pthread_cond_destroy(&lane->changed);
    pthread_mutex_destroy(&lane->lock);
    free(lane);
}

struct decoder_lane *decoder_lane_open(const struct decoder_backend *backend,
                                       const AVStream *stream) {
    struct decoder_lane *lane = mem_zero(1, sizeof *lane);
    lane->backend = backend;
    pthread_mutex_init(&lane->lock, NULL);
    clock_condition_init(&lane->changed);
    lane->holder = decoder_backend_copy_stream(stream);
    if (lane->holder == NULL || pthread_create(&lane->thread, NULL, lane_main, lane) != 0) {
        free_lane(lane);
        return NULL;
    }
    pthread_setname_np(lane->thread, "decoder");
    return lane;
}

/* Waits for a change until the instant; false when it has passed. The lock is held. */
static bool wait_until(struct decoder_lane *lane, int64_t until_us) {
    struct timespec until = {until_us / 1000000, until_us % 1000000 * 1000};
    return pthread_cond_timedwait(&lane->changed, &lane->lock, &until) != ETIMEDOUT;
}

void decoder_lane_abandon(struct decoder_lane *lane) {
    pthread_mutex_lock(&lane->lock);
    lane->quit = true;
    pthread_cond_broadcast(&lane->changed);
    pthread_mutex_unlock(&lane->lock);
}

void decoder_lane_close(struct decoder_lane **lane) {
    struct decoder_lane *l = *lane;
    *lane = NULL;
    if (l == NULL) {
        return;
    }
    int64_t limit = clock_monotonic_us() + DECODER_LANE_CLOSE_MS * INT64_C(1000);
    decoder_lane_abandon(l);
    pthread_mutex_lock(&l->lock);
    bool in_time = true;
    while (!l->is_done && in_time) {
        in_time = wait_until(l, limit);
    }
    bool is_done = l->is_done;
    pthread_mutex_unlock(&l->lock);
    if (is_done) {
        pthread_join(l->thread, NULL);
        free_lane(l);
    } else {
        log_warning("hardware decoder %s does not come back; its thread is left alone",
                    l->backend->name);
    }
}

bool decoder_lane_send(struct decoder_lane *lane, const AVPacket *packet) {
    AVPacket *copy = packet != NULL ? av_packet_clone(packet) : NULL;
    pthread_mutex_lock(&lane->lock);
    bool fits = lane->packet_count < PACKETS_MAX && (packet == NULL || copy != NULL);
    if (fits) {
        lane->packets[lane->packet_count++] = copy;
        lane->is_hungry = false;
        pthread_cond_broadcast(&lane->changed);
    }
    pthread_mutex_unlock(&lane->lock);
    if (!fits) {
        av_packet_free(&copy);
    }
    return fits;
}

enum decoder_lane_result decoder_lane_receive(struct decoder_lane *lane, AVFrame *frame,
                                              int limit_ms) {
    int64_t limit = clock_monotonic_us() + limit_ms * INT64_C(1000);
    pthread_mutex_lock(&lane->lock);
    bool in_time = true;
    while (lane->picture_count == 0 && !lane->is_hungry && !lane->has_ended && in_time) {
        in_time = wait_until(lane, limit);
    }
    enum decoder_lane_result result = lane->picture_count > 0 ? DECODER_LANE_PICTURE
                                      : lane->has_ended       ? DECODER_LANE_ENDED
                                      : lane->is_hungry       ? DECODER_LANE_HUNGRY
                                                              : DECODER_LANE_BUSY;
    if (result == DECODER_LANE_PICTURE) {
        av_frame_move_ref(frame, lane->pictures[0]);
        av_frame_free(&lane->pictures[0]);
        lane->picture_count--;
        for (int i = 0; i < lane->picture_count; i++) {
            lane->pictures[i] = lane->pictures[i + 1];
        }
        pthread_cond_broadcast(&lane->changed);
    }
    pthread_mutex_unlock(&lane->lock);
    return result;
}

int decoder_lane_stuck_ms(struct decoder_lane *lane) {
    pthread_mutex_lock(&lane->lock);
    int64_t began = lane->call_began_us;
    pthread_mutex_unlock(&lane->lock);
    return began > 0 ? (int)((clock_monotonic_us() - began) / 1000) : 0;
}

int decoder_lane_errors(struct decoder_lane *lane) {
    pthread_mutex_lock(&lane->lock);
    int errors = lane->errors;
    pthread_mutex_unlock(&lane->lock);
    return errors;
}
