/* play_watched: the whole player, with every picture it presents compared with what was due.
 *
 * usage: play_watched [--changes N] [--seconds S] [--display NAME] [--renderer NAME] [--short]
 *
 * Makes clips whose pictures carry a number (clip.h) and a site with items of every kind, plays it,
 * and looks at the canvas after each present: which item and which of its pictures is shown must be
 * what the schedule and arithmetic say for that instant. On a virtual clock (--changes) nothing may
 * deviate, and every picture of the clips that are no faster than the canvas appears, from the
 * first to the last, in order; those at the canvas' rate once. In real time (--seconds) a picture
 * may be up to one frame old, two in a thousand may be older, and one in fifty may be left out.
 * Also watches memory, threads and files. --short cuts every item to 0.2 s. Prints one line; exit
 * status 1 when something was wrong. */
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "../unit/clip.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "command/command.h"
#include "gfx/canvas.h"
#include "media/picture_write.h"
#include "model/model.h"
#include "model/problem.h"
#include "model/schedule.h"
#include "player.h"

#define CANVAS_FPS 30
#define WIDTH      128
#define HEIGHT     96
#define MAIN_H     72
#define ID_STEP    512 /* a picture's number is id * ID_STEP + its place in the clip */
#define WRONG_MAX  20  /* deviations that are printed */
#define SAMPLES    10
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GROWTH_MAX_KB LONG_MAX /* sanitizers keep what was freed */
#else
#define GROWTH_MAX_KB 6000
#endif

struct sample {
    long rss_kb;
    int threads;
    int files;
};

struct made {
    const char *name;
    struct clip clip; /* width 0: a still */
};

/* The file names' ids are their places in this table. */
static const struct made made[] = {
    {"c0.mp4", {.width = 320, .height = 180, .rate = {30, 1}, .frames = 20, .b_frames = 2}},
    {"c1.mkv", {.codec = "mpeg4", .width = 160, .height = 90, .rate = {25, 1}, .frames = 30}},
    {"c2.mp4", {.width = 640, .height = 360, .rate = {60, 1}, .frames = 40, .gop = 50}},
    {"c3.mp4", {.width = 320, .height = 180, .rate = {30000, 1001}, .frames = 45, .b_frames = 1}},
    {"c4.ts", {.codec = "mpeg2video", .width = 256, .height = 144, .rate = {24, 1}, .frames = 17}},
    {"c5.mp4", {.width = 320, .height = 180, .rate = {30, 1}, .frames = 12, .gop = 1}},
    {"s6.png", {.width = 0}},
    {"s7.png", {.width = 0}},
};

static const char site[] =
    "screen = { size = [ 128, 96 ]; fps = 30; timezone = \"UTC\"; background = \"#FF00FF\"; %s };\n"
    "zones = ( { name = \"main\"; area = [ 0, 0, 128, 72 ]; },\n"
    "          { name = \"side\"; area = [ 0, 72, 128, 24 ]; background = \"#000000\"; } );\n"
    "playlists = {\n"
    "  list = ( { video = \"c0.mp4\"; }, { video = \"c1.mkv\"; },\n"
    "           { image = \"s6.png\"; duration = 0.5; }, { video = \"c2.mp4\"; },\n"
    "           { video = \"c0.mp4\"; transition = \"fade\"; transition_time = 0.2; },\n"
    "           { color = \"#204060\"; duration = 0.3; }, { video = \"c3.mp4\"; },\n"
    "           { video = \"c4.ts\"; duration = 2.0; }, { video = \"c5.mp4\"; weight = 2; },\n"
    "           { text = \"Khỏe mạnh\"; duration = 0.4; background = \"#204060\"; },\n"
    "           { playlist = \"nested\"; shuffle = true; } );\n"
    "  nested = ( { image = \"s7.png\"; duration = 0.2; transition = \"slide-left\"; },\n"
    "             { video = \"c5.mp4\"; every = 2; }, { image = \"s6.png\"; duration = 0.1; } );\n"
    "  news = ( { text = \"Vì một Việt Nam vững vàng\"; scroll = 60; duration = 7.0; },\n"
    "           { clock = \"%%H:%%M:%%S\"; duration = 3.0; } );\n"
    "};\n"
    "schedule = ( { zone = \"main\"; play = \"list\"; when = \"00:00-24:00\"; },\n"
    "             { zone = \"side\"; play = \"news\"; } );\n";

struct watch {
    char folder[40];
    char path[64];
    struct model *model;
    struct schedule_cache *schedule;
    bool is_virtual;
    bool is_short;
    long changes_wanted;
    long changes, presents, checked, late, left_out, wrong;
    const struct item *item; /* of the last present */
    flick_t started, until;
    int64_t number; /* last number seen of this showing */
    bool joined;    /* the showing was there when the watching began */
    struct sample samples[SAMPLES];
    int sample_count;
    uint8_t pixels[WIDTH * HEIGHT * 4];
};

static const char *in_folder(struct watch *watch, const char *name) {
    snprintf(watch->path, sizeof watch->path, "%s/%s", watch->folder, name);
    return watch->path;
}

static void make_still(struct watch *watch, size_t id) {
    static uint8_t pixels[WIDTH * MAIN_H * 4];
    const char *why;
    for (int i = 0; i < WIDTH * MAIN_H; i++) {
        int bit = (int)(id * ID_STEP) >> (i % WIDTH * CLIP_BITS / WIDTH) & 1;
        memset(pixels + i * 4, bit ? CLIP_LIGHT : CLIP_DARK, 4);
    }
    bool written =
        picture_write_png(in_folder(watch, made[id].name), pixels, WIDTH, MAIN_H, WIDTH * 4, &why);
    assert_true(written);
}

static void make_files(struct watch *watch) {
    snprintf(watch->folder, sizeof watch->folder, "/tmp/play_watched.XXXXXX");
    assert_non_null(mkdtemp(watch->folder));
    for (size_t id = 0; id < COUNT(made); id++) {
        struct clip clip = made[id].clip;
        clip.first = (int)id * ID_STEP;
        if (clip.width > 0) {
            clip_make(in_folder(watch, made[id].name), &clip);
        } else {
            make_still(watch, id);
        }
    }
    FILE *file = fopen(in_folder(watch, "site.cfg"), "w");
    assert_non_null(file);
    fprintf(file, site, watch->is_short ? "duration = 0.2;" : "");
    fclose(file);
}

static void remove_files(struct watch *watch) {
    for (size_t id = 0; id < COUNT(made); id++) {
        unlink(in_folder(watch, made[id].name));
    }
    unlink(in_folder(watch, "site.cfg"));
    rmdir(watch->folder);
}

static int count_entries(const char *path) {
    DIR *folder = opendir(path);
    int count = 0;
    while (folder != NULL && readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count - 2;
}

static void take_sample(struct watch *watch) {
    struct sample *sample = &watch->samples[watch->sample_count++];
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = 0, resident = 0;
    if (file == NULL || fscanf(file, "%ld %ld", &pages, &resident) != 2) {
        resident = 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    sample->rss_kb = resident * (sysconf(_SC_PAGESIZE) / 1024);
    sample->threads = count_entries("/proc/self/task");
    sample->files = count_entries("/proc/self/fd");
}

/* The number that the canvas shows in the main zone; -1: none. */
static int64_t read_number(const struct watch *watch) {
    int64_t number = 0;
    for (int bit = 0; bit < CLIP_BITS; bit++) {
        int x = (2 * bit + 1) * WIDTH / (2 * CLIP_BITS);
        int value = watch->pixels[(MAIN_H / 2 * WIDTH + x) * 4 + 1];
        if (value > 90 && value < 150) {
            return -1;
        }
        number |= (int64_t)(value > 120) << bit;
    }
    return number;
}

static bool shows_color(const struct watch *watch, int x, int y, uint8_t r, uint8_t g, uint8_t b) {
    const uint8_t *pixel = &watch->pixels[(y * WIDTH + x) * 4];
    return abs(pixel[2] - r) < 8 && abs(pixel[1] - g) < 8 && abs(pixel[0] - b) < 8;
}

/* The screen's background shows through only where there is no picture. */
static bool has_gap(const struct watch *watch) {
    for (int y = 0; y < HEIGHT; y += 7) {
        for (int x = 0; x < WIDTH; x += 5) {
            if (shows_color(watch, x, y, 255, 0, 255)) {
                return true;
            }
        }
    }
    return false;
}

static size_t id_of(const struct item *item) {
    for (size_t id = 0; id < COUNT(made); id++) {
        if (strcmp(made[id].name, item->media->name) == 0) {
            return id;
        }
    }
    return 0;
}

/* The number that is due `elapsed` after the item's beginning. */
static int64_t due_number(const struct item *item, flick_t elapsed) {
    size_t id = id_of(item);
    const struct clip *clip = &made[id].clip;
    if (clip->width == 0) {
        return (int64_t)id * ID_STEP;
    }
    __int128 place = (__int128)elapsed * clip->rate.num;
    int64_t frame = (int64_t)(place / ((__int128)clip->rate.den * FLICKS_PER_SECOND));
    return (int64_t)id * ID_STEP + frame % clip->frames;
}

static void complain(struct watch *watch, flick_t t, const char *what, int64_t got, int64_t due) {
    if (watch->wrong++ < WRONG_MAX) {
        fprintf(stderr, "%.3f s, change %ld, %s: %s: shows %lld/%lld, due %lld/%lld\n",
                flick_to_seconds(t % (86400 * FLICKS_PER_SECOND)), watch->changes,
                watch->item != NULL ? watch->item->title : "nothing", what,
                (long long)(got / ID_STEP), (long long)(got % ID_STEP), (long long)(due / ID_STEP),
                (long long)(due % ID_STEP));
    }
}

/* Each picture of such a clip is due at a present: it lasts as long as one on the canvas. */
static bool shows_every_picture(const struct item *item) {
    if (item->kind != ITEM_VIDEO) {
        return false;
    }
    AVRational rate = made[id_of(item)].clip.rate;
    return rate.num <= CANVAS_FPS * rate.den;
}

/* One after the other from the first one on, also where a transition hides what they look like. */
static void check_order(struct watch *watch, const struct item *item, flick_t t, int64_t number) {
    if (shows_every_picture(item)) {
        const struct clip *clip = &made[id_of(item)].clip;
        int64_t first = (int64_t)id_of(item) * ID_STEP;
        int64_t last = watch->number >= 0 ? watch->number : first - 1;
        int64_t step = (number - last + clip->frames) % clip->frames;
        bool has_canvas_rate = clip->rate.num == CANVAS_FPS * clip->rate.den;
        bool is_known = watch->number >= 0 || !watch->joined;
        if (is_known && watch->is_virtual && (step > 1 || (has_canvas_rate && step == 0))) {
            complain(watch, t, "not the one after the last", number, last + 1);
        }
        watch->left_out += is_known && step > 1 ? step - 1 : 0;
    }
    watch->number = number;
}

static void check_showing(struct watch *watch, const struct showing *now, flick_t t) {
    flick_t period = FLICKS_PER_SECOND / CANVAS_FPS;
    bool has_number = now->item->kind == ITEM_VIDEO || now->item->kind == ITEM_IMAGE;
    if (!has_number) {
        if (!shows_color(watch, 1, 1, 0x20, 0x40, 0x60)) {
            complain(watch, t, "not its colour", 0, 0);
        }
        return;
    }
    int64_t got = read_number(watch), due = due_number(now->item, t - now->started);
    flick_t before = t - now->started > period ? t - now->started - period : 0;
    bool is_late = !watch->is_virtual && got >= due_number(now->item, before) && got < due;
    if (is_late) {
        watch->late++;
    } else if (got != due) {
        complain(watch, t, "another picture", got, due);
        got = due;
    }
    check_order(watch, now->item, t, got);
}

/* It has been seen to its end when it gives way. */
static void check_end(struct watch *watch, flick_t t) {
    if (watch->item == NULL || !shows_every_picture(watch->item) || !watch->is_virtual ||
        watch->is_short || watch->joined) {
        return;
    }
    int64_t last = due_number(watch->item, watch->until - watch->started - 1);
    if (watch->number != last) {
        complain(watch, t, "left before its last picture", watch->number, last);
    }
}

static void on_change(struct watch *watch, const struct showing *now, flick_t t) {
    check_end(watch, t);
    watch->joined = watch->item == NULL;
    watch->item = now->item;
    watch->started = now->started;
    watch->until = now->until;
    watch->number = -1;
    watch->changes++;
    if (watch->changes_wanted > 0 && watch->changes % (watch->changes_wanted / SAMPLES) == 0 &&
        watch->sample_count < SAMPLES) {
        take_sample(watch);
    }
    if (watch->changes_wanted > 0 && watch->changes >= watch->changes_wanted) {
        kill(getpid(), SIGTERM);
    }
}

static void on_present(void *context, struct canvas *canvas, flick_t t) {
    struct watch *watch = context;
    struct conditions none = {0};
    struct plan plan;
    watch->presents++;
    schedule_at_cached(watch->schedule, &none, t, &plan);
    const struct showing *now = &plan.zones[0].now;
    if (now->item != watch->item || now->started != watch->started) {
        on_change(watch, now, t);
    }
    /* In real time the first pictures may take a moment. */
    if (!watch->is_virtual && watch->presents < CANVAS_FPS) {
        return;
    }
    canvas_read(canvas, watch->pixels, WIDTH * 4);
    if (has_gap(watch)) {
        complain(watch, t, "no picture", 0, 0);
    }
    if (plan.zones[0].leaving.item == NULL || t >= plan.zones[0].transition_until) {
        check_showing(watch, now, t);
        watch->checked++;
    } else {
        /* Mixed pictures cannot be read; they count as seen. */
        bool has_number = now->item->kind == ITEM_VIDEO || now->item->kind == ITEM_IMAGE;
        int64_t due = has_number ? due_number(now->item, t - now->started) : -1;
        check_order(watch, now->item, t, due);
    }
}

static bool is_flat(const struct watch *watch) {
    const struct sample *first = &watch->samples[1],
                        *last = &watch->samples[watch->sample_count - 1];
    if (watch->sample_count < SAMPLES) {
        return true;
    }
    printf("memory %ld to %ld kB, threads %d to %d, files %d to %d\n", first->rss_kb, last->rss_kb,
           first->threads, last->threads, first->files, last->files);
    return last->rss_kb - first->rss_kb < GROWTH_MAX_KB && last->threads - first->threads <= 4 &&
           last->files - first->files <= 4;
}

int main(int argc, char **argv) {
    static struct watch watch;
    const char *changes = NULL, *seconds = NULL, *display = "offscreen", *renderer = "auto";
    const struct option_row rows[] = {
        {"--changes", OPTION_TEXT, &changes, NULL},
        {"--seconds", OPTION_TEXT, &seconds, NULL},
        {"--display", OPTION_TEXT, &display, NULL},
        {"--renderer", OPTION_TEXT, &renderer, NULL},
        {"--short", OPTION_FLAG, NULL, &watch.is_short},
    };
    int count = 0;
    if (!options_parse(argc - 1, argv + 1, rows, COUNT(rows), NULL, 0, &count)) {
        return 2;
    }
    make_files(&watch);
    struct problems problems = {0};
    char *path = strdup(in_folder(&watch, "site.cfg"));
    watch.model = command_load_model(path, NULL, &problems);
    command_say_problems(&problems);
    problems_finish(&problems);
    assert_non_null(watch.model);
    watch.schedule = schedule_cache_create(watch.model);
    watch.is_virtual = seconds == NULL;
    watch.changes_wanted =
        watch.is_virtual ? strtol(changes != NULL ? changes : "100", NULL, 10) : 0;
    struct player_options options = {
        .path = path,
        .load = command_load_model,
        .say = command_say_problems,
        .display = strcmp(display, "window") == 0 ? OUTPUT_WINDOW : OUTPUT_OFFSCREEN,
        .renderer = strcmp(renderer, "gpu") == 0 ? OUTPUT_GPU : OUTPUT_RENDERER_AUTO,
        .is_virtual = watch.is_virtual,
        .speed = 1.0,
        .at = watch.is_virtual ? "2026-09-02T08:00:00.4" : NULL,
        .duration = seconds != NULL ? flick_from_seconds(strtod(seconds, NULL)) : 0,
        .silent = true,
        .is_quiet = true,
        .on_present = on_present,
        .on_present_context = &watch,
    };
    int status = player_run(&options);
    /* In real time the machine may be taken away for a moment. */
    long wrong_max = watch.is_virtual ? 0 : watch.checked / 500;
    bool good = status == 0 && watch.wrong <= wrong_max && watch.left_out <= watch.checked / 50 &&
                is_flat(&watch) && watch.checked > 10 && watch.changes >= watch.changes_wanted;
    printf("%s  %ld changes, %ld presents, %ld compared, %ld one frame late, %ld left out, "
           "%ld wrong\n",
           good ? "ok  " : "FAIL", watch.changes, watch.presents, watch.checked, watch.late,
           watch.left_out, watch.wrong);
    schedule_cache_destroy(&watch.schedule);
    model_unref(&watch.model);
    remove_files(&watch);
    free(path);
    return good ? 0 : 1;
}
