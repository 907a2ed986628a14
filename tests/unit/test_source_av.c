/* A video as a source: which picture is shown when, for files of all kinds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/wake.h"
#include "clip.h"
#include "media/probe.h"
#include "media/services.h"
#include "media/source_kind.h"
#include "model/model.h"

#define SECOND FLICKS_PER_SECOND

/* x265, which makes one of the clips, does not free all it has, and its threads are not built for
 * the sanitizer to understand. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void) {
    return "race:libx265\ncalled_from_lib:libx265";
}

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libx265";
}

static char folder[] = "/tmp/test_source_av.XXXXXX";
static struct wake *bell;
static struct source_services *services;
static struct model *model;
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
    bell = wake_create();
    model = model_create(arena_create());
    struct source_services_options options = {.wake = bell};
    services = source_services_create(&options);
    return mkdtemp(folder) == NULL || services == NULL;
}

static int stop(void **state) {
    (void)state;
    source_services_destroy(&services);
    model_unref(&model);
    wake_destroy(&bell);
    str_finish(&said);
    return rmdir(folder);
}

struct opened {
    struct item *item;
    void *self;
    struct layer layer;
    flick_t unchanged_until;
};

struct asked {
    const char *name; /* inside the folder */
    struct size zone;
    enum fit fit;
    flick_t started, first, until;
    bool endless, wants_yuv, hurries;
};

static const char *path_of(const char *name) {
    return arena_printf(model->arena, "%s/%s", folder, name);
}

static struct opened open_video(const struct asked *asked) {
    struct opened opened = {0};
    struct media *media = arena_zero(model->arena, 1, sizeof *media);
    char problem[160] = "";
    media->name = media->path = path_of(asked->name);
    if (!probe_file(media->path, PROBE_VIDEO, &media->facts, problem, sizeof problem)) {
        fail_msg("%s: %s", asked->name, problem);
    }
    opened.item = arena_zero(model->arena, 1, sizeof *opened.item);
    *opened.item =
        (struct item){.kind = ITEM_VIDEO, .title = media->name, .media = media, .fit = asked->fit};
    struct source_request request = {
        .model = model,
        .item = opened.item,
        .zone = asked->zone.w > 0 ? asked->zone : media->facts.size,
        .started = asked->started,
        .first = asked->first > 0 ? asked->first : asked->started,
        .until = asked->until > 0 ? asked->until : asked->started + media->facts.duration,
        .endless = asked->endless,
        .hurries = asked->hurries,
    };
    source_services_know_canvas(services, asked->wants_yuv);
    opened.self = source_av.open(services, &request);
    return opened;
}

/* Waits until the picture for t is there and reads its number; -2: there is none. */
static int look(struct opened *source, flick_t t) {
    int64_t limit = clock_monotonic_us() + 20 * 1000000;
    for (;;) {
        uint64_t seen = wake_count(bell);
        if (source_av.is_exact_at(source->self, t)) {
            break;
        }
        wake_wait(bell, seen, 100);
        assert_true(clock_monotonic_us() < limit);
    }
    struct layer layers[SOURCE_LAYERS_MAX];
    size_t count = source_av.layers_at(source->self, t, layers, &source->unchanged_until);
    source->layer = layers[0];
    return count == 1 ? clip_read(layers[0].frame) : -2;
}

static void shut(struct opened *source, const char *name) {
    source_av.close(source->self);
    if (name != NULL) {
        unlink(path_of(name));
    }
}

struct looping_row {
    const char *name;
    struct clip clip;
};

static const struct looping_row looping[] = {
    {"plain.mp4", {.frames = 30, .rate = {30, 1}, .gop = 10}},
    {"b.mp4", {.frames = 31, .rate = {30000, 1001}, .b_frames = 3, .options = "preset=veryfast"}},
    {"b.mkv", {.frames = 29, .rate = {30000, 1001}, .b_frames = 3, .options = "preset=veryfast"}},
    {"b.ts", {.frames = 33, .rate = {25, 1}, .b_frames = 2, .options = "preset=veryfast"}},
    {"open.mp4",
     {.frames = 40,
      .rate = {24, 1},
      .gop = 8,
      .b_frames = 2,
      .options = "preset=veryfast:x264-params=open-gop=1"}},
    {"raw.h264", {.frames = 26, .rate = {25, 1}, .gop = 5}},
    {"two.mp4", {.frames = 2, .rate = {25, 1}}},
    {"mpeg4.avi", {.codec = "mpeg4", .frames = 26, .rate = {25, 1}, .b_frames = 2}},
    {"mpeg2.ts", {.codec = "mpeg2video", .frames = 26, .rate = {25, 1}, .b_frames = 2}},
    {"motion.avi",
     {.codec = "mjpeg", .frames = 20, .rate = {10, 1}, .options = "strict=unofficial"}},
    {"vp8.webm",
     {.codec = "libvpx", .frames = 20, .rate = {20, 1}, .options = "deadline=realtime"}},
    {"vp9.webm",
     {.codec = "libvpx-vp9",
      .frames = 20,
      .rate = {20, 1},
      .options = "deadline=realtime:cpu-used=8"}},
    {"hevc.mp4",
     {.codec = "libx265",
      .frames = 30,
      .rate = {30, 1},
      .gop = 10,
      .options = "preset=ultrafast:x265-params=log-level=none"}},
    {"ten.mp4", {.frames = 12, .rate = {12, 1}, .format = AV_PIX_FMT_YUV420P10LE}},
};

/* Every picture of every round, once, in order, at its exact instant; nothing drifts. */
static void a_loop_is_an_endless_stream(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(looping); i++) {
        struct clip clip = looping[i].clip;
        clip.width = 160;
        clip.height = 64;
        clip_make(path_of(looping[i].name), &clip);
        flick_t started = 1000 * SECOND;
        struct opened source = open_video(
            &(struct asked){.name = looping[i].name, .started = started, .endless = true});
        struct ratio rate = {clip.rate.num, clip.rate.den};
        assert_int_equal(source.item->media->facts.duration, flick_of_frame(clip.frames, rate));
        flick_t length = source.item->media->facts.duration;
        for (int n = 0; n < 4 * clip.frames + 5; n++) {
            flick_t t = started + n / clip.frames * length + flick_of_frame(n % clip.frames, rate);
            int number = look(&source, t);
            if (number != n % clip.frames) {
                fail_msg("%s: picture %d of round %d at %d", looping[i].name, number,
                         n / clip.frames, n % clip.frames);
            }
            int next = n + 1;
            flick_t end =
                started + next / clip.frames * length + flick_of_frame(next % clip.frames, rate);
            assert_int_equal(look(&source, end - 1), number);
            if (source.unchanged_until != end) {
                fail_msg("%s: %d ends %.6f s late", looping[i].name, n,
                         flick_to_seconds(source.unchanged_until - end));
            }
        }
        assert_int_equal(source_av.state(source.self), SOURCE_READY);
        shut(&source, looping[i].name);
    }
}

static void joining_midway_shows_the_right_picture(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(looping); i++) {
        struct clip clip = looping[i].clip;
        clip.width = 160;
        clip.height = 64;
        clip_make(path_of(looping[i].name), &clip);
        struct ratio rate = {clip.rate.num, clip.rate.den};
        for (int n = 0; n < clip.frames; n += 7) {
            flick_t length = flick_of_frame(clip.frames, rate);
            flick_t into = flick_of_frame(n, rate) + 1000;
            struct opened source =
                open_video(&(struct asked){.name = looping[i].name,
                                           .started = 500 * SECOND,
                                           .first = 500 * SECOND + 3 * length + into,
                                           .endless = true});
            int number = look(&source, 500 * SECOND + 3 * length + into);
            if (number != n) {
                fail_msg("%s: picture %d instead of %d", looping[i].name, number, n);
            }
            assert_int_equal(look(&source, 500 * SECOND + 4 * length), 0);
            shut(&source, NULL);
        }
        unlink(path_of(looping[i].name));
    }
}

/* Joined far behind its only key frame. The picture is so large that none is made ahead before the
 * first one was asked for, so that the early one is certain to be seen. */
static void who_hurries_shows_the_key_frame_first(void **state) {
    (void)state;
    struct source_services *usual = services;
    services =
        source_services_create(&(struct source_services_options){.wake = bell, .realtime = true});
    clip_make(
        path_of("a.mp4"),
        &(struct clip){.width = 1280, .height = 512, .frames = 60, .rate = {10, 1}, .gop = 60});
    for (int hurries = 0; hurries < 2; hurries++) {
        flick_t t = 5 * SECOND;
        struct opened source =
            open_video(&(struct asked){.name = "a.mp4", .first = t, .hurries = hurries == 1});
        int64_t limit = clock_monotonic_us() + 20 * 1000000;
        while (source_av.state(source.self) == SOURCE_OPENING && clock_monotonic_us() < limit) {
            wake_wait(bell, wake_count(bell), 10);
        }
        struct layer layer;
        assert_int_equal(source_av.layers_at(source.self, t, &layer, &source.unchanged_until), 1);
        assert_int_equal(clip_read(layer.frame), hurries == 1 ? 0 : 50);
        assert_int_equal(look(&source, t), 50);
        assert_int_equal(look(&source, t + SECOND / 10), 51);
        shut(&source, NULL);
    }
    unlink(path_of("a.mp4"));
    source_services_destroy(&services);
    services = usual;
}

/* Shown for 2.5 times its length, then held. */
static void a_long_showing_repeats_and_a_finished_one_is_held(void **state) {
    (void)state;
    clip_make(path_of("a.mp4"),
              &(struct clip){.width = 160, .height = 64, .frames = 10, .rate = {10, 1}});
    struct opened source = open_video(&(struct asked){.name = "a.mp4", .until = 5 * SECOND / 2});
    for (int n = 0; n < 25; n++) {
        assert_int_equal(look(&source, n * (SECOND / 10)), n % 10);
    }
    assert_int_equal(look(&source, 3 * SECOND), 4);
    assert_true(source.unchanged_until == FLICK_NEVER);
    /* The plan changes its mind while the source is open. */
    shut(&source, NULL);
    source = open_video(&(struct asked){.name = "a.mp4", .endless = true});
    assert_int_equal(look(&source, 12 * (SECOND / 10)), 2);
    source_av.retime(source.self, 3 * SECOND, false, 100);
    assert_int_equal(look(&source, 3 * SECOND - 1), 9);
    assert_int_equal(look(&source, 9 * SECOND), 9);
    shut(&source, "a.mp4");
}

static int64_t uneven(int frame) {
    static const int64_t at[] = {0, 40, 500, 520, 2000, 2040, 2080, 3500};
    return at[frame];
}

static void irregular_rates_follow_the_time_stamps(void **state) {
    (void)state;
    clip_make(
        path_of("a.mkv"),
        &(struct clip){.width = 160, .height = 64, .frames = 8, .rate = {25, 1}, .pts_of = uneven});
    struct opened source = open_video(&(struct asked){.name = "a.mkv", .endless = true});
    flick_t length = source.item->media->facts.duration;
    assert_true(source.item->media->facts.variable_rate);
    assert_true(length >= 3501 * FLICKS_PER_MILLISECOND && length <= 3600 * FLICKS_PER_MILLISECOND);
    for (int n = 0; n < 24; n++) {
        flick_t t = n / 8 * length + uneven(n % 8) * FLICKS_PER_MILLISECOND;
        assert_int_equal(look(&source, t), n % 8);
        flick_t end = n % 8 == 7 ? (n / 8 + 1) * length
                                 : n / 8 * length + uneven(n % 8 + 1) * FLICKS_PER_MILLISECOND;
        assert_int_equal(look(&source, end - 1), n % 8);
    }
    shut(&source, NULL);
    /* Joined inside a picture that lasts for 1.5 s. */
    source = open_video(&(struct asked){.name = "a.mkv", .first = SECOND, .endless = true});
    assert_int_equal(look(&source, SECOND), 3);
    assert_int_equal(look(&source, 2 * SECOND), 4);
    shut(&source, "a.mkv");
}

/* The system's clock is set back by 40 s: the picture of that time comes back. */
static void a_clock_that_is_set_back_is_followed(void **state) {
    (void)state;
    clip_make(path_of("a.mp4"),
              &(struct clip){.width = 160, .height = 64, .frames = 20, .rate = {10, 1}});
    struct opened source =
        open_video(&(struct asked){.name = "a.mp4", .first = 60 * SECOND, .endless = true});
    assert_int_equal(look(&source, 60 * SECOND), 0);
    flick_t t = 20 * SECOND + SECOND / 2;
    look(&source, t); /* once is no proof */
    assert_int_equal(look(&source, 60 * SECOND + SECOND / 10), 1);
    for (int i = 0; i < 10; i++) {
        look(&source, t);
    }
    assert_int_equal(look(&source, t), 5);
    assert_int_equal(look(&source, t + SECOND), 15);
    shut(&source, "a.mp4");
}

static void one_picture_stays(void **state) {
    (void)state;
    clip_make(path_of("a.mp4"),
              &(struct clip){.width = 160, .height = 64, .frames = 1, .rate = {25, 1}});
    static const flick_t firsts[] = {0, 7 * SECOND};
    for (size_t i = 0; i < COUNT(firsts); i++) {
        struct opened source = open_video(&(struct asked){
            .name = "a.mp4", .first = firsts[i], .until = 10 * SECOND, .endless = i == 1});
        assert_int_equal(look(&source, 8 * SECOND), 0);
        assert_int_equal(look(&source, 100 * SECOND), 0);
        assert_true(source.unchanged_until == FLICK_NEVER);
        shut(&source, NULL);
    }
    unlink(path_of("a.mp4"));
}

/* As far as it goes, then its last picture is held; the loop starts on time. */
static void a_truncated_file_is_played_as_far_as_it_goes(void **state) {
    (void)state;
    clip_make(
        path_of("whole.mkv"),
        &(struct clip){.width = 640, .height = 256, .frames = 100, .rate = {10, 1}, .gop = 100});
    const char *path = path_of("whole.mkv");
    struct file_identity id;
    assert_true(file_identify(path, &id));
    struct opened source = open_video(&(struct asked){.name = "whole.mkv"});
    shut(&source, NULL);
    struct media media = *source.item->media;
    assert_int_equal(truncate(path, id.size / 2), 0);
    struct item item = {.kind = ITEM_VIDEO, .title = "cut", .media = &media};
    struct source_request request = {
        .model = model, .item = &item, .zone = {160, 64}, .until = 10 * SECOND, .endless = true};
    said.length = 0;
    source.self = source_av.open(services, &request);
    int last = 0;
    for (int n = 0; n < 100; n++) {
        int number = look(&source, n * (SECOND / 10));
        assert_true(number == n || (n > 20 && number == last));
        last = number;
    }
    assert_in_range(last, 20, 80);
    assert_int_equal(look(&source, 10 * SECOND), 0);
    assert_int_equal(look(&source, 15 * SECOND), last < 50 ? last : 50);
    assert_non_null(strstr(said.text, "the file ends"));
    shut(&source, NULL);
    /* Joined behind its end. */
    request.first = 9 * SECOND;
    source.self = source_av.open(services, &request);
    assert_int_equal(look(&source, 9 * SECOND), last);
    assert_int_equal(look(&source, 10 * SECOND), 0);
    shut(&source, "whole.mkv");
    source_services_destroy(&services); /* `item` and `media` end here */
    services = source_services_create(&(struct source_services_options){.wake = bell});
}

/* Bytes in the middle are garbage: what can be decoded is shown, the rest skipped. */
static void damage_is_skipped(void **state) {
    (void)state;
    clip_make(
        path_of("a.ts"),
        &(struct clip){.width = 640, .height = 256, .frames = 100, .rate = {10, 1}, .gop = 10});
    size_t size = 0;
    const char *why = NULL;
    char *bytes = file_read(path_of("a.ts"), 1 << 24, &size, &why);
    assert_non_null(bytes);
    struct opened source = open_video(&(struct asked){.name = "a.ts"});
    for (size_t i = size * 4 / 10; i < size * 6 / 10; i++) {
        bytes[i] = (char)(i * 2654435761u >> 13);
    }
    shut(&source, NULL);
    assert_true(file_write(path_of("a.ts"), bytes, size, &why));
    free(bytes);
    source = open_video(&(struct asked){.name = "a.ts", .until = 10 * SECOND});
    assert_int_equal(look(&source, 0), 0);
    assert_int_equal(look(&source, 2 * SECOND), 20);
    assert_int_equal(look(&source, 10 * SECOND - 1), 99);
    assert_int_equal(source_av.state(source.self), SOURCE_READY);
    shut(&source, "a.ts");
}

static void what_gives_no_picture_fails_and_says_so_once(void **state) {
    (void)state;
    clip_make(path_of("a.mp4"),
              &(struct clip){.width = 160, .height = 64, .frames = 10, .rate = {10, 1}});
    struct opened source = open_video(&(struct asked){.name = "a.mp4"});
    shut(&source, NULL);
    struct media media = *source.item->media;
    struct item item = {.kind = ITEM_VIDEO, .title = "gone", .media = &media};
    struct source_request request = {
        .model = model, .item = &item, .zone = {160, 64}, .until = SECOND};
    const char *why = NULL;
    static const char nonsense[] = "nothing of a video";
    assert_true(file_write(media.path, nonsense, sizeof nonsense, &why));
    said.length = 0;
    source.self = source_av.open(services, &request);
    assert_int_equal(look(&source, 0), -2);
    assert_int_equal(source_av.state(source.self), SOURCE_FAILED);
    assert_non_null(strstr(said.text, "a.mp4"));
    assert_null(strstr(strstr(said.text, "a.mp4") + 1, "a.mp4"));
    shut(&source, "a.mp4");
    source_services_destroy(&services);
    services = source_services_create(&(struct source_services_options){.wake = bell});
}

static void a_shape_is_kept(void **state) {
    (void)state;
    static const struct {
        struct clip clip;
        struct size zone;
        enum fit fit;
        bool wants_yuv;
        struct rect place;
    } rows[] = {
        {{.width = 320, .height = 96}, {160, 48}, FIT_CONTAIN, false, {0, 0, 160, 48}},
        {{.width = 320, .height = 96}, {160, 48}, FIT_CONTAIN, true, {0, 0, 160, 48}},
        {{.width = 162, .height = 97, .codec = "ffv1"},
         {162, 97},
         FIT_NONE,
         false,
         {0, 0, 162, 97}},
        {{.width = 160, .height = 96, .sar = {2, 1}},
         {320, 100},
         FIT_CONTAIN,
         false,
         {0, 2, 320, 96}},
        {{.width = 320, .height = 96, .interlaced = true},
         {160, 48},
         FIT_CONTAIN,
         false,
         {0, 0, 160, 48}},
        {{.width = 320, .height = 96, .interlaced = true},
         {320, 96},
         FIT_CONTAIN,
         false,
         {0, 0, 320, 96}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct clip clip = rows[i].clip;
        clip.frames = 4;
        clip.rate = (AVRational){25, 1};
        clip_make(path_of("a.mkv"), &clip);
        struct opened source = open_video(&(struct asked){.name = "a.mkv",
                                                          .zone = rows[i].zone,
                                                          .fit = rows[i].fit,
                                                          .wants_yuv = rows[i].wants_yuv});
        assert_int_equal(look(&source, 2 * (SECOND / 25)), 2);
        assert_true(rect_equal(source.layer.to_on_canvas, rows[i].place));
        if (!rows[i].wants_yuv) { /* pixel for pixel */
            assert_int_equal(source.layer.from_in_frame.w, rows[i].place.w);
            assert_int_equal(source.layer.from_in_frame.h, rows[i].place.h);
        }
        shut(&source, "a.mkv");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loop_is_an_endless_stream),
        cmocka_unit_test(joining_midway_shows_the_right_picture),
        cmocka_unit_test(who_hurries_shows_the_key_frame_first),
        cmocka_unit_test(a_long_showing_repeats_and_a_finished_one_is_held),
        cmocka_unit_test(irregular_rates_follow_the_time_stamps),
        cmocka_unit_test(a_clock_that_is_set_back_is_followed),
        cmocka_unit_test(one_picture_stays),
        cmocka_unit_test(a_truncated_file_is_played_as_far_as_it_goes),
        cmocka_unit_test(damage_is_skipped),
        cmocka_unit_test(what_gives_no_picture_fails_and_says_so_once),
        cmocka_unit_test(a_shape_is_kept),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
