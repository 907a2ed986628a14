#include "player.h"

#include <cjson/cJSON.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/trust.h"
#include "base/wake.h"
#include "command/command.h"
#include "gfx/canvas.h"
#include "gfx/scene.h"
#include "idle.h"
#include "loader.h"
#include "media/services.h"
#include "model/model.h"
#include "model/schedule.h"
#include "player_picture.h"
#include "player_say.h"
#include "player_sound.h"
#include "show/failures.h"
#include "show/pacing.h"
#include "show/stage.h"

#define LOAD_LIMIT_MS   60000 /* for the first model; probing many files on a slow card */
#define EXACT_LIMIT_MS  10000 /* virtual clock: for one frame to be made */
#define TRUST_PERIOD_US 1000000
#define IDLE_LIMIT_MS   100 /* how long an unchanging picture sleeps between looks at events */

/* Set by the signal handler, read by the loop: the one thing a handler may touch. */
static volatile sig_atomic_t signal_quit, signal_reload;

struct player {
    const struct player_options *options;
    struct wake *wake;
    struct loader *loader;
    struct clock *clock;
    struct trust *trust; /* in the system's clock; NULL where that does not matter */
    int64_t trust_us;    /* monotonic time of the last look */
    struct player_sound sound;
    struct source_services *services;
    struct stage *stage;
    struct output *output;
    struct player_picture picture;
    struct player_say say;
    struct model *model;
    struct schedule_cache *schedule; /* of the model */
    struct conditions conditions;
    struct failures failures;
    struct pacing pacing;
    struct idle idle; /* prepares media in the background */
    struct plan plan;
    struct scene scene;
    flick_t begun;
    flick_t scene_until; /* the scene is the same before this */
    unsigned clock_steps;
    int64_t changes;
    int64_t inexact; /* virtual clock: frames that were not ready within the limit */
    bool quit;
    bool failed; /* whatever else was shown: the exit status says so */
};

static void on_signal(int number) {
    if (number == SIGHUP) {
        signal_reload = 1;
    } else {
        signal_quit = 1;
    }
}

static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static flick_t now(const struct player *player) {
    return clock_now(player->clock);
}

static void handle_events(struct player *player) {
    struct stage_event event;
    while (stage_next_event(player->stage, &event)) {
        if (event.kind == STAGE_STARTED) {
            player->changes++;
            player_say_started(&player->say, &player->plan, &player->conditions, &event);
            continue;
        }
        flick_t retry = failures_add(&player->failures, event.item, event.at);
        player_say_skipped(&player->say, &player->model->items[event.item], retry);
        player->plan.until = FLICK_ALWAYS;
    }
    player->conditions.failures = player->failures.list;
    player->conditions.failure_count = player->failures.count;
}

static void follow_plan(struct player *player, flick_t t) {
    if (t >= player->plan.until || t < player->plan.at) {
        failures_expire(&player->failures, t);
        schedule_at_cached(player->schedule, &player->conditions, t, &player->plan);
        player->scene_until = FLICK_ALWAYS;
        player_say_nothing(&player->say, &player->plan, &player->conditions);
    }
    stage_follow(player->stage, player->model, player->schedule, &player->conditions, &player->plan,
                 t);
    handle_events(player);
}

/* The first pictures are decoded while the window opens. */
static bool open_show(struct player *player) {
    struct source_services_options services = {
        .wake = player->wake,
        .font_folders = player->model->fonts,
        .font_folder_count = (int)player->model->font_count,
        .audio = player->sound.audio,
        .realtime = !player->options->is_virtual,
        .canvas_is_late = true,
    };
    player->services = source_services_create(&services);
    if (player->services == NULL) {
        return false;
    }
    double speed = player->options->is_virtual ? 1.0 : player->options->speed;
    struct stage_options stage = {
        .services = player->services,
        .lookahead =
            flick_from_seconds(flick_to_seconds(STAGE_LOOKAHEAD) * (speed > 1 ? speed : 1)),
    };
    player->stage = stage_create(&stage);
    player->plan.until = FLICK_ALWAYS;
    player->scene_until = FLICK_ALWAYS;
    follow_plan(player, now(player));
    struct output_options output = {
        .display = player->options->display,
        .renderer = player->options->renderer,
        .size = player->model->screen.size,
        .title = "ledsign",
    };
    player->output = output_open(&output);
    if (player->output == NULL) {
        return false;
    }
    source_services_know_canvas(player->services, output_wants_yuv(player->output));
    pacing_init(&player->pacing, player->model->screen.fps,
                output_waits_for_vsync(player->output) && !player->options->is_virtual);
    return true;
}

static void close_show(struct player *player) {
    stage_destroy(&player->stage);
    scene_finish(&player->scene);
    source_services_destroy(&player->services);
    output_close(&player->output);
}

static void drop_model(struct player *player) {
    schedule_cache_destroy(&player->schedule);
    model_unref(&player->model);
}

/* A canvas of another size is another window; everything else goes on as it is. */
static void use_model(struct player *player, struct model *model) {
    bool other_size =
        player->model != NULL && (player->model->screen.size.w != model->screen.size.w ||
                                  player->model->screen.size.h != model->screen.size.h);
    if (other_size) {
        close_show(player);
    }
    drop_model(player);
    player->model = model;
    player->idle.is_due = true;
    player->schedule = schedule_cache_create(model);
    player_say_follow(&player->say, model, player->schedule);
    failures_clear(&player->failures);
    player->conditions = (struct conditions){0};
    player->plan.until = FLICK_ALWAYS;
    player->scene_until = FLICK_ALWAYS;
    if (player->output == NULL && !open_show(player)) {
        player->quit = player->failed = true;
    }
}

static void take_model(struct player *player) {
    struct model *model = NULL;
    struct problems problems = {0};
    if (!loader_take(player->loader, &model, &problems)) {
        return;
    }
    player->options->say(&problems);
    problems_finish(&problems);
    if (model != NULL) {
        log_info("%s: loaded", player->options->path);
        use_model(player, model);
    } else {
        log_error("%s: nothing in it can be shown; what played before plays on",
                  player->options->path);
    }
}

/* Once a second: network time may have come, and the last good time is kept. */
static void look_at_clock(struct player *player) {
    int64_t us = clock_monotonic_us();
    if (player->trust == NULL || us - player->trust_us < TRUST_PERIOD_US) {
        return;
    }
    player->trust_us = us;
    if (trust_look(player->trust)) {
        clock_believe(player->clock);
        log_info("the system's clock is right now (%s)",
                 trust_state_name(trust_state(player->trust)));
    }
}

static void run_commands(struct player *player) {
    if (signal_reload) {
        signal_reload = 0;
        loader_request(player->loader);
    }
    take_model(player);
    look_at_clock(player);
    idle_look(&player->idle, player->options->path,
              player->model->screen.prepares_idle && clock_is_realtime(player->clock));
    bool is_over =
        player->options->duration > 0 && now(player) - player->begun >= player->options->duration;
    if (signal_quit || is_over || (player->output != NULL && !output_poll(player->output))) {
        player->quit = true;
    }
    unsigned steps = clock_steps(player->clock);
    if (steps != player->clock_steps) {
        player->clock_steps = steps;
        player->plan.until = FLICK_ALWAYS;
        player->scene_until = FLICK_ALWAYS;
        pacing_reset(&player->pacing);
        log_info("the system's clock has been set; the schedule follows it");
    }
}

/* Virtual clock: time stands still until every picture is there. */
static void settle(struct player *player, flick_t t) {
    int64_t limit = clock_monotonic_us() + EXACT_LIMIT_MS * INT64_C(1000);
    for (;;) {
        uint64_t seen = wake_count(player->wake);
        follow_plan(player, t);
        if (stage_is_exact(player->stage, &player->plan, t) &&
            player_sound_is_ready(&player->sound, t + player->pacing.period)) {
            return;
        }
        if (clock_monotonic_us() > limit) {
            player->inexact++;
            return;
        }
        wake_wait(player->wake, seen, 50);
    }
}

static void show_frame(struct player *player, flick_t t) {
    if (player->options->is_virtual) {
        settle(player, t);
    } else {
        follow_plan(player, t);
    }
    struct rect damage = {0};
    if (t >= player->scene_until || player->options->is_virtual ||
        output_waits_for_vsync(player->output)) {
        stage_scene(player->stage, &player->plan, t, &player->scene, &player->scene_until);
        damage = canvas_draw(output_canvas(player->output), &player->scene,
                             player->model->screen.background);
        handle_events(player);
    }
    player_sound_take(&player->sound, t, t + player->pacing.period);
    clock_sleep_until(player->clock, pacing_submit_at(&player->pacing, t), 1000);
    if (!rect_is_empty(damage) || output_waits_for_vsync(player->output)) {
        output_present(player->output, damage);
        pacing_presented(&player->pacing, t, player->options->is_virtual ? t : now(player));
        player->picture.is_old = true;
        if (player->options->on_present != NULL) {
            player->options->on_present(player->options->on_present_context,
                                        output_canvas(player->output), t);
        }
    } else {
        player->pacing.last = t;
    }
    player_picture_keep(&player->picture, player->output, player->model->screen.size);
}

/* Until the next instant at which anything may look different. */
static void rest(struct player *player) {
    flick_t next =
        player->scene_until < player->plan.until ? player->scene_until : player->plan.until;
    flick_t early = flick_add(next, -player->pacing.period);
    if (!player->options->is_virtual && early > now(player)) {
        clock_sleep_until(player->clock, early, IDLE_LIMIT_MS);
    }
}

/* Before this instant no picture is needed. A virtual clock leaps over what does not change. */
static flick_t earliest_next(const struct player *player) {
    if (!player->options->is_virtual) {
        return now(player);
    }
    flick_t change =
        player->scene_until < player->plan.until ? player->scene_until : player->plan.until;
    flick_t end = flick_add(player->begun, player->options->duration);
    if (player->sound.record != NULL) {
        return player->begun; /* sound changes all the time */
    }
    flick_t next = player->options->duration > 0 && end < change ? end : change;
    return next > player->begun && next != FLICK_NEVER ? next : player->begun;
}

static void run_loop(struct player *player) {
    player->begun = now(player);
    while (!player->quit) {
        run_commands(player);
        if (player->quit) {
            break;
        }
        flick_t t = pacing_next(&player->pacing, earliest_next(player));
        clock_set(player->clock, t);
        show_frame(player, t);
        rest(player);
    }
}

static bool wait_for_first_model(struct player *player) {
    int64_t limit = clock_monotonic_us() + LOAD_LIMIT_MS * INT64_C(1000);
    struct model *model = NULL;
    struct problems problems = {0};
    loader_request(player->loader);
    for (;;) {
        uint64_t seen = wake_count(player->wake);
        if (loader_take(player->loader, &model, &problems)) {
            break;
        }
        if (signal_quit) {
            return false;
        }
        if (clock_monotonic_us() > limit) {
            log_error("%s: not loaded within %d s, so nothing can be shown; is the disk or the "
                      "network folder with its media there? ledsign check names each file",
                      player->options->path, LOAD_LIMIT_MS / 1000);
            return false;
        }
        wake_wait(player->wake, seen, 100);
    }
    player->options->say(&problems);
    problems_finish(&problems);
    player->model = model;
    player->idle.is_due = true;
    player->schedule = model != NULL ? schedule_cache_create(model) : NULL;
    return model != NULL;
}

/* The instant before which the system's clock is not believed; 0 when it is right. */
static flick_t start_trust(struct player *player) {
    const struct player_options *options = player->options;
    if (options->at != NULL || options->is_virtual || options->speed != 1.0) {
        return 0;
    }
    char *path = trust_path();
    player->trust = trust_create(&(struct trust_options){.path = path});
    free(path);
    if (trust_state(player->trust) != TRUST_UNKNOWN) {
        return 0;
    }
    flick_t least = trust_floor(player->trust);
    if (least > clock_wall()) {
        log_warning("the system's clock is wrong: it is before the last time known to be good, "
                    "which is used until network time comes; connect the network or set the clock");
    } else {
        log_info("nobody vouches for the system's clock (no network time, no clock chip); it is "
                 "followed as it is");
    }
    return least;
}

static bool start_clock(struct player *player) {
    struct clock_options clock = {
        .starts_elsewhere = player->options->at != NULL || player->options->is_virtual,
        .start = clock_wall(),
        .not_before = start_trust(player),
        .speed = player->options->speed,
        .is_virtual = player->options->is_virtual,
    };
    if (player->options->at != NULL &&
        !option_time("--at", player->options->at, player->model->screen.timezone, &clock.start)) {
        return false;
    }
    player->clock = clock_create(&clock);
    player->clock_steps = clock_steps(player->clock);
    return true;
}

static bool write_stats(const struct player *player) {
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "output", output_name(player->output));
    cJSON_AddStringToObject(root, "clock",
                            player->trust != NULL ? trust_state_name(trust_state(player->trust))
                                                  : "given");
    cJSON_AddNumberToObject(root, "seconds", flick_to_seconds(now(player) - player->begun));
    cJSON_AddNumberToObject(root, "presents", (double)player->pacing.presents);
    cJSON_AddNumberToObject(root, "late", (double)player->pacing.late);
    cJSON_AddNumberToObject(root, "inexact", (double)player->inexact);
    cJSON_AddNumberToObject(root, "max_gap_ms", flick_to_seconds(player->pacing.max_gap) * 1000);
    cJSON_AddNumberToObject(root, "changes", (double)player->changes);
    char *text = cJSON_Print(root);
    const char *why = NULL;
    bool written = file_write(player->options->stats_path, text, strlen(text), &why);
    if (!written) {
        log_error("%s: the statistics cannot be written: %s", player->options->stats_path, why);
    }
    cJSON_free(text);
    cJSON_Delete(root);
    return written;
}

/* Before anything is shown: a run of a day must not end without its figures. */
static bool can_write_stats(const struct player_options *options) {
    const char *why = NULL;
    bool can = options->stats_path == NULL || file_can_write(options->stats_path, &why);
    if (!can) {
        log_error("--stats: %s cannot be written: %s", options->stats_path, why);
    }
    return can;
}

static bool start(struct player *player) {
    if (!can_write_stats(player->options)) {
        return false;
    }
    player->wake = wake_create();
    player->loader =
        loader_create(player->options->path, player->options->load, player->wake, LOADER_LOOK_MS);
    if (player->loader == NULL || !wait_for_first_model(player) || !start_clock(player) ||
        !player_sound_init(&player->sound, player->options, player->clock)) {
        return false;
    }
    player_say_init(&player->say, player->options, player->clock);
    player_say_follow(&player->say, player->model, player->schedule);
    if (!open_show(player)) {
        return false;
    }
    player_picture_init(&player->picture, player->options, player->output);
    log_info("%s: %dx%d on %s", player->options->path, player->model->screen.size.w,
             player->model->screen.size.h, output_name(player->output));
    return true;
}

int player_run(const struct player_options *options) {
    struct player player = {.options = options};
    catch_signals();
    bool started = start(&player);
    if (started) {
        run_loop(&player);
        if (options->stats_path != NULL && player.output != NULL && !write_stats(&player)) {
            player.failed = true;
        }
    }
    idle_finish(&player.idle);
    player_picture_finish(&player.picture);
    close_show(&player);
    player_sound_finish(&player.sound);
    loader_destroy(&player.loader);
    drop_model(&player);
    clock_destroy(&player.clock);
    trust_destroy(&player.trust);
    wake_destroy(&player.wake);
    return started && !player.failed ? COMMAND_OK : COMMAND_FAILED;
}
