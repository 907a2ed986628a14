#include "show/stage.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "gfx/frame.h"
#include "gfx/scene.h"
#include "media/source.h"
#include "show/transition.h"

#define EVENTS_MAX   64
#define UPCOMING_MAX 4 /* showings opened ahead in one zone, however short they are */

/* One open source: the showing it was opened for, and (endless) the rounds that follow it. */
struct slot {
    struct slot *next;
    struct source *source;
    size_t zone;
    uint64_t key;
    int item;
    struct size size;
    flick_t started;
    flick_t period; /* length of the showing it was opened for */
    flick_t until;
    bool endless;
    int volume;
    bool is_needed;
    struct showing last; /* of its rounds needed now: the end of the latest, else the first's */
    bool has_shown;
    bool has_failed; /* and said so */
};

struct stage {
    struct stage_options options;
    struct slot *slots;
    struct slot *shown[MODEL_ZONES_MAX]; /* gave the zone its last picture; one of `slots` */
    flick_t started[MODEL_ZONES_MAX];    /* of the showing last announced in each zone */
    struct stage_event events[EVENTS_MAX];
    size_t event_first;
    size_t event_count;
    struct color screen_background;
};

struct stage *stage_create(const struct stage_options *options) {
    struct stage *stage = mem_zero(1, sizeof *stage);
    stage->options = *options;
    for (size_t i = 0; i < MODEL_ZONES_MAX; i++) {
        stage->started[i] = FLICK_ALWAYS;
    }
    return stage;
}

static void close_slot(struct stage *stage, struct slot **link) {
    struct slot *slot = *link;
    *link = slot->next;
    if (stage->shown[slot->zone] == slot) {
        stage->shown[slot->zone] = NULL;
    }
    source_close(&slot->source);
    free(slot);
}

void stage_destroy(struct stage **stage) {
    if (*stage != NULL) {
        while ((*stage)->slots != NULL) {
            close_slot(*stage, &(*stage)->slots);
        }
        free(*stage);
        *stage = NULL;
    }
}

static void add_event(struct stage *stage, enum stage_event_kind kind, const struct slot *slot,
                      flick_t at) {
    if (stage->event_count < EVENTS_MAX) {
        size_t last = (stage->event_first + stage->event_count++) % EVENTS_MAX;
        stage->events[last] = (struct stage_event){kind, slot->zone, slot->item, at};
    }
}

bool stage_next_event(struct stage *stage, struct stage_event *event) {
    if (stage->event_count == 0) {
        return false;
    }
    *event = stage->events[stage->event_first];
    stage->event_first = (stage->event_first + 1) % EVENTS_MAX;
    stage->event_count--;
    return true;
}

size_t stage_open_count(const struct stage *stage) {
    size_t count = 0;
    for (const struct slot *slot = stage->slots; slot != NULL; slot = slot->next) {
        count++;
    }
    return count;
}

/* The slot plays this showing: it was opened for it, or it is one of its endless rounds. */
static bool plays(const struct slot *slot, size_t zone, struct size size,
                  const struct showing *showing) {
    if (slot->zone != zone || slot->key != showing->item->key || slot->size.w != size.w ||
        slot->size.h != size.h) {
        return false;
    }
    flick_t since = showing->started - slot->started;
    bool reaches_it = slot->endless || showing->started < slot->until;
    return since == 0 || (since > 0 && reaches_it && since % slot->period == 0);
}

static struct slot *find_slot(const struct stage *stage, size_t zone, struct size size,
                              const struct showing *showing) {
    for (struct slot *slot = stage->slots; slot != NULL; slot = slot->next) {
        if (plays(slot, zone, size, showing)) {
            return slot;
        }
    }
    return NULL;
}

static struct size zone_size(const struct zone *zone) {
    return (struct size){zone->area_on_canvas.w, zone->area_on_canvas.h};
}

static void open_slot(struct stage *stage, struct model *model, const struct zone *zone,
                      const struct showing *showing, flick_t first) {
    struct source_request request = {
        .model = model,
        .item = showing->item,
        .zone = zone_size(zone),
        .started = showing->started,
        .until = showing->until,
        .first = first > showing->started ? first : showing->started,
        .volume = showing->volume,
        .endless = showing->repeats,
        .hurries = stage->shown[zone->index] == NULL,
    };
    struct slot *slot = mem_zero(1, sizeof *slot);
    slot->zone = (size_t)zone->index;
    slot->key = showing->item->key;
    slot->size = request.zone;
    slot->started = showing->started;
    slot->period = showing->until - showing->started;
    slot->until = showing->until;
    slot->endless = showing->repeats;
    slot->volume = showing->volume;
    slot->source = source_open(stage->options.services, &request);
    slot->next = stage->slots;
    stage->slots = slot;
    slot->is_needed = true;
    slot->last = *showing;
    slot->item = showing->item->index;
}

/* `first`: the first instant that will be asked for. */
static void need(struct stage *stage, struct model *model, const struct zone *zone,
                 const struct showing *showing, flick_t first) {
    struct slot *slot = find_slot(stage, (size_t)zone->index, zone_size(zone), showing);
    if (slot == NULL) {
        open_slot(stage, model, zone, showing, first);
        return;
    }
    if (!slot->is_needed) {
        slot->last = *showing;
    } else if (showing->until > slot->last.until) {
        slot->last.until = showing->until;
        slot->last.repeats = showing->repeats;
    }
    slot->is_needed = true;
    slot->item = showing->item->index;
}

/* The latest of a slot's rounds says how its source goes on, the first how loud it is. */
static void retime_slot(struct slot *slot) {
    const struct showing *last = &slot->last;
    if (slot->until != last->until || slot->endless != last->repeats ||
        slot->volume != last->volume) {
        slot->until = last->until;
        slot->endless = last->repeats;
        slot->volume = last->volume;
        source_retime(slot->source, slot->until, slot->endless, slot->volume);
    }
}

static void need_upcoming(struct stage *stage, struct model *model, struct schedule_cache *schedule,
                          const struct conditions *conditions, const struct zone_plan *now,
                          flick_t t) {
    flick_t next = now->now.until;
    flick_t horizon = flick_add(t, stage->options.lookahead);
    for (int i = 0; i < UPCOMING_MAX && next <= horizon; i++) {
        struct zone_plan later;
        schedule_zone_at_cached(schedule, conditions, now->zone, next, &later);
        if (later.now.item != NULL) {
            need(stage, model, now->zone, &later.now, next);
        }
        next = later.now.until;
    }
}

/* Opened before the leaving item was needed as such, it is asked for its last picture only. */
static void need_zone(struct stage *stage, struct model *model, struct schedule_cache *schedule,
                      const struct conditions *conditions, const struct zone_plan *zone,
                      flick_t t) {
    if (zone->now.item != NULL) {
        need(stage, model, zone->zone, &zone->now, t);
    }
    if (zone->leaving.item != NULL) {
        need(stage, model, zone->zone, &zone->leaving, zone->leaving.until - 1);
    }
    need_upcoming(stage, model, schedule, conditions, zone, t);
}

/* The picture on screen stays until its successor has one of its own. */
static bool is_held(const struct stage *stage, const struct plan *plan, const struct slot *slot) {
    if (stage->shown[slot->zone] != slot || slot->zone >= plan->zone_count) {
        return false;
    }
    const struct zone_plan *zone = &plan->zones[slot->zone];
    if (zone->now.item == NULL) {
        return false;
    }
    const struct slot *successor = find_slot(stage, slot->zone, zone_size(zone->zone), &zone->now);
    return successor != slot && (successor == NULL || !successor->has_shown);
}

static void announce_failures(struct stage *stage, flick_t t) {
    for (struct slot *slot = stage->slots; slot != NULL; slot = slot->next) {
        if (!slot->has_failed && source_state(slot->source) == SOURCE_FAILED) {
            slot->has_failed = true;
            add_event(stage, STAGE_FAILED, slot, t);
        }
    }
}

void stage_follow(struct stage *stage, struct model *model, struct schedule_cache *schedule,
                  const struct conditions *conditions, const struct plan *plan, flick_t t) {
    stage->screen_background = model->screen.background;
    for (struct slot *slot = stage->slots; slot != NULL; slot = slot->next) {
        slot->is_needed = false;
    }
    for (size_t i = 0; i < plan->zone_count; i++) {
        need_zone(stage, model, schedule, conditions, &plan->zones[i], t);
    }
    for (struct slot **link = &stage->slots; *link != NULL;) {
        if ((*link)->is_needed || is_held(stage, plan, *link)) {
            if ((*link)->is_needed) {
                retime_slot(*link);
            }
            link = &(*link)->next;
        } else {
            close_slot(stage, link);
        }
    }
    announce_failures(stage, t);
}

static void add_fill(struct scene *scene, struct rect area, struct color color,
                     const struct transition_effect *effect) {
    struct layer layer = {
        .color = color,
        .to_on_canvas = rect_move(area, effect->dx, effect->dy),
        .clip_on_canvas = effect->clip_on_canvas,
        .opacity = effect->opacity,
    };
    scene_add(scene, &layer);
}

/* What is left of `area` around `hole`: at most four rectangles. */
static void add_bars(struct scene *scene, struct rect area, struct rect hole, struct color color,
                     const struct transition_effect *effect) {
    int right = hole.x + hole.w, bottom = hole.y + hole.h;
    const struct rect bars[] = {
        {area.x, area.y, area.w, hole.y - area.y},
        {area.x, bottom, area.w, area.y + area.h - bottom},
        {area.x, hole.y, hole.x - area.x, hole.h},
        {right, hole.y, area.x + area.w - right, hole.h},
    };
    for (size_t i = 0; i < sizeof bars / sizeof bars[0]; i++) {
        if (!rect_is_empty(bars[i])) {
            add_fill(scene, bars[i], color, effect);
        }
    }
}

/* The background of an item: around an opaque picture only, so that a half faded item is one
 * surface of one opacity and not two on top of each other. */
static void add_background(struct scene *scene, struct rect area, struct color color,
                           const struct layer *layers, size_t count,
                           const struct transition_effect *effect) {
    bool is_one_opaque_picture =
        count == 1 && layers[0].frame != NULL && layers[0].frame->format != FRAME_BGRA;
    if (color.a == 0) {
        return;
    }
    if (is_one_opaque_picture) {
        struct rect hole = rect_move(layers[0].to_on_canvas, area.x, area.y);
        add_bars(scene, area, rect_intersect(hole, area), color, effect);
    } else {
        add_fill(scene, area, color, effect);
    }
}

static void add_item(struct scene *scene, struct rect area, struct color background,
                     const struct layer *layers, size_t count,
                     const struct transition_effect *effect) {
    add_background(scene, area, background, layers, count, effect);
    for (size_t i = 0; i < count; i++) {
        struct layer layer = layers[i];
        int dx = area.x + effect->dx, dy = area.y + effect->dy;
        layer.to_on_canvas = rect_move(layer.to_on_canvas, dx, dy);
        layer.clip_on_canvas =
            rect_intersect(rect_move(layer.clip_on_canvas, dx, dy), effect->clip_on_canvas);
        layer.opacity = (uint8_t)(layer.opacity * effect->opacity / 255);
        scene_add(scene, &layer);
    }
}

static bool covers_lower_zone(const struct plan *plan, const struct zone *zone) {
    for (int i = 0; i < zone->index; i++) {
        struct rect below = plan->zones[i].zone->area_on_canvas;
        if (!rect_is_empty(rect_intersect(below, zone->area_on_canvas))) {
            return true;
        }
    }
    return false;
}

/* What is behind an item while it fades: its own background, the zone's, or the screen's where no
 * other zone lies below. */
static struct color background_of(const struct stage *stage, const struct plan *plan,
                                  const struct zone *zone, const struct item *item,
                                  bool in_transition) {
    if (item->background.a > 0) {
        return item->background;
    }
    if (!in_transition || zone->background.a > 0) {
        return in_transition ? zone->background : (struct color){0};
    }
    if (covers_lower_zone(plan, zone)) {
        return (struct color){0};
    }
    return stage->screen_background;
}

static void min_until(flick_t *until, flick_t candidate) {
    if (candidate < *until) {
        *until = candidate;
    }
}

static void announce_start(struct stage *stage, struct slot *slot, const struct showing *showing,
                           flick_t t) {
    slot->has_shown = true;
    if (stage->shown[slot->zone] != slot || stage->started[slot->zone] != showing->started) {
        stage->started[slot->zone] = showing->started;
        add_event(stage, STAGE_STARTED, slot, t);
    }
    stage->shown[slot->zone] = slot;
}

/* Draws the leaving item under the coming one, as far as both have pictures. */
static void scene_leaving(struct stage *stage, const struct plan *plan,
                          const struct zone_plan *zone, const struct transition_state *state,
                          struct scene *scene) {
    struct layer layers[SOURCE_LAYERS_MAX];
    flick_t ignored;
    struct slot *slot =
        find_slot(stage, (size_t)zone->zone->index, zone_size(zone->zone), &zone->leaving);
    if (slot == NULL) {
        return;
    }
    size_t count = source_layers_at(slot->source, zone->leaving.until - 1, layers, &ignored);
    struct color background = background_of(stage, plan, zone->zone, zone->leaving.item, true);
    add_item(scene, zone->zone->area_on_canvas, background, layers, count, &state->leaving);
}

/* Nothing of the new item yet: what was there last stays. */
static void scene_held(struct stage *stage, const struct zone_plan *zone, flick_t t,
                       struct scene *scene, flick_t *until) {
    struct slot *slot = stage->shown[zone->zone->index];
    struct transition_effect still = {.clip_on_canvas = zone->zone->area_on_canvas, .opacity = 255};
    struct layer layers[SOURCE_LAYERS_MAX];
    flick_t ignored;
    min_until(until, t + 1); /* ask again at the next frame: the new one may be ready then */
    if (slot != NULL) {
        flick_t last = slot->endless || slot->until > t ? t : slot->until - 1;
        size_t count = source_layers_at(slot->source, last, layers, &ignored);
        add_item(scene, zone->zone->area_on_canvas, (struct color){0}, layers, count, &still);
    }
}

static void scene_zone(struct stage *stage, const struct plan *plan, const struct zone_plan *zone,
                       flick_t t, struct scene *scene, flick_t *until) {
    struct rect area = zone->zone->area_on_canvas;
    struct transition_effect still = {.clip_on_canvas = area, .opacity = 255};
    add_fill(scene, area, zone->zone->background, &still);
    if (zone->now.item == NULL) {
        stage->shown[zone->zone->index] = NULL;
        return;
    }
    struct slot *slot =
        find_slot(stage, (size_t)zone->zone->index, zone_size(zone->zone), &zone->now);
    struct layer layers[SOURCE_LAYERS_MAX];
    flick_t item_until = FLICK_NEVER;
    size_t count = slot != NULL ? source_layers_at(slot->source, t, layers, &item_until) : 0;
    bool is_blank = slot != NULL && source_state(slot->source) == SOURCE_READY; /* only sound */
    if (count == 0 && !is_blank) {
        scene_held(stage, zone, t, scene, until);
        return;
    }
    min_until(until, item_until);
    struct transition_state state = {still, still};
    bool in_transition = zone->leaving.item != NULL && t < zone->transition_until;
    struct color background = background_of(stage, plan, zone->zone, zone->now.item, in_transition);
    if (in_transition) {
        state = transition_at(zone->now.item->transition, t - zone->now.started,
                              zone->transition_until - zone->now.started, area, background.a == 0);
        scene_leaving(stage, plan, zone, &state, scene);
        min_until(until, t + 1);
    }
    add_item(scene, area, background, layers, count, &state.coming);
    announce_start(stage, slot, &zone->now, t);
}

void stage_scene(struct stage *stage, const struct plan *plan, flick_t t, struct scene *scene,
                 flick_t *unchanged_until) {
    *unchanged_until = plan->until;
    for (size_t i = 0; i < plan->zone_count; i++) {
        scene_zone(stage, plan, &plan->zones[i], t, scene, unchanged_until);
    }
}

static bool showing_is_exact(const struct stage *stage, const struct zone *zone,
                             const struct showing *showing, flick_t t) {
    if (showing->item == NULL) {
        return true;
    }
    struct slot *slot = find_slot(stage, (size_t)zone->index, zone_size(zone), showing);
    return slot != NULL && source_is_exact_at(slot->source, t);
}

bool stage_is_exact(struct stage *stage, const struct plan *plan, flick_t t) {
    for (size_t i = 0; i < plan->zone_count; i++) {
        const struct zone_plan *zone = &plan->zones[i];
        if (!showing_is_exact(stage, zone->zone, &zone->now, t) ||
            !showing_is_exact(stage, zone->zone, &zone->leaving, zone->leaving.until - 1)) {
            return false;
        }
    }
    return true;
}
