/* transition.h: how one item gives way to the next, as a pure function of progress.
 *
 * Both items draw into the same zone; a transition moves, clips or fades their layers. Pure; main
 * thread. */
#ifndef LEDSIGN_SHOW_TRANSITION_H
#define LEDSIGN_SHOW_TRANSITION_H

#include <stdint.h>

#include "base/rect.h"
#include "model/model.h"

/* What a transition does to one of the two items: all in canvas pixels. */
struct transition_effect {
    int dx;
    int dy;
    struct rect clip_on_canvas;
    uint8_t opacity;
};

struct transition_state {
    struct transition_effect leaving;
    struct transition_effect coming;
};

/* `elapsed` of `length` flicks have passed (0 <= elapsed < length) in a zone at `area_on_canvas`.
 * In a fade the leaving item stays opaque below the coming one: correct wherever the coming item
 * covers the zone, see `both_fade`. Slides run at constant speed in whole pixels. With both_fade
 * (zones that show what is below them) the leaving item fades out at the same time. */
struct transition_state transition_at(enum transition kind, flick_t elapsed, flick_t length,
                                      struct rect area_on_canvas, bool both_fade);

#endif
