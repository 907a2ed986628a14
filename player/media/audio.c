#include "media/audio.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"

#define FADE 240 /* samples: 5 ms */

struct audio_stream {
    struct audio_stream *next;
    struct audio *audio;
    int64_t first; /* samples */
    int64_t until;
    int64_t begun; /* where a midway start begins to fade in; INT64_MIN: it does not */
    int64_t head;  /* the next sample to be written */
    float gain;    /* wanted, and what the last block ended with */
    float gain_now;
    bool has_ended;
    bool is_closing;
    float *ring; /* AUDIO_AHEAD pairs; sample n is at n mod AUDIO_AHEAD */
};

struct audio {
    pthread_mutex_t lock;
    pthread_cond_t room;
    struct audio_stream *streams;
    int64_t mixed; /* everything before this sample is over */
    int64_t missed;
};

struct audio *audio_create(void) {
    struct audio *audio = mem_zero(1, sizeof *audio);
    clock_condition_init(&audio->room);
    pthread_mutex_init(&audio->lock, NULL);
    audio->mixed = INT64_MIN;
    return audio;
}

static void free_stream(struct audio_stream *stream) {
    free(stream->ring);
    free(stream);
}

void audio_destroy(struct audio **audio) {
    struct audio *a = *audio;
    *audio = NULL;
    if (a == NULL) {
        return;
    }
    while (a->streams != NULL) {
        struct audio_stream *stream = a->streams;
        a->streams = stream->next;
        free_stream(stream);
    }
    pthread_cond_destroy(&a->room);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

int64_t audio_index_at(flick_t t) {
    return t == FLICK_NEVER ? INT64_MAX : flick_floor_div(t, AUDIO_SAMPLE);
}

float audio_gain(int percent) {
    float part = (float)(percent < 0 ? 0 : percent > 100 ? 100 : percent) / 100;
    return part * part * part;
}

static size_t slot_of(int64_t index) {
    return (size_t)(((index % AUDIO_AHEAD) + AUDIO_AHEAD) % AUDIO_AHEAD) * AUDIO_CHANNELS;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* 0..1: the first and last FADE samples of what is cut out of a longer sound. */
static float edge_at(const struct audio_stream *stream, int64_t index) {
    int64_t in = stream->begun == INT64_MIN ? FADE : index - stream->begun;
    int64_t out = stream->until == INT64_MAX ? FADE : stream->until - index;
    int64_t least = smaller(in, out);
    return least >= FADE ? 1 : least <= 0 ? 0 : (float)least / FADE;
}

static void add_stream(struct audio_stream *stream, int64_t from, float *out, size_t count) {
    int64_t end = from + (int64_t)count;
    int64_t last = smaller(smaller(end, stream->until), stream->head);
    float target = stream->is_closing ? 0 : stream->gain;
    float step = (target - stream->gain_now) / (float)count;
    for (int64_t n = larger(from, stream->first); n < last; n++) {
        float gain = (stream->gain_now + step * (float)(n - from + 1)) * edge_at(stream, n);
        const float *pair = &stream->ring[slot_of(n)];
        out[(n - from) * AUDIO_CHANNELS] += gain * pair[0];
        out[(n - from) * AUDIO_CHANNELS + 1] += gain * pair[1];
    }
    int64_t due = smaller(end, stream->until);
    int64_t had = larger(larger(from, stream->first), stream->head);
    if (!stream->has_ended && !stream->is_closing && due > had) {
        stream->audio->missed += due - had;
    }
    stream->gain_now = target;
}

/* Closed streams have had their last block. */
static void move_on(struct audio *audio, int64_t to) {
    audio->mixed = larger(audio->mixed, to);
    for (struct audio_stream **at = &audio->streams; *at != NULL;) {
        struct audio_stream *stream = *at;
        if (stream->is_closing) {
            *at = stream->next;
            free_stream(stream);
        } else {
            at = &stream->next;
        }
    }
    pthread_cond_broadcast(&audio->room);
}

void audio_mix(struct audio *audio, int64_t from, float *out, size_t count) {
    memset(out, 0, count * AUDIO_CHANNELS * sizeof *out);
    pthread_mutex_lock(&audio->lock);
    for (struct audio_stream *s = audio->streams; s != NULL; s = s->next) {
        add_stream(s, from, out, count);
    }
    move_on(audio, from + (int64_t)count);
    pthread_mutex_unlock(&audio->lock);
    for (size_t i = 0; i < count * AUDIO_CHANNELS; i++) {
        out[i] = out[i] > 1 ? 1 : out[i] < -1 ? -1 : out[i];
    }
}

void audio_skip(struct audio *audio, int64_t to) {
    pthread_mutex_lock(&audio->lock);
    move_on(audio, to);
    pthread_mutex_unlock(&audio->lock);
}

static bool reaches(const struct audio_stream *stream, int64_t index) {
    return stream->has_ended || stream->head >= smaller(index, stream->until) ||
           stream->first >= index;
}

bool audio_is_ready(struct audio *audio, int64_t to) {
    bool ready = true;
    pthread_mutex_lock(&audio->lock);
    for (const struct audio_stream *s = audio->streams; s != NULL && ready; s = s->next) {
        ready = s->is_closing || reaches(s, to);
    }
    pthread_mutex_unlock(&audio->lock);
    return ready;
}

bool audio_has_streams(struct audio *audio) {
    pthread_mutex_lock(&audio->lock);
    bool any = audio->streams != NULL;
    pthread_mutex_unlock(&audio->lock);
    return any;
}

int64_t audio_missed(struct audio *audio) {
    pthread_mutex_lock(&audio->lock);
    int64_t missed = audio->missed;
    pthread_mutex_unlock(&audio->lock);
    return missed;
}

struct audio_stream *audio_stream_open(struct audio *audio,
                                       const struct audio_stream_options *options) {
    struct audio_stream *stream = mem_zero(1, sizeof *stream);
    stream->audio = audio;
    stream->first = audio_index_at(options->first);
    stream->until = audio_index_at(options->until);
    stream->begun = options->is_midway ? stream->first : INT64_MIN;
    stream->head = stream->first;
    stream->gain = stream->gain_now = audio_gain(options->percent);
    stream->ring = mem_zero(AUDIO_AHEAD * AUDIO_CHANNELS, sizeof *stream->ring);
    pthread_mutex_lock(&audio->lock);
    stream->next = audio->streams;
    audio->streams = stream;
    pthread_mutex_unlock(&audio->lock);
    return stream;
}

void audio_stream_close(struct audio_stream **stream) {
    if (*stream != NULL) {
        struct audio *audio = (*stream)->audio;
        pthread_mutex_lock(&audio->lock);
        (*stream)->is_closing = true;
        pthread_mutex_unlock(&audio->lock);
        *stream = NULL;
    }
}

void audio_stream_retime(struct audio_stream *stream, flick_t until, int percent) {
    pthread_mutex_lock(&stream->audio->lock);
    stream->until = audio_index_at(until);
    stream->gain = audio_gain(percent);
    pthread_mutex_unlock(&stream->audio->lock);
}

/* How far the ring reaches: as long as nothing of the stream has been mixed, from its start. */
static int64_t room_end(const struct audio_stream *stream) {
    return larger(stream->audio->mixed, stream->first) + AUDIO_AHEAD;
}

static void put(struct audio_stream *stream, int64_t index, const float *pairs, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        float *pair = &stream->ring[slot_of(index + i)];
        pair[0] = pairs != NULL ? pairs[i * AUDIO_CHANNELS] : 0;
        pair[1] = pairs != NULL ? pairs[i * AUDIO_CHANNELS + 1] : 0;
    }
    stream->head = index + count;
}

size_t audio_stream_write(struct audio_stream *stream, int64_t index, const float *pairs,
                          size_t count) {
    struct audio *audio = stream->audio;
    pthread_mutex_lock(&audio->lock);
    int64_t end = index + (int64_t)count, room = room_end(stream);
    int64_t begin = larger(index, larger(stream->head, audio->mixed));
    if (stream->head < audio->mixed) {
        stream->head = audio->mixed;
    }
    if (begin > stream->head) {
        put(stream, stream->head, NULL, smaller(begin, room) - stream->head);
    }
    int64_t last = smaller(end, room);
    if (last > begin && stream->head == begin) {
        put(stream, begin, pairs + (begin - index) * AUDIO_CHANNELS, last - begin);
    }
    /* What lies before the head has been used up, one way or the other. */
    int64_t used = smaller(larger(stream->head, index), end) - index;
    pthread_mutex_unlock(&audio->lock);
    return (size_t)used;
}

bool audio_stream_wait(struct audio_stream *stream, int limit_ms) {
    struct audio *audio = stream->audio;
    struct timespec until = clock_deadline(limit_ms);
    int error = 0;
    pthread_mutex_lock(&audio->lock);
    while (stream->head >= room_end(stream) && error == 0) {
        error = pthread_cond_timedwait(&audio->room, &audio->lock, &until);
    }
    bool has_room = stream->head < room_end(stream);
    pthread_mutex_unlock(&audio->lock);
    return has_room;
}

void audio_stream_end(struct audio_stream *stream) {
    pthread_mutex_lock(&stream->audio->lock);
    stream->has_ended = true;
    pthread_mutex_unlock(&stream->audio->lock);
}

bool audio_stream_reaches(struct audio_stream *stream, int64_t index) {
    pthread_mutex_lock(&stream->audio->lock);
    bool there = reaches(stream, index);
    pthread_mutex_unlock(&stream->audio->lock);
    return there;
}
