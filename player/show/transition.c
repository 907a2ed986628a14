#include "show/transition.h"

static int part_of(int whole, flick_t elapsed, flick_t length) {
    return (int)flick_muldiv(whole, elapsed, length);
}

/* Directions in which a slide moves, indexed by enum transition. */
static const struct {
    int x;
    int y;
} slide_directions[] = {
    [TRANSITION_CUT] = {0, 0},         [TRANSITION_FADE] = {0, 0},
    [TRANSITION_SLIDE_LEFT] = {-1, 0}, [TRANSITION_SLIDE_RIGHT] = {1, 0},
    [TRANSITION_SLIDE_UP] = {0, -1},   [TRANSITION_SLIDE_DOWN] = {0, 1},
    [TRANSITION_WIPE] = {0, 0},
};

struct transition_state transition_at(enum transition kind, flick_t elapsed, flick_t length,
                                      struct rect area, bool both_fade) {
    struct transition_effect still = {.clip_on_canvas = area, .opacity = 255};
    struct transition_state state = {still, still};
    int gone_x = part_of(area.w, elapsed, length), gone_y = part_of(area.h, elapsed, length);
    int x = slide_directions[kind].x, y = slide_directions[kind].y;
    state.leaving.dx = x * gone_x;
    state.leaving.dy = y * gone_y;
    state.coming.dx = x != 0 ? -x * (area.w - gone_x) : 0;
    state.coming.dy = y != 0 ? -y * (area.h - gone_y) : 0;
    if (kind == TRANSITION_FADE) {
        int opacity = part_of(256, elapsed, length);
        state.coming.opacity = (uint8_t)opacity;
        state.leaving.opacity = both_fade ? (uint8_t)(255 - opacity) : 255;
    } else if (kind == TRANSITION_WIPE) {
        state.coming.clip_on_canvas.w = gone_x;
    }
    return state;
}
