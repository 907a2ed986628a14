/* Hardware decoders, with fake ones that fail in every way: what is shown is always right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "clip.h"
#include "media/decoder.h"
#include "media/decoder_backend.h"
#include "media/decoder_verdict.h"

#define FRAMES 48
#define GOP    12

static char folder[] = "/tmp/test_decoder.XXXXXX";
static char *clip_path, *verdicts;
static AVFormatContext *file;
static struct str said;

static void keep_line(void *context, enum log_level level, const char *line) {
    (void)context;
    (void)level;
    str_add(&said, line);
    str_add(&said, "\n");
}

static int start(void **state) {
    (void)state;
    log_set_sink(keep_line, NULL);
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    clip_path = file_join(folder, "a.mp4");
    verdicts = file_join(folder, "decoders");
    clip_make(clip_path, &(struct clip){.width = 160,
                                        .height = 64,
                                        .frames = FRAMES,
                                        .rate = {25, 1},
                                        .gop = GOP,
                                        .b_frames = 2,
                                        .options = "preset=veryfast"});
    return avformat_open_input(&file, clip_path, NULL, NULL);
}

static int stop(void **state) {
    (void)state;
    avformat_close_input(&file);
    unlink(clip_path);
    unlink(verdicts);
    free(clip_path);
    free(verdicts);
    str_finish(&said);
    return rmdir(folder);
}

/* ---- fakes: libavcodec's software, made worse ----------------------------------------------- */

enum fault {
    FAULT_NONE,
    FAULT_CANNOT_OPEN,
    FAULT_ERRORS,  /* from the `after`th packet on */
    FAULT_HANGS,   /* in the call for the `after`th packet */
    FAULT_SILENCE, /* takes packets, gives nothing any more */
    FAULT_GARBAGE, /* grey pictures */
    FAULT_LOSES,   /* every second picture, after the `after`th packet */
    FAULT_ENDS,    /* says that it is over */
};

struct fake {
    struct decoder_backend row; /* first: a row is its fake */
    enum fault fault;
    int after;
    int opened;
    bool released; /* atomic */
};

struct fake_self {
    struct fake *fake;
    void *soft;
    int packets;
    int pictures;
};

static void *fake_open(const struct decoder_backend *row, const AVStream *stream, int threads) {
    struct fake *fake = (struct fake *)(uintptr_t)row;
    fake->opened++;
    if (fake->fault == FAULT_CANNOT_OPEN) {
        return NULL;
    }
    struct fake_self *self = mem_zero(1, sizeof *self);
    self->fake = fake;
    self->soft = decoder_software.open(&decoder_software, stream, threads);
    return self;
}

static void fake_close(void *self) {
    struct fake_self *f = self;
    decoder_software.close(f->soft);
    free(f);
}

static bool is_faulty(const struct fake_self *f, enum fault fault) {
    return f->fake->fault == fault && f->packets >= f->fake->after;
}

static int fake_send(void *self, const AVPacket *packet) {
    struct fake_self *f = self;
    f->packets++;
    if (is_faulty(f, FAULT_ERRORS)) {
        return AVERROR_EXTERNAL;
    }
    while (is_faulty(f, FAULT_HANGS) && !__atomic_load_n(&f->fake->released, __ATOMIC_ACQUIRE)) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return decoder_software.send(f->soft, packet);
}

static int fake_receive(void *self, AVFrame *frame) {
    struct fake_self *f = self;
    if (is_faulty(f, FAULT_ENDS)) {
        return AVERROR_EOF;
    }
    int error = decoder_software.receive(f->soft, frame);
    f->pictures += error >= 0;
    if (error >= 0 &&
        (is_faulty(f, FAULT_SILENCE) || (is_faulty(f, FAULT_LOSES) && f->pictures % 2 == 0))) {
        av_frame_unref(frame);
        return AVERROR(EAGAIN);
    }
    if (error >= 0 && is_faulty(f, FAULT_GARBAGE)) {
        AVFrame *grey = av_frame_alloc();
        grey->width = frame->width;
        grey->height = frame->height;
        grey->format = frame->format;
        av_frame_get_buffer(grey, 0);
        av_frame_copy_props(grey, frame);
        for (int y = 0; y < grey->height; y++) {
            memset(grey->data[0] + (ptrdiff_t)y * grey->linesize[0], 120, (size_t)grey->width);
        }
        av_frame_unref(frame);
        av_frame_move_ref(frame, grey);
        av_frame_free(&grey);
    }
    return error;
}

static void fake_flush(void *self) {
    decoder_software.flush(((struct fake_self *)self)->soft);
}

static int fake_delay(const void *self) {
    return decoder_software.delay(((const struct fake_self *)self)->soft);
}

static struct fake fake_of(enum fault fault, int after) {
    struct fake fake = {.fault = fault, .after = after};
    fake.row = (struct decoder_backend){.name = "fake",
                                        .open = fake_open,
                                        .close = fake_close,
                                        .send = fake_send,
                                        .receive = fake_receive,
                                        .flush = fake_flush,
                                        .delay = fake_delay};
    return fake;
}

/* ---- playing -------------------------------------------------------------------------------- */

struct played {
    int pictures;
    int64_t last;
    int gap; /* the longest, in pictures */
    int64_t slowest_us;
};

static void take(struct played *played, const AVFrame *frame, int64_t round_ticks) {
    int64_t step = round_ticks / FRAMES;
    int64_t number = frame->best_effort_timestamp / step;
    struct frame view = {.format = FRAME_I420,
                         .width = frame->width,
                         .height = frame->height,
                         .plane = {frame->data[0]},
                         .stride = {frame->linesize[0]}};
    assert_int_equal(clip_read(&view), number % FRAMES); /* the right picture */
    assert_true(number > played->last);                  /* in order, none twice */
    int gap = (int)(number - played->last);
    played->gap = gap > played->gap ? gap : played->gap;
    played->last = number;
    played->pictures++;
}

static void receive_all(struct decoder *decoder, struct played *played, int64_t round_ticks) {
    AVFrame *frame = av_frame_alloc();
    for (;;) {
        int64_t began = clock_monotonic_us();
        int error = decoder_receive(decoder, frame);
        int64_t took = clock_monotonic_us() - began;
        played->slowest_us = took > played->slowest_us ? took : played->slowest_us;
        if (error < 0) {
            break;
        }
        take(played, frame, round_ticks);
        av_frame_unref(frame);
        nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL); /* shown for a while */
    }
    av_frame_free(&frame);
}

static struct decoder *open_with(struct fake *fake) {
    const struct decoder_backend *const table[] = {&fake->row, &decoder_software, NULL};
    struct decoder_request request = {.stream = file->streams[0],
                                      .rate = {25, 1},
                                      .name = "a.mp4",
                                      .verdicts = verdicts,
                                      .backends = table};
    struct decoder *decoder = decoder_open(&request);
    assert_non_null(decoder);
    return decoder;
}

static struct played play(struct decoder *decoder, int rounds) {
    struct played played = {.last = -1};
    AVPacket *packet = av_packet_alloc();
    int64_t round_ticks = file->streams[0]->duration;
    for (int i = 0; i < rounds; i++) {
        av_seek_frame(file, 0, 0, AVSEEK_FLAG_BACKWARD);
        while (av_read_frame(file, packet) >= 0) {
            packet->pts += i * round_ticks;
            packet->dts += i * round_ticks;
            while (decoder_send(decoder, packet) == AVERROR(EAGAIN)) {
                receive_all(decoder, &played, round_ticks);
            }
            receive_all(decoder, &played, round_ticks);
            av_packet_unref(packet);
        }
    }
    decoder_send(decoder, NULL);
    receive_all(decoder, &played, round_ticks);
    av_packet_free(&packet);
    return played;
}

static enum decoder_verdict verdict(void) {
    char *key = decoder_verdict_key("fake", "h264", (struct size){160, 64});
    enum decoder_verdict found = decoder_verdict_read(verdicts, key);
    free(key);
    return found;
}

static void good_hardware_takes_over_without_a_gap(void **state) {
    (void)state;
    struct fake fake = fake_of(FAULT_NONE, 0);
    unlink(verdicts);
    struct decoder *decoder = open_with(&fake);
    assert_int_equal(verdict(), DECODER_VERDICT_TRYING);
    struct played played = play(decoder, 6);
    assert_string_equal(decoder_name(decoder), "fake");
    assert_int_equal(played.pictures, 6 * FRAMES);
    assert_int_equal(played.gap, 1);
    assert_int_equal(verdict(), DECODER_VERDICT_GOOD);
    decoder_close(&decoder);
}

static void bad_hardware_is_found_out_and_remembered(void **state) {
    (void)state;
    static const struct {
        enum fault fault;
        int after;
    } rows[] = {{FAULT_ERRORS, 0}, {FAULT_HANGS, 1}, {FAULT_SILENCE, 0}, {FAULT_GARBAGE, 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fake fake = fake_of(rows[i].fault, rows[i].after);
        unlink(verdicts);
        struct decoder *decoder = open_with(&fake);
        struct played played = play(decoder, 8);
        assert_string_equal(decoder_name(decoder), "software");
        assert_int_equal(played.pictures, 8 * FRAMES); /* nobody has noticed */
        assert_int_equal(played.gap, 1);
        assert_int_equal(verdict(), DECODER_VERDICT_BAD);
        __atomic_store_n(&fake.released, true, __ATOMIC_RELEASE);
        decoder_close(&decoder);
        int opened = fake.opened;
        decoder = open_with(&fake);
        assert_int_equal(play(decoder, 1).pictures, FRAMES);
        assert_int_equal(fake.opened, opened);
        decoder_close(&decoder);
    }
}

static void hardware_that_fails_later_gives_way_at_a_key_frame(void **state) {
    (void)state;
    static const struct {
        enum fault fault;
        int after;
        int gap_max;
    } rows[] = {
        {FAULT_ERRORS, 3 * FRAMES, 2 * GOP + 8},  {FAULT_HANGS, 3 * FRAMES, 2 * GOP + 8},
        {FAULT_SILENCE, 3 * FRAMES, 6 * GOP + 8}, {FAULT_LOSES, 3 * FRAMES, 2 * GOP + 8},
        {FAULT_ENDS, 3 * FRAMES, 2 * GOP + 8},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fake fake = fake_of(rows[i].fault, rows[i].after);
        unlink(verdicts);
        said.length = 0;
        struct decoder *decoder = open_with(&fake);
        struct played played = play(decoder, 10);
        assert_string_equal(decoder_name(decoder), "software");
        assert_int_equal(played.last, 10 * FRAMES - 1);
        assert_in_range(played.gap, 1, rows[i].gap_max);
        assert_in_range(played.slowest_us, 0, 2 * DECODER_SILENCE_MS * 1000);
        assert_int_equal(verdict(), DECODER_VERDICT_BAD);
        assert_non_null(strstr(said.text, "decoded by software from here on"));
        __atomic_store_n(&fake.released, true, __ATOMIC_RELEASE);
        decoder_close(&decoder);
    }
}

static void what_does_not_open_costs_nothing(void **state) {
    (void)state;
    struct fake fake = fake_of(FAULT_CANNOT_OPEN, 0);
    unlink(verdicts);
    struct decoder *decoder = open_with(&fake);
    assert_int_equal(play(decoder, 1).pictures, FRAMES);
    decoder_close(&decoder);
}

static void a_driver_that_took_the_process_down_is_left_alone(void **state) {
    (void)state;
    struct fake fake = fake_of(FAULT_NONE, 0);
    char *key = decoder_verdict_key("fake", "h264", (struct size){160, 64});
    unlink(verdicts);
    decoder_verdict_write(verdicts, key, DECODER_VERDICT_TRYING);
    struct decoder *decoder = open_with(&fake);
    assert_int_equal(play(decoder, 1).pictures, FRAMES);
    assert_int_equal(fake.opened, 0);
    decoder_close(&decoder);
    free(key);
}

static void closing_during_a_trial_leaves_no_mark(void **state) {
    (void)state;
    struct fake fake = fake_of(FAULT_NONE, 0);
    unlink(verdicts);
    struct decoder *decoder = open_with(&fake);
    decoder_close(&decoder);
    assert_int_equal(verdict(), DECODER_VERDICT_UNKNOWN);
}

static void verdicts_are_kept_by_key(void **state) {
    (void)state;
    unlink(verdicts);
    for (int i = 0; i < 150; i++) {
        char key[32];
        snprintf(key, sizeof key, "board|%d", i);
        decoder_verdict_write(verdicts, key, i % 2 ? DECODER_VERDICT_BAD : DECODER_VERDICT_GOOD);
    }
    assert_int_equal(decoder_verdict_read(verdicts, "board|149"), DECODER_VERDICT_BAD);
    assert_int_equal(decoder_verdict_read(verdicts, "board|148"), DECODER_VERDICT_GOOD);
    assert_int_equal(decoder_verdict_read(verdicts, "board|14"), DECODER_VERDICT_UNKNOWN);
    decoder_verdict_write(verdicts, "board|149", DECODER_VERDICT_GOOD);
    assert_int_equal(decoder_verdict_read(verdicts, "board|149"), DECODER_VERDICT_GOOD);
    decoder_verdict_write(verdicts, "board|149", DECODER_VERDICT_UNKNOWN);
    assert_int_equal(decoder_verdict_read(verdicts, "board|149"), DECODER_VERDICT_UNKNOWN);
    const char *why = NULL;
    assert_true(file_write(verdicts, "\n \nbad\ngood", 11, &why));
    assert_int_equal(decoder_verdict_read(verdicts, "bad"), DECODER_VERDICT_UNKNOWN);
}

static void threads_follow_the_rate_of_pixels(void **state) {
    (void)state;
    if (sizeof(void *) == 8) {
        assert_int_equal(decoder_threads(1920 * 1080 * 30.0, AV_CODEC_ID_H264, 1), 1);
    }
    assert_in_range(decoder_threads(3840 * 2160 * 60.0, AV_CODEC_ID_H264, 64), 2, 8);
    assert_int_equal(decoder_threads(1e12, AV_CODEC_ID_AV1, 2), 2);
    assert_int_equal(decoder_threads(0, AV_CODEC_ID_H264, 4), 1);
    assert_true(decoder_threads(1920 * 1080 * 60.0, AV_CODEC_ID_H264, 8) >=
                decoder_threads(1280 * 720 * 30.0, AV_CODEC_ID_H264, 8));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_hardware_takes_over_without_a_gap),
        cmocka_unit_test(bad_hardware_is_found_out_and_remembered),
        cmocka_unit_test(hardware_that_fails_later_gives_way_at_a_key_frame),
        cmocka_unit_test(what_does_not_open_costs_nothing),
        cmocka_unit_test(a_driver_that_took_the_process_down_is_left_alone),
        cmocka_unit_test(closing_during_a_trial_leaves_no_mark),
        cmocka_unit_test(verdicts_are_kept_by_key),
        cmocka_unit_test(threads_follow_the_rate_of_pixels),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
