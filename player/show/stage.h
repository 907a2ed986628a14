/* stage.h: the one stateful heart: keeps open what the plan shows now and soon, and nothing else.
 *
 * stage_follow compares what is open with what the plan needs: the showings on screen, the ones
 * they replace while a transition runs, and those that begin within the lookahead. What is missing
 * is opened (on workers; nothing here waits), what is no longer needed is closed. stage_scene turns
 * the plan into layers. Until a showing has its first picture, the zone keeps the one it showed
 * before: the screen is never black because something is late.
 *
 * A source is recognised by zone, item key and start, not by pointers, so a reload that changes
 * nothing restarts nothing; an item that follows itself stays one endless source.
 * Main thread only. The heart compiles without SDL and FFmpeg. */
#ifndef LEDSIGN_SHOW_STAGE_H
#define LEDSIGN_SHOW_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/flick.h"
#include "model/schedule.h"

struct scene;
struct source_services;
struct stage;

/* How far ahead of its first picture an item is opened, at speed 1. Opening and decoding the first
 * frame takes 30-150 ms on a PC and up to ten times that on a small board. */
#define STAGE_LOOKAHEAD (3 * FLICKS_PER_SECOND)

enum stage_event_kind {
    STAGE_STARTED, /* the showing's first picture is in the scene */
    STAGE_FAILED,  /* the item gives no (more) pictures; the source has logged why */
};

struct stage_event {
    enum stage_event_kind kind;
    size_t zone;
    int item; /* index in the model the stage last followed */
    flick_t at;
};

struct stage_options {
    struct source_services *services; /* borrowed */
    flick_t lookahead;
};

struct stage *stage_create(const struct stage_options *options);
void stage_destroy(struct stage **stage);

/* Opens and closes sources for `plan` (made from `model` and `conditions` for the time t). What
 * comes next is asked of `schedule`, the model's cache. */
void stage_follow(struct stage *stage, struct model *model, struct schedule_cache *schedule,
                  const struct conditions *conditions, const struct plan *plan, flick_t t);

/* Adds the layers of all zones at time t to `scene`. *unchanged_until: an earlier call with the
 * same plan would give the same scene. */
void stage_scene(struct stage *stage, const struct plan *plan, flick_t t, struct scene *scene,
                 flick_t *unchanged_until);

/* True when every zone would show exactly what the plan says for t: nothing is late. */
bool stage_is_exact(struct stage *stage, const struct plan *plan, flick_t t);

/* Takes the oldest event; false when there is none. */
bool stage_next_event(struct stage *stage, struct stage_event *event);

size_t stage_open_count(const struct stage *stage); /* sources now open, for status and tests */

#endif
