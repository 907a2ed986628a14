#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/wake.h"
#include "loader.h"
#include "model/config.h"
#include "unit.h"

#define SITE                                                                                       \
    "screen = { size = [ 96, 48 ]; };\nplaylists = { a = ( { color = \"%s\"; } ); };\n"            \
    "schedule = ( { play = \"%s\"; } );\n"

static atomic_int loads;

static struct model *load(const char *path, struct probe_cache *known, struct problems *problems) {
    (void)known;
    atomic_fetch_add(&loads, 1);
    return config_load(path, NULL, NULL, problems);
}

struct bench {
    char path[64];
    struct wake *wake;
    struct loader *loader;
};

static void write_site(const struct bench *bench, const char *color, const char *play) {
    char text[256];
    const char *why = NULL;
    snprintf(text, sizeof text, SITE, color, play);
    assert_true(file_write(bench->path, text, strlen(text), &why));
}

static void bench_open(struct bench *bench) {
    strcpy(bench->path, "/tmp/ledsign-loader-XXXXXX");
    close(mkstemp(bench->path));
    write_site(bench, "#FF0000", "a");
    atomic_store(&loads, 0);
    bench->wake = wake_create();
    bench->loader = loader_create(bench->path, load, bench->wake, 100);
    assert_non_null(bench->loader);
}

static void bench_close(struct bench *bench) {
    loader_destroy(&bench->loader);
    assert_null(bench->loader);
    wake_destroy(&bench->wake);
    unlink(bench->path);
}

/* Waits until a load has finished; false when none does within the limit. */
static bool take(struct bench *bench, int limit_ms, struct model **model,
                 struct problems *problems) {
    int64_t until = clock_monotonic_us() + limit_ms * INT64_C(1000);
    for (;;) {
        uint64_t seen = wake_count(bench->wake);
        if (loader_take(bench->loader, model, problems)) {
            return true;
        }
        if (clock_monotonic_us() > until) {
            return false;
        }
        wake_wait(bench->wake, seen, 50);
    }
}

static void loads_on_request(void **state) {
    (void)state;
    struct bench bench;
    struct model *model = NULL;
    struct problems problems = {0};
    bench_open(&bench);
    assert_false(loader_take(bench.loader, &model, &problems));
    loader_request(bench.loader);
    assert_true(take(&bench, 10000, &model, &problems));
    assert_non_null(model);
    assert_int_equal(problems.count, 0);
    assert_int_equal(model->items[0].color.g, 0);
    assert_false(loader_take(bench.loader, &model, &problems)); /* once only */
    model_unref(&model);
    problems_finish(&problems);
    bench_close(&bench);
}

/* A change is loaded by itself, once; what cannot be shown gives no model and says why; and the
 * correction comes through after that. */
static void follows_changes(void **state) {
    (void)state;
    struct bench bench;
    struct model *model = NULL;
    struct problems problems = {0};
    bench_open(&bench);
    loader_request(bench.loader);
    assert_true(take(&bench, 10000, &model, &problems));
    model_unref(&model);

    write_site(&bench, "#00FF00", "a");
    assert_true(take(&bench, 15000, &model, &problems));
    assert_int_equal(model->items[0].color.g, 255);
    model_unref(&model);
    assert_int_equal(atomic_load(&loads), 2);

    const char *why = NULL;
    assert_true(file_write(bench.path, "screen = {", 10, &why));
    assert_true(take(&bench, 15000, &model, &problems));
    assert_null(model);
    assert_int_equal(problems.error_count, 1);
    problems_finish(&problems);

    write_site(&bench, "#0000FF", "a");
    assert_true(take(&bench, 15000, &model, &problems));
    assert_int_equal(model->items[0].color.b, 255);
    assert_int_equal(atomic_load(&loads), 4);
    model_unref(&model);
    problems_finish(&problems);
    bench_close(&bench);
}

/* The file of an emergency comes, changes and goes; a model follows each time. */
static void follows_an_emergency(void **state) {
    (void)state;
    static const char site[] = "screen = { size = [ 96, 48 ]; emergency = \"%s.txt\"; };\n"
                               "playlists = { a = ( { color = \"#FF0000\"; } ); };\n"
                               "schedule = ( { play = \"a\"; } );\n";
    static const char *const texts[] = {"Fire", "Fire, go left", NULL};
    struct bench bench;
    struct model *model = NULL;
    struct problems problems = {0};
    char text[300], file[80];
    const char *why = NULL;
    bench_open(&bench);
    snprintf(text, sizeof text, site, bench.path);
    snprintf(file, sizeof file, "%s.txt", bench.path);
    assert_true(file_write(bench.path, text, strlen(text), &why));
    loader_request(bench.loader);
    assert_true(take(&bench, 10000, &model, &problems));
    assert_int_equal(model->zone_count, 1);
    assert_int_equal(problems.count, 0);
    for (size_t i = 0; i < COUNT(texts); i++) {
        model_unref(&model);
        if (texts[i] != NULL) {
            assert_true(file_write(file, texts[i], strlen(texts[i]), &why));
        } else {
            unlink(file);
        }
        assert_true(take(&bench, 15000, &model, &problems));
        assert_int_equal(model->zone_count, texts[i] != NULL ? 2 : 1);
        if (texts[i] != NULL) {
            assert_string_equal(model->items[1].text, texts[i]);
        }
        problems_finish(&problems);
    }
    model_unref(&model);
    bench_close(&bench);
}

static void write_file(const char *folder, const char *name, const char *text) {
    char path[128];
    const char *why = NULL;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_true(file_write(path, text, strlen(text), &why));
}

/* What is missing is loaded when it has come, wherever it may lie; an included file is followed
 * like the site itself; so is a site of which nothing can be shown. A text file is followed by
 * whoever shows it. */
static void follows_what_the_site_names(void **state) {
    (void)state;
    struct bench bench;
    struct model *model = NULL;
    struct problems problems = {0};
    char folder[] = "/tmp/ledsign-loader-XXXXXX", path[128];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/media", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    bench_open(&bench);
    loader_destroy(&bench.loader);
    unlink(bench.path);
    snprintf(bench.path, sizeof bench.path, "%s/site.cfg", folder);
    bench.loader = loader_create(bench.path, load, bench.wake, 100);
    write_file(folder, "rest.cfg", "schedule = ( { play = \"a\"; } );\n");
    write_file(
        folder, "site.cfg",
        "screen = { size = [ 96, 48 ]; };\n@include \"rest.cfg\"\n"
        "playlists = { a = ( { video = \"a.mp4\"; }, { text = \"\"; file = \"b.txt\"; } ); };\n");
    loader_request(bench.loader);
    assert_true(take(&bench, 10000, &model, &problems));
    assert_int_equal(problems.error_count, 2);
    model_unref(&model);
    problems_finish(&problems);

    const char *const come[] = {"media/a.mp4", "b.txt"};
    for (size_t i = 0; i < COUNT(come); i++) {
        write_file(folder, come[i], "x");
        assert_true(take(&bench, 15000, &model, &problems));
        assert_int_equal(problems.error_count, 1 - i);
        model_unref(&model);
        problems_finish(&problems);
    }
    write_file(folder, "b.txt", "xy");
    assert_false(take(&bench, 1000, &model, &problems));
    write_file(folder, "rest.cfg", "schedule = ( { play = \"a\"; priority = 7; } );\n");
    assert_true(take(&bench, 15000, &model, &problems));
    assert_int_equal(model->entries[0].priority, 7);
    model_unref(&model);
    problems_finish(&problems);

    write_file(folder, "site.cfg",
               "screen = { size = [ 96, 48 ]; };\n@include \"rest.cfg\"\n"
               "playlists = { a = ( { video = \"c.mp4\"; } ); };\n");
    assert_true(take(&bench, 15000, &model, &problems));
    assert_null(model);
    problems_finish(&problems);
    write_file(folder, "c.mp4", "x");
    assert_true(take(&bench, 15000, &model, &problems));
    assert_non_null(model);
    model_unref(&model);
    problems_finish(&problems);
    bench_close(&bench);
    snprintf(path, sizeof path, "rm -r %s", folder);
    assert_int_equal(system(path), 0);
}

static atomic_bool changes_meanwhile;

/* The site is saved again while it is being loaded. */
static struct model *load_slowly(const char *path, struct probe_cache *known,
                                 struct problems *problems) {
    struct model *model = load(path, known, problems);
    if (atomic_exchange(&changes_meanwhile, false)) {
        struct bench bench;
        snprintf(bench.path, sizeof bench.path, "%s", path);
        write_site(&bench, "#00FF00", "a");
    }
    return model;
}

static void misses_no_change(void **state) {
    (void)state;
    struct bench bench;
    struct model *model = NULL;
    struct problems problems = {0};
    bench_open(&bench);
    loader_destroy(&bench.loader);
    atomic_store(&changes_meanwhile, true);
    bench.loader = loader_create(bench.path, load_slowly, bench.wake, 100);
    loader_request(bench.loader);
    assert_true(take(&bench, 10000, &model, &problems));
    assert_int_equal(model->items[0].color.g, 0);
    model_unref(&model);
    assert_true(take(&bench, 15000, &model, &problems));
    assert_int_equal(model->items[0].color.g, 255);
    model_unref(&model);
    problems_finish(&problems);
    bench_close(&bench);
}

/* A model that nobody takes is replaced by the next one and freed at the end (leak checkers see).
 */
static void untaken_models_are_dropped(void **state) {
    (void)state;
    struct bench bench;
    bench_open(&bench);
    for (int i = 0; i < 3; i++) {
        uint64_t seen = wake_count(bench.wake);
        loader_request(bench.loader);
        assert_true(wake_wait(bench.wake, seen, 10000));
    }
    assert_int_equal(atomic_load(&loads), 3);
    bench_close(&bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_on_request),     cmocka_unit_test(follows_changes),
        cmocka_unit_test(follows_an_emergency), cmocka_unit_test(follows_what_the_site_names),
        cmocka_unit_test(misses_no_change),     cmocka_unit_test(untaken_models_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
