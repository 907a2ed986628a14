/* The sound of files of many kinds: heard at the right sample, round after round. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/wake.h"
#include "media/audio.h"
#include "media/probe.h"
#include "media/services.h"
#include "media/source_sound.h"
#include "model/model.h"
#include "unit.h"

#define SECOND FLICKS_PER_SECOND
#define T0     (INT64_C(1800000000) * SECOND)
#define BLOCK  4800

static struct wake *bell;
static struct audio *audio;
static struct source_services *services;
static struct model *model;
static char folder[] = "/tmp/test_sound.XXXXXX";
static char last_line[300];

static void keep_line(void *context, enum log_level level, const char *line) {
    (void)context;
    (void)level;
    snprintf(last_line, sizeof last_line, "%s", line);
}

static int start(void **state) {
    (void)state;
    log_set_sink(keep_line, NULL);
    bell = wake_create();
    audio = audio_create();
    model = model_create(arena_create());
    struct source_services_options options = {.wake = bell, .audio = audio};
    services = source_services_create(&options);
    return services == NULL || mkdtemp(folder) == NULL;
}

static int stop(void **state) {
    (void)state;
    source_services_destroy(&services);
    audio_destroy(&audio);
    model_unref(&model);
    wake_destroy(&bell);
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* A file made by ffmpeg from `input` with `options`; its item. */
static struct item *make(const char *name, const char *input, const char *options,
                         enum item_kind kind) {
    char *path = arena_printf(model->arena, "%s/%s", folder, name), problem[200];
    struct str command = {0};
    str_addf(&command, "ffmpeg -v error -y -nostdin %s %s %s", input, options, path);
    assert_int_equal(system(str_text(&command)), 0);
    str_finish(&command);
    struct media *media = arena_zero(model->arena, 1, sizeof *media);
    media->name = media->path = path;
    bool good = probe_file(path, kind == ITEM_VIDEO ? PROBE_VIDEO : PROBE_AUDIO, &media->facts,
                           problem, sizeof problem);
    assert_true(good);
    struct item *item = arena_zero(model->arena, 1, sizeof *item);
    item->kind = kind;
    item->media = media;
    return item;
}

static void *open_sound(const struct item *item, flick_t first, flick_t until, bool endless) {
    struct source_request request = {.model = model,
                                     .item = item,
                                     .started = T0,
                                     .until = until,
                                     .first = first,
                                     .volume = 100,
                                     .endless = endless};
    return source_sound.open(services, &request);
}

/* The mix of [from, from + count) once it is there. */
static void listen_to(int64_t from, float *out, int count) {
    int64_t limit = clock_monotonic_us() + 20 * 1000000;
    for (int done = 0; done < count; done += BLOCK) {
        int size = count - done < BLOCK ? count - done : BLOCK;
        while (!audio_is_ready(audio, from + done + size)) {
            assert_true(clock_monotonic_us() < limit);
            usleep(1000);
        }
        audio_mix(audio, from + done, out + (ptrdiff_t)done * 2, (size_t)size);
    }
}

static void close_sound(void *sound) {
    float out[2 * BLOCK];
    source_sound.close(sound);
    struct source_services_options options = {.wake = bell, .audio = audio};
    source_services_destroy(&services); /* joins the worker */
    services = source_services_create(&options);
    audio_mix(audio, audio_index_at(T0) + INT64_C(1000) * AUDIO_RATE, out, BLOCK);
    assert_false(audio_has_streams(audio));
    audio_destroy(&audio); /* the next test begins at T0 again */
    audio = audio_create();
    options.audio = audio;
    source_services_destroy(&services);
    services = source_services_create(&options);
}

/* The first sample that is clearly not silence, or -1. */
static int first_sound(const float *out, int count) {
    for (int i = 0; i < count; i++) {
        if (fabsf(out[2 * i]) > 0.1f) {
            return i;
        }
    }
    return -1;
}

#define BEEP "-f lavfi -i \"aevalsrc='if(between(t,1,1.2),0.8*cos(2*PI*1000*t),0)'"

/* A beep one second into two seconds of silence, in whatever form. */
static void a_beep_is_heard_in_time(void **state) {
    (void)state;
    static const struct {
        const char *name, *input, *options;
        int tolerance; /* samples; codecs smear the edge of a beep */
    } rows[] = {
        {"mono.wav", BEEP ":s=44100:d=2\"", "", 24},
        {"stereo.flac", BEEP ":s=48000:d=2\"", "-ac 2", 0},
        {"low.wav", BEEP ":s=22050:d=2\"", "-c:a pcm_u8", 48},
        {"hires.flac", BEEP ":s=96000:d=2\"", "-c:a flac", 24},
        {"aac.m4a", BEEP ":s=48000:d=2\"", "-c:a aac", 240},
        {"aac44.m4a", BEEP ":s=44100:d=2\"", "-c:a aac -ac 2", 240},
        {"surround.m4a", BEEP ":s=48000:d=2\"", "-af pan=5.1\\|FC=c0 -c:a aac", 240},
        {"surround.wav", BEEP ":s=48000:d=2\"", "-af pan=5.1\\|FL=c0\\|FR=c0", 24},
        {"mp3.mp3", BEEP ":s=44100:d=2\"", "-c:a libmp3lame", 240},
        {"opus.opus", BEEP ":s=48000:d=2\"", "-c:a libopus", 240},
        {"vorbis.ogg", BEEP ":s=44100:d=2\"", "-c:a libvorbis", 240},
    };
    static float out[2 * AUDIO_RATE * 2];
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct item *item = make(rows[i].name, rows[i].input, rows[i].options, ITEM_AUDIO);
        void *sound = open_sound(item, T0, T0 + 2 * SECOND, false);
        listen_to(audio_index_at(T0), out, AUDIO_RATE * 2);
        int found = first_sound(out, AUDIO_RATE * 2);
        if (abs(found - AUDIO_RATE) > rows[i].tolerance) {
            fail_msg("%s: the beep is at sample %d", rows[i].name, found);
        }
        close_sound(sound);
    }
}

static void rounds_do_not_drift(void **state) {
    (void)state;
    /* A video of 48 frames at 24 fps whose sound is half a second too long. */
    struct item *item =
        make("round.mp4", "-f lavfi -i color=s=64x64:r=24:d=2 " BEEP ":s=44100:d=2.5\"",
             "-c:v mpeg4 -c:a aac", ITEM_VIDEO);
    static float out[2 * AUDIO_RATE * 2];
    assert_int_equal(item->media->facts.duration, 2 * SECOND);
    void *sound = open_sound(item, T0, T0 + 2 * SECOND, true);
    int first = -1;
    for (int round = 0; round < 100; round++) {
        listen_to(audio_index_at(T0) + (int64_t)round * AUDIO_RATE * 2, out, AUDIO_RATE * 2);
        int found = first_sound(out, AUDIO_RATE * 2);
        first = round == 0 ? found : first;
        assert_int_equal(found, first);
    }
    assert_true(abs(first - AUDIO_RATE) <= 240);
    assert_int_equal(audio_missed(audio), 0);
    close_sound(sound);
}

static void rounds_join_without_a_seam(void **state) {
    (void)state;
    /* 1,000 Hz for exactly two seconds: the end continues in the beginning. */
    struct item *item =
        make("tone.wav", "-f lavfi -i \"aevalsrc=0.5*sin(2*PI*1000*t):s=48000:d=2\"",
             "-c:a pcm_s16le", ITEM_AUDIO);
    static float out[2 * AUDIO_RATE * 5];
    void *sound = open_sound(item, T0, T0 + 2 * SECOND, true);
    listen_to(audio_index_at(T0), out, AUDIO_RATE * 5);
    for (int i = 0; i < AUDIO_RATE * 5; i++) {
        double expected = 0.5 * sin(2 * M_PI * 1000 * i / AUDIO_RATE);
        /* libswresample puts a mono sound at -3 dB into each side, so that it is as loud in sum. */
        assert_true(fabs(out[2 * i] - expected * M_SQRT1_2) < 0.002);
    }
    close_sound(sound);
}

static void joins_in_the_middle(void **state) {
    (void)state;
    struct item *item = make("middle.m4a", BEEP ":s=48000:d=2\"", "-c:a aac", ITEM_AUDIO);
    static float out[2 * AUDIO_RATE];
    void *sound = open_sound(item, T0 + 4 * SECOND + SECOND / 2, T0 + 2 * SECOND, true);
    listen_to(audio_index_at(T0 + 4 * SECOND + SECOND / 2), out, AUDIO_RATE);
    assert_true(abs(first_sound(out, AUDIO_RATE) - AUDIO_RATE / 2) <= 240);
    close_sound(sound);
}

static void what_is_broken_is_silent(void **state) {
    (void)state;
    static float out[2 * AUDIO_RATE * 2];
    struct item *item = make("cut.mp3", BEEP ":s=44100:d=20\"", "-c:a libmp3lame", ITEM_AUDIO);
    assert_int_equal(truncate(item->media->path, 40000), 0);
    void *sound = open_sound(item, T0, T0 + 20 * SECOND, false);
    listen_to(audio_index_at(T0), out, AUDIO_RATE * 2);
    assert_true(abs(first_sound(out, AUDIO_RATE * 2) - AUDIO_RATE) <= 240);
    audio_skip(audio, audio_index_at(T0) + AUDIO_RATE * 15);
    listen_to(audio_index_at(T0) + AUDIO_RATE * 15, out, AUDIO_RATE * 2);
    assert_int_equal(source_sound.state(sound), SOURCE_READY);
    close_sound(sound);

    FILE *file = fopen(item->media->path, "w");
    fputs("no sound at all", file);
    fclose(file);
    sound = open_sound(item, T0, T0 + 20 * SECOND, false);
    listen_to(audio_index_at(T0), out, AUDIO_RATE);
    assert_int_equal(first_sound(out, AUDIO_RATE), -1);
    while (source_sound.state(sound) == SOURCE_OPENING) {
        usleep(1000);
    }
    assert_int_equal(source_sound.state(sound), SOURCE_FAILED);
    assert_non_null(strstr(last_line, "cut.mp3"));
    close_sound(sound);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_beep_is_heard_in_time),    cmocka_unit_test(rounds_do_not_drift),
        cmocka_unit_test(rounds_join_without_a_seam), cmocka_unit_test(joins_in_the_middle),
        cmocka_unit_test(what_is_broken_is_silent),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
