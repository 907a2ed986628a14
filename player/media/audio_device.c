#include "media/audio_device.h"

#include <SDL2/SDL.h>
#include <errno.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "media/audio.h"
#include "media/audio_steering.h"

#define TICK_MS        20
#define IDLE_TICK_MS   100  /* without a device: sources open seconds ahead */
#define BLOCK          480  /* samples mixed at a time: 10 ms */
#define QUEUED_TARGET  3840 /* samples in SDL's queue: 80 ms */
#define PERIOD_SAMPLES 1024 /* of the device */
#define JUMP_SAMPLES   4800 /* an error of 100 ms is not steered away */
#define RETRY_US       INT64_C(30000000)
#define STALL_US       INT64_C(3000000)
#define OUT_MAX        (BLOCK * 2)
#define COMPENSATION   (AUDIO_RATE * 10) /* distance: steps of 2 ppm */

struct audio_device {
    struct audio *audio;
    struct clock *clock;
    pthread_t thread;
    pthread_mutex_t lock; /* guards quit */
    pthread_cond_t stops;
    bool quit;

    /* the thread's own */
    SDL_AudioDeviceID id; /* 0: closed */
    bool has_driver;
    bool has_complained;
    int64_t retry_us;
    int64_t moved_us; /* when the queue was last seen to change */
    Uint32 queued_bytes;
    int period;   /* of the open device, in samples */
    int64_t next; /* the next sample to be mixed; INT64_MIN: start anew */
    int64_t measured_us;
    struct audio_steering steering;
    SwrContext *resampler;
};

static struct SwrContext *make_resampler(void) {
    SwrContext *swr = swr_alloc();
    AVChannelLayout stereo = AV_CHANNEL_LAYOUT_STEREO;
    if (swr == NULL) {
        return NULL;
    }
    av_opt_set_chlayout(swr, "in_chlayout", &stereo, 0);
    av_opt_set_chlayout(swr, "out_chlayout", &stereo, 0);
    av_opt_set_int(swr, "in_sample_rate", AUDIO_RATE, 0);
    av_opt_set_int(swr, "out_sample_rate", AUDIO_RATE, 0);
    av_opt_set_sample_fmt(swr, "in_sample_fmt", AV_SAMPLE_FMT_FLT, 0);
    av_opt_set_sample_fmt(swr, "out_sample_fmt", AV_SAMPLE_FMT_FLT, 0);
    av_opt_set(swr, "flags", "res", 0); /* resample although the rates are equal */
    if (swr_init(swr) < 0) {
        swr_free(&swr);
    }
    return swr;
}

static void complain(struct audio_device *device, const char *what) {
    if (!device->has_complained) {
        log_warning("sound: %s; the picture goes on without, and it is tried again every 30 s",
                    what);
    }
    device->has_complained = true;
}

static void close_device(struct audio_device *device) {
    if (device->id != 0) {
        SDL_CloseAudioDevice(device->id);
    }
    device->id = 0;
    if (device->has_driver) {
        SDL_QuitSubSystem(SDL_INIT_AUDIO);
    }
    device->has_driver = false;
    swr_free(&device->resampler);
}

static void say_nothing(const char *file, int line, const char *function, int error,
                        const char *format, ...) {
    (void)file;
    (void)line;
    (void)function;
    (void)error;
    (void)format;
}

/* ALSA's library prints ten lines of its own where there is no card, at each try. */
static void silence_alsa(void) {
    void *library = SDL_LoadObject("libasound.so.2");
    void (*set)(void (*)(const char *, int, const char *, int, const char *, ...)) = NULL;
    if (library != NULL) {
        *(void **)&set = SDL_LoadFunction(library, "snd_lib_error_set_handler");
    }
    if (set != NULL) {
        set(say_nothing);
    }
    SDL_UnloadObject(library); /* SDL holds it for as long as it needs it */
    SDL_ClearError();
}

static bool open_device(struct audio_device *device) {
    SDL_AudioSpec wanted = {.freq = AUDIO_RATE,
                            .format = AUDIO_F32SYS,
                            .channels = AUDIO_CHANNELS,
                            .samples = PERIOD_SAMPLES};
    SDL_AudioSpec got;
    device->has_driver = SDL_InitSubSystem(SDL_INIT_AUDIO) == 0;
    if (device->has_driver) {
        silence_alsa();
        device->id = SDL_OpenAudioDevice(NULL, 0, &wanted, &got, SDL_AUDIO_ALLOW_SAMPLES_CHANGE);
    }
    device->resampler = make_resampler();
    if (device->id == 0 || device->resampler == NULL) {
        char what[160];
        snprintf(what, sizeof what, "no device can be opened (%s)", SDL_GetError());
        complain(device, what);
        close_device(device);
        return false;
    }
    log_info("sound: %s, 48 kHz", SDL_GetCurrentAudioDriver());
    device->has_complained = false;
    device->period = got.samples;
    device->next = INT64_MIN;
    SDL_PauseAudioDevice(device->id, 0);
    return true;
}

/* Open, or to be tried now and found openable. */
static bool is_usable(struct audio_device *device, int64_t us) {
    if (device->id == 0 && us >= device->retry_us && audio_has_streams(device->audio)) {
        device->retry_us = us + RETRY_US;
        device->moved_us = us;
        return open_device(device);
    }
    return device->id != 0;
}

/* Unplugged, or a driver that no longer takes what is queued. */
static void check_alive(struct audio_device *device, Uint32 queued, int64_t us) {
    if (queued != device->queued_bytes || queued == 0) {
        device->queued_bytes = queued;
        device->moved_us = us;
    }
    bool is_gone = SDL_GetAudioDeviceStatus(device->id) == SDL_AUDIO_STOPPED;
    if (is_gone || us - device->moved_us > STALL_US) {
        complain(device, is_gone ? "the device has gone" : "the device stands still");
        device->retry_us = us + RETRY_US;
        close_device(device);
    }
}

static int64_t samples_queued(const struct audio_device *device) {
    return (int64_t)(SDL_GetQueuedAudioSize(device->id) / (AUDIO_CHANNELS * sizeof(float)));
}

/* Samples between audio_mix and the ear: in the resampler, in SDL's queue, and on average one and a
 * half periods in the device. */
static int64_t latency(const struct audio_device *device, int64_t queued) {
    return swr_get_delay(device->resampler, AUDIO_RATE) + queued + device->period * 3 / 2;
}

static void jump(struct audio_device *device, int64_t now) {
    SDL_ClearQueuedAudio(device->id);
    device->next = now + latency(device, 0);
    device->steering = (struct audio_steering){0};
}

static void steer(struct audio_device *device, int64_t now, int64_t queued, int64_t us) {
    int64_t ahead = device->next == INT64_MIN ? 0 : device->next - latency(device, queued) - now;
    if (device->next == INT64_MIN || llabs(ahead) > JUMP_SAMPLES) {
        jump(device, now);
        ahead = 0;
    }
    double elapsed = (double)(us - device->measured_us) / 1e6;
    double longer = audio_steering_update(&device->steering, (double)ahead / AUDIO_RATE, elapsed);
    swr_set_compensation(device->resampler, (int)lrint(longer * COMPENSATION), COMPENSATION);
    device->measured_us = us;
}

static void fill(struct audio_device *device) {
    float in[BLOCK * AUDIO_CHANNELS], out[OUT_MAX * AUDIO_CHANNELS];
    const uint8_t *from = (const uint8_t *)in;
    uint8_t *to = (uint8_t *)out;
    while (samples_queued(device) < QUEUED_TARGET) {
        audio_mix(device->audio, device->next, in, BLOCK);
        device->next += BLOCK;
        int count = swr_convert(device->resampler, &to, OUT_MAX, &from, BLOCK);
        Uint32 bytes = (Uint32)(count > 0 ? count : 0) * AUDIO_CHANNELS * sizeof(float);
        if (SDL_QueueAudio(device->id, out, bytes) != 0) {
            return; /* check_alive notices */
        }
    }
}

static void tick(struct audio_device *device) {
    int64_t us = clock_monotonic_us();
    int64_t now = audio_index_at(clock_now(device->clock));
    if (!is_usable(device, us)) {
        audio_skip(device->audio, now);
        return;
    }
    int64_t queued = samples_queued(device);
    check_alive(device, (Uint32)queued, us);
    if (device->id != 0) {
        steer(device, now, queued, us);
        fill(device);
    }
}

static bool wait_for_tick(struct audio_device *device) {
    struct timespec until = clock_deadline(device->id != 0 ? TICK_MS : IDLE_TICK_MS);
    pthread_mutex_lock(&device->lock);
    while (!device->quit && pthread_cond_timedwait(&device->stops, &device->lock, &until) == 0) {
    }
    bool goes_on = !device->quit;
    pthread_mutex_unlock(&device->lock);
    return goes_on;
}

static void *device_main(void *argument) {
    struct audio_device *device = argument;
    while (wait_for_tick(device)) {
        tick(device);
    }
    close_device(device);
    SDL_TLSCleanup(); /* SDL's error text of this thread */
    return NULL;
}

struct audio_device *audio_device_start(struct audio *audio, struct clock *clock) {
    struct audio_device *device = mem_zero(1, sizeof *device);
    clock_condition_init(&device->stops);
    pthread_mutex_init(&device->lock, NULL);
    device->audio = audio;
    device->clock = clock;
    device->next = INT64_MIN;
    if (pthread_create(&device->thread, NULL, device_main, device) != 0) {
        log_error("sound: no thread for it; close other programs");
        pthread_cond_destroy(&device->stops);
        pthread_mutex_destroy(&device->lock);
        free(device);
        return NULL;
    }
    return device;
}

void audio_device_stop(struct audio_device **device) {
    struct audio_device *d = *device;
    *device = NULL;
    if (d == NULL) {
        return;
    }
    pthread_mutex_lock(&d->lock);
    d->quit = true;
    pthread_cond_signal(&d->stops);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->thread, NULL);
    pthread_cond_destroy(&d->stops);
    pthread_mutex_destroy(&d->lock);
    free(d);
}
