/* The mixer: which sample is heard when; and the steering that keeps a sound card in step. */
#include <math.h>
#include <stdlib.h>

#include "media/audio.h"
#include "media/audio_steering.h"
#include "unit.h"

#define SECOND FLICKS_PER_SECOND
#define T0     (INT64_C(1800000000) * SECOND) /* a whole sample */
#define BLOCK  480

static struct audio_stream *open_stream(struct audio *audio, flick_t first, flick_t until,
                                        int percent, bool is_midway) {
    struct audio_stream_options options = {first, until, percent, is_midway};
    return audio_stream_open(audio, &options);
}

/* Left is the number of the sample modulo 1000, in thousandths; right is its negative. */
static void write_numbers(struct audio_stream *stream, int64_t index, int count) {
    float *pairs = malloc((size_t)count * 2 * sizeof *pairs);
    for (int i = 0; i < count; i++) {
        pairs[2 * i] = (float)((index + i) % 1000) / 1000;
        pairs[2 * i + 1] = -pairs[2 * i];
    }
    size_t used = audio_stream_write(stream, index, pairs, (size_t)count);
    assert_int_equal(used, count);
    free(pairs);
}

static float number_of(int64_t index) {
    return (float)(index % 1000) / 1000;
}

static void each_sample_is_heard_at_its_time(void **state) {
    (void)state;
    struct audio *audio = audio_create();
    int64_t start = audio_index_at(T0);
    struct audio_stream *stream = open_stream(audio, T0, T0 + SECOND, 100, false);
    write_numbers(stream, start, 24000);
    float out[2 * BLOCK];
    /* Begins in the middle of a block. */
    audio_mix(audio, start - 100, out, BLOCK);
    for (int i = 0; i < BLOCK; i++) {
        float expected = i < 100 ? 0 : number_of(start - 100 + i);
        assert_float_equal(out[2 * i], expected, 1e-6);
        assert_float_equal(out[2 * i + 1], -expected, 1e-6);
    }
    assert_int_equal(audio_missed(audio), 0);
    /* Late: what was not written is silent and counted, what comes then is at its place. */
    audio_skip(audio, start + 24000);
    audio_mix(audio, start + 24000, out, BLOCK);
    assert_float_equal(out[0], 0, 1e-6);
    assert_int_equal(audio_missed(audio), BLOCK);
    write_numbers(stream, start + 24400, 1000);
    audio_mix(audio, start + 24480, out, BLOCK);
    assert_float_equal(out[0], number_of(start + 24480), 1e-6);
    audio_stream_close(&stream);
    assert_null(stream);
    audio_destroy(&audio);
}

static void streams_add_up_and_are_clipped(void **state) {
    (void)state;
    struct audio *audio = audio_create();
    int64_t start = audio_index_at(T0);
    struct audio_stream *a = open_stream(audio, T0, FLICK_NEVER, 100, false);
    struct audio_stream *b = open_stream(audio, T0, FLICK_NEVER, 50, false);
    write_numbers(a, start, BLOCK * 2);
    write_numbers(b, start, BLOCK * 2);
    float out[4 * BLOCK];
    audio_mix(audio, start, out, BLOCK * 2);
    assert_float_equal(audio_gain(50), 0.125, 1e-6);
    assert_float_equal(out[2 * 400], number_of(start + 400) * 1.125f, 1e-5);
    assert_float_equal(out[2 * 950], 1, 1e-6);
    assert_float_equal(out[2 * 950 + 1], -1, 1e-6);
    audio_stream_close(&a);
    audio_stream_close(&b);
    audio_destroy(&audio);
}

static float *constant(int count) {
    float *pairs = malloc((size_t)count * 2 * sizeof *pairs);
    for (int i = 0; i < count * 2; i++) {
        pairs[i] = 0.5f;
    }
    return pairs;
}

static void nothing_begins_or_ends_with_a_click(void **state) {
    (void)state;
    struct audio *audio = audio_create();
    int64_t start = audio_index_at(T0);
    struct audio_stream *stream = open_stream(audio, T0, T0 + SECOND / 10, 100, true);
    float *pairs = constant(9600), out[2 * 9600];
    audio_stream_write(stream, start, pairs, 9600);
    audio_mix(audio, start, out, 1000);
    audio_stream_retime(stream, T0 + SECOND / 10, 0); /* muted: ramped down over a block */
    audio_mix(audio, start + 1000, out + 2000, 1000);
    audio_stream_retime(stream, T0 + SECOND / 10, 100);
    audio_mix(audio, start + 2000, out + 4000, 1000);
    audio_mix(audio, start + 3000, out + 6000, 3000);
    float largest = 0;
    for (int i = 1; i < 6000; i++) {
        largest = fmaxf(largest, fabsf(out[2 * i] - out[2 * i - 2]));
    }
    assert_true(largest < 0.5f / 200); /* a fade of 5 ms or longer */
    assert_float_equal(out[0], 0, 1e-3);
    assert_float_equal(out[2 * 999], 0.5, 1e-6);
    assert_float_equal(out[2 * 1999], 0, 1e-3);
    assert_float_equal(out[2 * 2999], 0.5, 1e-3);
    assert_float_equal(out[2 * 4799], 0, 3e-3); /* the end of the showing */
    assert_float_equal(out[2 * 4800], 0, 1e-9);
    free(pairs);
    audio_stream_close(&stream);
    audio_destroy(&audio);
}

static void a_stream_holds_a_second_and_no_more(void **state) {
    (void)state;
    struct audio *audio = audio_create();
    int64_t start = audio_index_at(T0);
    struct audio_stream *stream = open_stream(audio, T0, FLICK_NEVER, 100, false);
    float *pairs = constant(AUDIO_AHEAD * 2), out[2 * BLOCK];
    assert_int_equal(audio_stream_write(stream, start, pairs, AUDIO_AHEAD * 2), AUDIO_AHEAD);
    assert_false(audio_stream_wait(stream, 1));
    assert_true(audio_is_ready(audio, start + AUDIO_AHEAD));
    assert_false(audio_is_ready(audio, start + AUDIO_AHEAD + 1));
    audio_mix(audio, start, out, BLOCK);
    assert_true(audio_stream_wait(stream, 1));
    assert_int_equal(audio_stream_write(stream, start + AUDIO_AHEAD, pairs, 1000), BLOCK);
    /* What is over is used up, not kept. */
    audio_skip(audio, start + INT64_C(10) * AUDIO_RATE);
    assert_int_equal(audio_stream_write(stream, start + AUDIO_AHEAD + BLOCK, pairs, 1000), 1000);
    audio_stream_end(stream);
    assert_true(audio_is_ready(audio, INT64_MAX));
    free(pairs);
    audio_stream_close(&stream);
    audio_mix(audio, start + INT64_C(11) * AUDIO_RATE, out, BLOCK);
    assert_false(audio_has_streams(audio));
    audio_destroy(&audio);
}

/* A card whose crystal is off, and measurements that jitter by half a period of the card. */
static void a_card_beside_the_clock_is_steered(void **state) {
    (void)state;
    static const struct {
        double ppm, start_s;
    } cards[] = {{100, 0}, {-100, 0}, {0, 0.05}, {30, -0.08}, {-300, 0.02}};
    for (size_t i = 0; i < COUNT(cards); i++) {
        struct audio_steering steering = {0};
        double error = cards[i].start_s, worst_late = 0, steer = 0;
        srandom(1);
        for (int tick = 0; tick < 50 * 120; tick++) {
            double jitter = ((double)random() / (double)RAND_MAX - 0.5) * 0.021;
            steer = audio_steering_update(&steering, error + jitter, 0.02);
            assert_true(fabs(steer) <= AUDIO_STEER_MAX);
            /* A fast card plays more of the sound in the same time; longer sound makes up for it.
             */
            error += 0.02 * (cards[i].ppm / 1e6 - steer);
            if (tick > 50 * 60) {
                worst_late = fmax(worst_late, fabs(error));
            }
        }
        assert_true(worst_late < 0.005);
        assert_true(fabs(steer - cards[i].ppm / 1e6) < 0.0002);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sample_is_heard_at_its_time),
        cmocka_unit_test(streams_add_up_and_are_clipped),
        cmocka_unit_test(nothing_begins_or_ends_with_a_click),
        cmocka_unit_test(a_stream_holds_a_second_and_no_more),
        cmocka_unit_test(a_card_beside_the_clock_is_steered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
