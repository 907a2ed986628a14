/* audio.h: the mixer, and what sources put into it.
 *
 * Time is counted in *samples* (pairs of left and right) at 48 kHz since the epoch, 14,700 flicks
 * each, so which sample belongs to which picture is exact. A source opens a stream and writes
 * samples at their indices, up to a second ahead; audio_mix adds up what all streams have for a
 * stretch of time. The mix is thus a function of time, like the picture: nothing drifts, whoever is
 * late is silent and comes in at the right place. What makes the mix audible, and makes up for the
 * crystal of the sound card, is audio_device.c; tests and recordings call audio_mix themselves.
 *
 * Volume is in percent on a cubic curve, gain = (percent / 100)^3, as in mpv and VLC: equal steps
 * sound about equal. Changes are ramped over one block; streams that begin or end in the middle of
 * a sound fade for 5 ms. The sum is clipped to +-1.
 *
 * Streams are written by one worker each, mixed by one thread; everything is safe to call from any
 * thread. audio_create/destroy on the main thread; all streams are closed before. */
#ifndef LEDSIGN_MEDIA_AUDIO_H
#define LEDSIGN_MEDIA_AUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/flick.h"

#define AUDIO_RATE     48000
#define AUDIO_CHANNELS 2
#define AUDIO_SAMPLE   (FLICKS_PER_SECOND / AUDIO_RATE) /* flicks; exact */
#define AUDIO_AHEAD    AUDIO_RATE /* samples that a stream holds beyond what has been mixed */

struct audio;
struct audio_stream;

struct audio *audio_create(void);
void audio_destroy(struct audio **audio); /* NULL is fine; leaves NULL */

/* The sample that is heard at t. */
int64_t audio_index_at(flick_t t);
float audio_gain(int percent);

/* `out`: `count` interleaved pairs, the mix of [from, from + count). Afterwards nothing before
 * from + count is kept. */
void audio_mix(struct audio *audio, int64_t from, float *out, size_t count);
/* Forgets everything before `to`, as if it had been mixed. */
void audio_skip(struct audio *audio, int64_t to);
/* Every stream has what audio_mix would take before `to`: nothing would be silent for being late.
 */
bool audio_is_ready(struct audio *audio, int64_t to);
bool audio_has_streams(struct audio *audio);
/* Samples that were silent because a stream was late, since the beginning. */
int64_t audio_missed(struct audio *audio);

struct audio_stream_options {
    flick_t first;  /* the first instant that will be heard */
    flick_t until;  /* FLICK_NEVER: until further notice */
    int percent;    /* volume */
    bool is_midway; /* `first` is not the beginning of the sound: it fades in */
};

struct audio_stream *audio_stream_open(struct audio *audio,
                                       const struct audio_stream_options *options);
/* Fades out over the next block, then it is freed. NULL is fine; leaves NULL. */
void audio_stream_close(struct audio_stream **stream);
void audio_stream_retime(struct audio_stream *stream, flick_t until, int percent);

/* Appends pairs whose first one is number `index`; what was skipped over is silent, what lies
 * before the last write or is over is dropped. Returns how many were used up: fewer than `count`
 * when the stream is full. */
size_t audio_stream_write(struct audio_stream *stream, int64_t index, const float *pairs,
                          size_t count);
/* Waits until there is room for more, at most limit_ms; false when there is none. */
bool audio_stream_wait(struct audio_stream *stream, int limit_ms);
/* Nothing will be written any more; being silent from here on is right. */
void audio_stream_end(struct audio_stream *stream);
/* Holds everything before sample `index`, or has ended. */
bool audio_stream_reaches(struct audio_stream *stream, int64_t index);

#endif
