/* audio.h: the mixer and the one sound device.
 *
 * Sources put sound into streams whose samples are numbered by the wall clock: sample k of a round
 * is heard at round start + k / 48000 s. The mixer adds up, for every block of wall-clock time,
 * what the streams have for it, so the mix is a function of time like the picture. Between the mix
 * and the device stands one resampler that makes up for the device's crystal: it is steered within
 * +-0.2 % so that what is heard stays at the time the clock says; there are no jumps except after
 * a clock step. The device is opened once, at 48 kHz stereo, and plays silence when nothing does.
 * No device: the picture goes on, one sentence is logged, the device is tried again every 30 s.
 *
 * Threads: the mixer thread reads the streams and fills a ring; SDL's callback only copies from the
 * ring; sources write from their workers. audio_create/destroy on the main thread. */
#ifndef LEDSIGN_MEDIA_AUDIO_H
#define LEDSIGN_MEDIA_AUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/flick.h"

struct audio;
struct audio_stream;
struct clock;

#define AUDIO_RATE     48000
#define AUDIO_CHANNELS 2

enum audio_mode {
    AUDIO_DEVICE,  /* SDL's default device (or AUDIODEV) */
    AUDIO_VIRTUAL, /* no device and no thread: the owner pulls blocks with audio_mix (tests, --speed
                      max) */
};

struct audio *audio_create(enum audio_mode mode, struct clock *clock);
void audio_destroy(struct audio **audio);

/* The mix for [t, t + frames / 48000 s): interleaved stereo floats, clipped to +-1. AUDIO_VIRTUAL
 * only, from its one owner. */
void audio_mix(struct audio *audio, flick_t t, float *out, size_t frames);

/* A stream for one source, silent outside [started, until). Rounds of `round` flicks follow each
 * other from `started` on; each holds exactly round * 48000 samples (rounded to the nearest). */
struct audio_stream *audio_stream_open(struct audio *audio, flick_t started, flick_t until,
                                       float gain);
void audio_stream_close(
    struct audio_stream **stream); /* fades out within 5 ms if it is being heard */
void audio_stream_retime(struct audio_stream *stream, flick_t until,
                         float gain); /* a gain change is ramped */

/* Worker side: appends interleaved stereo floats that follow what was written before; `at` is the
 * time of the first of them. Returns how many frames were taken (fewer when the ring is full, which
 * holds one second). */
size_t audio_stream_write(struct audio_stream *stream, flick_t at, const float *samples,
                          size_t frames);
/* Frames that can be written now, and whether 200 ms are there (or the end was marked). */
size_t audio_stream_space(const struct audio_stream *stream);
bool audio_stream_is_filled(const struct audio_stream *stream);

/* For status and tests: the present deviation of what is heard from the clock, in microseconds, and
 * blocks in which a stream had nothing though it should have. */
struct audio_statistics {
    bool device_open;
    int64_t error_us;
    double resample_ppm;
    uint64_t underruns;
};
void audio_statistics(struct audio *audio, struct audio_statistics *out);

#endif
