/* snapshot.c: the exact picture of one instant: the same schedule, stage and canvas as `play`. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/translate.h"
#include "base/wake.h"
#include "command/command.h"
#include "gfx/canvas.h"
#include "gfx/scene.h"
#include "media/picture_write.h"
#include "media/services.h"
#include "model/model.h"
#include "model/schedule.h"
#include "show/failures.h"
#include "show/stage.h"

#define SETTLE_LIMIT_US INT64_C(20000000)

struct snapshot {
    struct wake *wake;
    struct source_services *services;
    struct stage *stage;
    struct schedule_cache *schedule;
    struct failures failures;
};

/* Follows the plan until every picture for t is there; items that fail give way as in `play`. */
static bool settle(struct snapshot *s, struct model *model, flick_t t, struct plan *plan) {
    int64_t limit = clock_monotonic_us() + SETTLE_LIMIT_US;
    while (clock_monotonic_us() < limit) {
        uint64_t seen = wake_count(s->wake);
        struct conditions conditions = {.failures = s->failures.list,
                                        .failure_count = s->failures.count};
        struct stage_event event;
        schedule_at_cached(s->schedule, &conditions, t, plan);
        stage_follow(s->stage, model, s->schedule, &conditions, plan, t);
        bool has_failed = false;
        while (stage_next_event(s->stage, &event)) {
            if (event.kind == STAGE_FAILED) {
                failures_add(&s->failures, event.item, event.at);
                has_failed = true;
            }
        }
        if (!has_failed && stage_is_exact(s->stage, plan, t)) {
            return true;
        }
        wake_wait(s->wake, seen, has_failed ? 0 : 50);
    }
    return false;
}

static void draw(struct snapshot *s, struct model *model, flick_t t, struct canvas *canvas) {
    struct plan *plan = mem_zero(1, sizeof *plan);
    struct scene scene = {0};
    flick_t ignored;
    if (!settle(s, model, t, plan)) {
        log_warning("%s", _("snapshot: not every picture was ready within 20 s; showing what was"));
    }
    stage_scene(s->stage, plan, t, &scene, &ignored);
    canvas_draw(canvas, &scene, model->screen.background);
    scene_finish(&scene);
    free(plan);
}

bool snapshot_draw(struct model *model, flick_t t, struct canvas *canvas, bool wants_yuv) {
    struct snapshot s = {.wake = wake_create(), .schedule = schedule_cache_create(model)};
    struct source_services_options services = {
        .wake = s.wake,
        .font_folders = model->fonts,
        .font_folder_count = (int)model->font_count,
        .wants_yuv = wants_yuv,
    };
    s.services = source_services_create(&services);
    struct stage_options stage = {.services = s.services};
    bool done = s.services != NULL;
    if (done) {
        s.stage = stage_create(&stage);
        draw(&s, model, t, canvas);
    }
    stage_destroy(&s.stage);
    schedule_cache_destroy(&s.schedule);
    source_services_destroy(&s.services);
    wake_destroy(&s.wake);
    return done;
}

static bool take(struct model *model, flick_t t, const char *path) {
    struct size size = model->screen.size;
    struct canvas *canvas = canvas_create(size);
    const char *why = NULL;
    if (canvas == NULL || !snapshot_draw(model, t, canvas, false)) {
        canvas_destroy(&canvas);
        return false;
    }
    uint8_t *pixels = mem_alloc((size_t)size.w * 4 * (size_t)size.h);
    canvas_read(canvas, pixels, size.w * 4);
    bool written = picture_write_png(path, pixels, size.w, size.h, size.w * 4, &why);
    if (!written) {
        log_error(_("%s: the picture cannot be written: %s"), path, _(why));
    }
    free(pixels);
    canvas_destroy(&canvas);
    return written;
}

int command_snapshot(int argc, char **argv) {
    const char *path = NULL, *at = NULL, *output = NULL;
    const struct option_row rows[] = {
        {"--at", OPTION_TEXT, &at, NULL},
        {"-o", OPTION_TEXT, &output, NULL},
    };
    int count = 0;
    if (!options_parse(argc, argv, rows, 2, &path, 1, &count)) {
        return COMMAND_USAGE;
    }
    if (count == 0 || output == NULL) {
        log_error("%s", _("snapshot: needs a site and -o FILE.png; --help shows an example"));
        return COMMAND_USAGE;
    }
    struct model *model = command_load_site(path);
    if (model == NULL) {
        return COMMAND_FAILED;
    }
    flick_t t = clock_wall();
    int status = COMMAND_USAGE;
    if (at == NULL || option_time("--at", at, model->screen.timezone, &t)) {
        status = take(model, t, output) ? COMMAND_OK : COMMAND_FAILED;
    }
    model_unref(&model);
    return status;
}
