/* The stage with sources that do as they are told: late, failing, endless. */
#include <stdlib.h>
#include <string.h>

#include "gfx/scene.h"
#include "media/source.h"
#include "schedule_site.h"
#include "show/stage.h"
#include "unit.h"

#define T0     (INT64_C(1800000000) * SECOND)
#define FRAME  (SECOND / 30)
#define WIDTH  80
#define HEIGHT 40

/* Stands in for media/source.c: every source is a colour with the item's number in red. */
struct source {
    int item;
    flick_t started, until;
    bool endless;
    int volume, retimes;
    bool is_open;
};

static struct source sources[256];
static int opened, closed;
static bool is_late[SITE_ITEMS], is_broken[SITE_ITEMS];

struct source *source_open(struct source_services *services, const struct source_request *request) {
    (void)services;
    struct source *source = &sources[opened++];
    *source = (struct source){request->item->index,
                              request->started,
                              request->until,
                              request->endless,
                              request->volume,
                              0,
                              true};
    return source;
}

void source_close(struct source **source) {
    assert_true((*source)->is_open);
    (*source)->is_open = false;
    *source = NULL;
    closed++;
}

enum source_state source_state(const struct source *source) {
    return is_broken[source->item] ? SOURCE_FAILED
           : is_late[source->item] ? SOURCE_OPENING
                                   : SOURCE_READY;
}

size_t source_layers_at(struct source *source, flick_t t, struct layer layers[SOURCE_LAYERS_MAX],
                        flick_t *unchanged_until) {
    *unchanged_until = FLICK_NEVER;
    (void)t;
    if (is_late[source->item] || is_broken[source->item]) {
        return 0;
    }
    layers[0] = (struct layer){.color = {(uint8_t)(source->item + 1), 0, 0, 255},
                               .to_on_canvas = {0, 0, WIDTH, HEIGHT},
                               .clip_on_canvas = {0, 0, WIDTH, HEIGHT},
                               .opacity = 255};
    return 1;
}

bool source_is_exact_at(struct source *source, flick_t t) {
    (void)t;
    return !is_late[source->item];
}

void source_retime(struct source *source, flick_t until, bool endless, int volume) {
    source->until = until;
    source->endless = endless;
    source->volume = volume;
    source->retimes++;
}

struct show {
    struct site *site;
    struct schedule_cache *schedule;
    struct stage *stage;
    struct plan plan;
    struct scene scene;
    struct stage_event events[64];
    int event_count;
};

static void show_open(struct show *show) {
    memset(show, 0, sizeof *show);
    memset(sources, 0, sizeof sources);
    memset(is_late, 0, sizeof is_late);
    memset(is_broken, 0, sizeof is_broken);
    opened = closed = 0;
    show->site = site_create(1);
    show->site->zones[0].area_on_canvas = (struct rect){0, 0, WIDTH, HEIGHT};
    struct stage_options options = {.lookahead = STAGE_LOOKAHEAD};
    show->stage = stage_create(&options);
}

static struct item *add_item(struct show *show, flick_t duration) {
    struct item *item = site_item(show->site, 0, duration);
    item->key = (uint64_t)item->index + 1000;
    return item;
}

static void show_ready(struct show *show) {
    if (show->site->model.entry_count == 0) {
        site_entry(show->site, 0, 0, site_window(show->site, T0, DAY, 0));
    }
    show->schedule = schedule_cache_create(&show->site->model);
}

/* What the player does for each picture; returns the red of the topmost layer, 0 for none. */
static int step(struct show *show, flick_t t) {
    struct conditions conditions = {0};
    flick_t unchanged_until;
    schedule_at_cached(show->schedule, &conditions, t, &show->plan);
    stage_follow(show->stage, &show->site->model, show->schedule, &conditions, &show->plan, t);
    scene_finish(&show->scene);
    stage_scene(show->stage, &show->plan, t, &show->scene, &unchanged_until);
    assert_true(unchanged_until > t);
    while (show->event_count < 64 &&
           stage_next_event(show->stage, &show->events[show->event_count])) {
        show->event_count++;
    }
    return show->scene.layer_count > 0 ? show->scene.layers[show->scene.layer_count - 1].color.r
                                       : 0;
}

static void show_close(struct show *show) {
    stage_destroy(&show->stage);
    assert_int_equal(opened, closed);
    scene_finish(&show->scene);
    schedule_cache_destroy(&show->schedule);
    free(show->site);
}

static void what_begins_soon_is_open(void **state) {
    (void)state;
    struct show show;
    show_open(&show);
    add_item(&show, 10 * SECOND);
    add_item(&show, 10 * SECOND);
    add_item(&show, 10 * SECOND);
    show_ready(&show);
    assert_int_equal(step(&show, T0), 1);
    assert_int_equal(stage_open_count(show.stage), 1);
    step(&show, T0 + 10 * SECOND - STAGE_LOOKAHEAD - FRAME);
    assert_int_equal(stage_open_count(show.stage), 1);
    step(&show, T0 + 10 * SECOND - STAGE_LOOKAHEAD);
    assert_int_equal(stage_open_count(show.stage), 2);
    assert_int_equal(step(&show, T0 + 10 * SECOND - 1), 1);
    assert_int_equal(step(&show, T0 + 10 * SECOND), 2);
    step(&show, T0 + 10 * SECOND + FRAME);
    assert_int_equal(stage_open_count(show.stage), 1);
    assert_int_equal(opened, 2);
    show_close(&show);
}

static void the_old_picture_stays_until_there_is_a_new_one(void **state) {
    (void)state;
    struct show show;
    show_open(&show);
    add_item(&show, 10 * SECOND);
    add_item(&show, 10 * SECOND);
    show_ready(&show);
    is_late[1] = true;
    step(&show, T0);
    step(&show, T0 + 9 * SECOND);
    for (int i = 0; i < 30; i++) {
        assert_int_equal(step(&show, T0 + 10 * SECOND + i * FRAME), 1);
        assert_false(stage_is_exact(show.stage, &show.plan, T0 + 10 * SECOND + i * FRAME));
    }
    assert_int_equal(show.event_count, 1);
    is_late[1] = false;
    assert_int_equal(step(&show, T0 + 11 * SECOND), 2);
    assert_true(stage_is_exact(show.stage, &show.plan, T0 + 11 * SECOND));
    assert_int_equal(show.event_count, 2);
    assert_int_equal(show.events[1].kind, STAGE_STARTED);
    assert_int_equal(show.events[1].item, 1);
    assert_true(show.events[1].at == T0 + 11 * SECOND);
    step(&show, T0 + 11 * SECOND + FRAME);
    assert_int_equal(stage_open_count(show.stage), 1);
    show_close(&show);
}

static void a_failure_is_told_once(void **state) {
    (void)state;
    struct show show;
    show_open(&show);
    add_item(&show, 10 * SECOND);
    add_item(&show, 10 * SECOND);
    show_ready(&show);
    is_broken[1] = true;
    step(&show, T0);
    assert_int_equal(show.event_count, 1);
    for (int i = 0; i < 60; i++) {
        assert_int_equal(step(&show, T0 + 8 * SECOND + i * FRAME), 1);
    }
    assert_int_equal(show.event_count, 2);
    assert_int_equal(show.events[1].kind, STAGE_FAILED);
    assert_int_equal(show.events[1].item, 1);
    show_close(&show);
}

static void an_item_that_follows_itself_stays_open(void **state) {
    (void)state;
    struct show show;
    show_open(&show);
    add_item(&show, 2 * SECOND);
    site_entry(show.site, 0, 0, site_window(show.site, T0, 7 * SECOND, 0));
    show_ready(&show);
    for (flick_t t = T0; t < T0 + 7 * SECOND; t += FRAME) {
        assert_int_equal(step(&show, t), 1);
        assert_int_equal(stage_open_count(show.stage), 1);
    }
    assert_int_equal(opened, 1);
    /* The last round, cut at the window's end, is known ahead. */
    assert_false(sources[0].endless);
    assert_true(sources[0].until == T0 + 7 * SECOND);
    assert_true(sources[0].retimes <= 4); /* once a round, not once a picture */
    assert_int_equal(step(&show, T0 + 7 * SECOND), 0);
    assert_int_equal(stage_open_count(show.stage), 0);
    show_close(&show);
}

static void a_reload_without_a_change_restarts_nothing(void **state) {
    (void)state;
    struct show show;
    show_open(&show);
    add_item(&show, 10 * SECOND);
    add_item(&show, 10 * SECOND);
    show_ready(&show);
    step(&show, T0 + 8 * SECOND);
    assert_int_equal(opened, 2);
    /* The same things at other addresses and other places in the table. */
    struct site *old = show.site, *site = site_create(1);
    site->zones[0].area_on_canvas = old->zones[0].area_on_canvas;
    for (int i = 0; i < 2; i++) {
        site_item(site, 1, SECOND); /* a list that is not played */
    }
    for (uint64_t i = 0; i < 2; i++) {
        site_item(site, 0, 10 * SECOND)->key = 1000 + i;
    }
    site_entry(site, 0, 0, site_window(site, T0, DAY, 0));
    schedule_cache_destroy(&show.schedule);
    show.schedule = schedule_cache_create(&site->model);
    show.site = site;
    assert_int_equal(step(&show, T0 + 8 * SECOND + FRAME), 1);
    assert_int_equal(opened, 2);
    assert_int_equal(closed, 0);
    /* An item of another key is another item. */
    site->items[2].key = 77;
    step(&show, T0 + 8 * SECOND + 2 * FRAME);
    assert_int_equal(opened, 3);
    free(old);
    show_close(&show);
}

static void both_are_there_during_a_transition(void **state) {
    (void)state;
    struct show show;
    show_open(&show);
    add_item(&show, 10 * SECOND);
    struct item *second = add_item(&show, 10 * SECOND);
    second->transition = TRANSITION_SLIDE_LEFT;
    second->transition_time = SECOND;
    show_ready(&show);
    step(&show, T0);
    step(&show, T0 + 9 * SECOND);
    assert_int_equal(step(&show, T0 + 10 * SECOND + SECOND / 2), 2);
    const struct layer *coming = &show.scene.layers[show.scene.layer_count - 1];
    assert_int_equal(coming->to_on_canvas.x, WIDTH / 2);
    bool has_leaving = false;
    for (size_t i = 0; i < show.scene.layer_count; i++) {
        has_leaving = has_leaving || (show.scene.layers[i].color.r == 1 &&
                                      show.scene.layers[i].to_on_canvas.x == -WIDTH / 2);
    }
    assert_true(has_leaving);
    assert_int_equal(stage_open_count(show.stage), 2);
    step(&show, T0 + 11 * SECOND);
    assert_int_equal(stage_open_count(show.stage), 1);
    show_close(&show);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_begins_soon_is_open),
        cmocka_unit_test(the_old_picture_stays_until_there_is_a_new_one),
        cmocka_unit_test(a_failure_is_told_once),
        cmocka_unit_test(an_item_that_follows_itself_stays_open),
        cmocka_unit_test(a_reload_without_a_change_restarts_nothing),
        cmocka_unit_test(both_are_there_during_a_transition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
