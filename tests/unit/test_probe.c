/* What is found out about a file before it is played. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "clip.h"
#include "media/picture_write.h"
#include "media/probe_cache.h"
#include "model/model.h"

static char folder[] = "/tmp/test_probe.XXXXXX";

static int start(void **state) {
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int stop(void **state) {
    (void)state;
    return rmdir(folder);
}

static int64_t uneven(int frame) {
    return frame * 40 + (frame > 5 ? 700 : 0);
}

/* 29.97 pictures a second, as a clock of milliseconds has them. */
static int64_t rounded(int frame) {
    return (frame * INT64_C(1001) + 15) / 30;
}

static void lengths_are_exact(void **state) {
    (void)state;
    static const struct {
        const char *name;
        struct clip clip;
        bool is_variable;
        struct ratio rate;
        int64_t frames;
    } rows[] = {
        {"a.mp4", {.frames = 31, .rate = {30000, 1001}, .b_frames = 2}, false, {30000, 1001}, 31},
        {"a.mkv", {.frames = 31, .rate = {30000, 1001}, .b_frames = 2}, false, {30000, 1001}, 31},
        {"b.mkv",
         {.frames = 200, .rate = {30000, 1001}, .pts_of = rounded},
         false,
         {30000, 1001},
         200},
        {"a.ts", {.frames = 50, .rate = {25, 1}, .b_frames = 1}, false, {25, 1}, 50},
        {"a.h264", {.frames = 50, .rate = {25, 1}}, false, {25, 1}, 50},
        {"a.avi", {.frames = 24, .rate = {24, 1}, .codec = "mpeg4"}, false, {24, 1}, 24},
        {"a.mov", {.frames = 120, .rate = {60, 1}}, false, {60, 1}, 120},
        {"v.mp4", {.frames = 20, .rate = {25, 1}, .pts_of = uneven}, true, {0, 1}, 20},
        {"v.mkv", {.frames = 20, .rate = {25, 1}, .pts_of = uneven}, true, {0, 1}, 20},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *path = file_join(folder, rows[i].name);
        struct clip clip = rows[i].clip;
        struct media_facts facts;
        char problem[160] = "";
        clip.width = 64;
        clip.height = 48;
        clip_make(path, &clip);
        if (!probe_file(path, PROBE_VIDEO, &facts, problem, sizeof problem)) {
            fail_msg("%s: %s", rows[i].name, problem);
        }
        assert_int_equal(facts.frame_count, rows[i].frames);
        assert_int_equal(facts.variable_rate, rows[i].is_variable);
        if (!rows[i].is_variable) {
            flick_t expected = flick_of_frame(rows[i].frames, rows[i].rate);
            if (facts.duration != expected) {
                fail_msg("%s: %lld/%lld, %.6f s", rows[i].name, (long long)facts.rate.num,
                         (long long)facts.rate.den, flick_to_seconds(facts.duration));
            }
        } else {
            assert_in_range(facts.duration, 1460 * FLICKS_PER_MILLISECOND,
                            1510 * FLICKS_PER_MILLISECOND);
        }
        unlink(path);
        free(path);
    }
}

static void shapes_are_set_upright(void **state) {
    (void)state;
    static const struct {
        struct clip clip;
        struct size size;
        int rotation;
    } rows[] = {
        {{.width = 64, .height = 48}, {64, 48}, 0},
        {{.width = 64, .height = 48, .sar = {3, 2}}, {96, 48}, 0},
        {{.width = 64, .height = 48, .rotation = 90}, {48, 64}, 90},
        {{.width = 64, .height = 48, .rotation = 180}, {64, 48}, 180},
        {{.width = 64, .height = 48, .rotation = 270}, {48, 64}, 270},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *path = file_join(folder, "a.mp4");
        struct clip clip = rows[i].clip;
        struct media_facts facts;
        char problem[160] = "";
        clip.frames = 3;
        clip.rate = (AVRational){25, 1};
        clip_make(path, &clip);
        assert_true(probe_file(path, PROBE_VIDEO, &facts, problem, sizeof problem));
        assert_int_equal(facts.size.w, rows[i].size.w);
        assert_int_equal(facts.size.h, rows[i].size.h);
        assert_int_equal(facts.rotation, rows[i].rotation);
        unlink(path);
        free(path);
    }
}

static void one_picture_is_a_still(void **state) {
    (void)state;
    char *path = file_join(folder, "a.mp4");
    struct media_facts facts;
    char problem[160] = "";
    clip_make(path, &(struct clip){.width = 64, .height = 48, .frames = 1, .rate = {25, 1}});
    assert_true(probe_file(path, PROBE_VIDEO, &facts, problem, sizeof problem));
    assert_int_equal(facts.frame_count, 1);
    assert_int_equal(facts.duration, 0);
    assert_true(facts.is_still);
    unlink(path);
    free(path);
}

static void what_is_no_video_is_refused_with_a_reason(void **state) {
    (void)state;
    static const char *const contents[] = {"", "a", "#EXTM3U\nhttp://example.com/a.ts\n",
                                           "ffconcat version 1.0\nfile /etc/passwd\n"};
    for (size_t i = 0; i < COUNT(contents); i++) {
        char *path = file_join(folder, "a.mp4");
        struct media_facts facts;
        char problem[160] = "";
        const char *why = NULL;
        assert_true(file_write(path, contents[i], strlen(contents[i]), &why));
        assert_false(probe_file(path, PROBE_VIDEO, &facts, problem, sizeof problem));
        assert_string_not_equal(problem, "");
        unlink(path);
        free(path);
    }
}

/* Before it is decoded, and whatever its name promises. */
static void what_is_no_picture_is_refused_with_a_reason(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *reason;
    } rows[] = {
        {"RIFF\0\1\0\0WEBPVP8X\12\0\0\0\2\0\0\0\77\0\0\77\0\0ANIM", 34, "animated WebP"},
        {"\0\0\0\40ftypavif\0\0\0\0avifmif1", 24, "convert it to JPEG or PNG"},
        {"\0\0\0\30ftypheic\0\0\0\0mif1heic", 24, "convert it to JPEG or PNG"},
        {"\0\0\0\40ftypisom\0\0\2\0isomiso2", 24, "not a PNG, JPEG"},
        {"version https://git-lfs.github.com/spec/v1", 42, "not a PNG, JPEG"},
        {"", 0, "it is damaged"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char path[64], problem[160] = "";
        const char *why = NULL;
        struct media_facts facts;
        snprintf(path, sizeof path, "%s/not.png", folder);
        assert_true(file_write(path, rows[i].bytes, rows[i].length, &why));
        assert_false(probe_file(path, PROBE_IMAGE, &facts, problem, sizeof problem));
        if (strstr(problem, rows[i].reason) == NULL) {
            fail_msg("row %zu: \"%s\", not \"%s\"", i, problem, rows[i].reason);
        }
        unlink(path);
    }
}

static void write_picture(const char *path, int width, size_t size) {
    const char *why = NULL;
    uint8_t pixels[64 * 4] = {0};
    assert_true(picture_write_png(path, pixels, width, 1, 64 * 4, &why));
    assert_int_equal(truncate(path, (off_t)size), 0);
}

/* Known files are not looked into again until they change, and those no longer asked for are
 * forgotten. */
static void what_is_known_is_remembered(void **state) {
    (void)state;
    struct probe_cache *cache = probe_cache_create();
    struct media_facts facts;
    char problem[160];
    char *path = file_join(folder, "a.png"), *other = file_join(folder, "b.png");
    struct stat info;
    write_picture(path, 8, 500);
    assert_true(probe_cache_file(cache, path, PROBE_IMAGE, &facts, problem, sizeof problem));
    assert_int_equal(facts.size.w, 8);
    assert_int_equal(stat(path, &info), 0);

    /* Other bytes in the same file of the same size and time: the old facts. */
    write_picture(other, 9, 500);
    size_t length = 0;
    const char *why = NULL;
    char *bytes = file_read(other, 1000, &length, &why);
    FILE *file = fopen(path, "r+b");
    assert_int_equal(fwrite(bytes, 1, length, file), 500);
    fclose(file);
    free(bytes);
    const struct timespec times[2] = {info.st_atim, info.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_true(probe_cache_file(cache, path, PROBE_IMAGE, &facts, problem, sizeof problem));
    assert_int_equal(facts.size.w, 8);
    assert_true(probe_cache_file(NULL, path, PROBE_IMAGE, &facts, problem, sizeof problem));
    assert_int_equal(facts.size.w, 9);

    probe_cache_sweep(cache); /* asked for since the last one: stays */
    assert_true(probe_cache_file(cache, path, PROBE_IMAGE, &facts, problem, sizeof problem));
    assert_int_equal(facts.size.w, 8);
    probe_cache_sweep(cache);
    probe_cache_sweep(cache);
    assert_true(probe_cache_file(cache, path, PROBE_IMAGE, &facts, problem, sizeof problem));
    assert_int_equal(facts.size.w, 9);

    write_picture(path, 10, 501);
    assert_true(probe_cache_file(cache, path, PROBE_IMAGE, &facts, problem, sizeof problem));
    assert_int_equal(facts.size.w, 10);
    unlink(path);
    assert_false(probe_cache_file(cache, path, PROBE_IMAGE, &facts, problem, sizeof problem));
    unlink(other);
    free(path);
    free(other);
    probe_cache_destroy(&cache);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_are_exact),
        cmocka_unit_test(shapes_are_set_upright),
        cmocka_unit_test(one_picture_is_a_still),
        cmocka_unit_test(what_is_no_video_is_refused_with_a_reason),
        cmocka_unit_test(what_is_no_picture_is_refused_with_a_reason),
        cmocka_unit_test(what_is_known_is_remembered),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
