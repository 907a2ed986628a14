#include "show/pacing.h"

/* How fast the estimate follows the measurements: 1/8 of the phase error, 1/256 of the period's. */
#define PHASE_SHARE  8
#define PERIOD_SHARE 256

void pacing_init(struct pacing *pacing, struct ratio fps, bool has_vsync) {
    *pacing = (struct pacing){.fps = fps, .has_vsync = has_vsync};
    pacing->period = flick_muldiv(FLICKS_PER_SECOND, fps.den, fps.num);
}

void pacing_reset(struct pacing *pacing) {
    pacing->next = 0;
    pacing->last = 0;
}

/* The first grid instant after the last one that is not in the past. */
static flick_t next_on_grid(const struct pacing *pacing, flick_t now) {
    int64_t frame = flick_frame_at(now, pacing->fps);
    flick_t t = flick_of_frame(frame, pacing->fps);
    if (t < now) {
        t = flick_of_frame(frame + 1, pacing->fps);
    }
    if (pacing->last != 0 && t <= pacing->last) {
        t = flick_of_frame(flick_frame_at(pacing->last, pacing->fps) + 1, pacing->fps);
    }
    return t;
}

flick_t pacing_next(struct pacing *pacing, flick_t now) {
    if (!pacing->has_vsync) {
        return next_on_grid(pacing, now);
    }
    if (pacing->next == 0) {
        return now + pacing->period;
    }
    flick_t t = pacing->next;
    while (t <= now) {
        t += pacing->period;
    }
    return t;
}

static void follow_vsync(struct pacing *pacing, flick_t actual) {
    if (pacing->next == 0) {
        pacing->next = actual + pacing->period;
        return;
    }
    flick_t error = actual - pacing->next;
    int64_t missed = flick_floor_div(error + pacing->period / 2, pacing->period);
    error -= missed * pacing->period;
    pacing->period += error / PERIOD_SHARE;
    pacing->next += (missed + 1) * pacing->period + error / PHASE_SHARE;
}

void pacing_presented(struct pacing *pacing, flick_t intended, flick_t actual) {
    pacing->presents++;
    if (actual - intended > pacing->period) {
        pacing->late++;
    }
    if (pacing->last != 0 && actual - pacing->last > pacing->max_gap) {
        pacing->max_gap = actual - pacing->last;
    }
    if (pacing->has_vsync) {
        follow_vsync(pacing, actual);
    }
    pacing->last = intended;
}
