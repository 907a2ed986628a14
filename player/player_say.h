/* player_say.h: says what is on: a line on stdout for each change of each zone, and what is
 * skipped.
 *
 *     14:05:30  main       dance.mp4  until 14:08:12, then tips.png
 *
 * An item that follows itself is said once. A reader of stdout that does not read, or is gone,
 * stops nothing: lines are dropped, and one warning says so. Times are the screen's own, with their
 * date where it is not today's. Main thread; owned by the player. */
#ifndef LEDSIGN_PLAYER_SAY_H
#define LEDSIGN_PLAYER_SAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/flick.h"
#include "model/model.h"

struct clock;
struct conditions;
struct plan;
struct player_options;
struct schedule_cache;
struct stage_event;

struct player_say {
    bool is_quiet;
    bool may_wait;    /* for whoever reads stdout; otherwise what there is no room for is dropped */
    bool has_dropped; /* a line, and said so */
    struct clock *clock;
    const struct model *model; /* of the player, like its schedule */
    struct schedule_cache *schedule;
    bool has_said[MODEL_ZONES_MAX];      /* a line about each zone */
    uint64_t repeating[MODEL_ZONES_MAX]; /* key of the item each zone was said to repeat */
};

void player_say_init(struct player_say *say, const struct player_options *options,
                     struct clock *clock);
/* Of the first model and of each that takes its place; both outlive the next call. */
void player_say_follow(struct player_say *say, const struct model *model,
                       struct schedule_cache *schedule);

void player_say_started(struct player_say *say, const struct plan *plan,
                        const struct conditions *conditions, const struct stage_event *event);
/* The zones of a new plan that show nothing: they have no source that could announce it. */
void player_say_nothing(struct player_say *say, const struct plan *plan,
                        const struct conditions *conditions);
void player_say_skipped(const struct player_say *say, const struct item *item, flick_t retry);

#endif
