#include "show/pacing.h"

#include <stdlib.h>

/* How fast the estimate follows the measurements: 1/8 of the phase error, and of the period's less
 * and less. */
#define PHASE_SHARE        8
#define PERIOD_SHARE_FIRST 128
#define PERIOD_SHARE_LAST  8192
#define SHORTEST_PERIOD    (FLICKS_PER_SECOND / 300) /* faster: the driver does not wait */
#define STRANGE_MAX        10
#define NOISE_SHARE        32 /* of the period: not followed by what is shown */

static flick_t nominal_period(struct ratio fps) {
    return flick_muldiv(FLICKS_PER_SECOND, fps.den, fps.num);
}

void pacing_init(struct pacing *pacing, struct ratio fps, bool has_vsync) {
    *pacing = (struct pacing){.fps = fps, .has_vsync = has_vsync};
    pacing->period = nominal_period(fps);
}

void pacing_reset(struct pacing *pacing) {
    pacing->next = 0;
    pacing->last = 0;
    pacing->measured = 0;
    pacing->returned = 0;
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

static bool is_measuring(const struct pacing *pacing) {
    return pacing->measured < PACING_MEASURES;
}

/* The prediction moves a little with each measurement. Where the border between two pictures of a
 * video lies within that, they would be shown for 1 and 3 blanks by turns instead of 2 and 2. So
 * the instants asked for go on in even steps, and follow only what is more than noise. */
static flick_t steady(const struct pacing *pacing, flick_t predicted) {
    if (pacing->last == 0) {
        return predicted;
    }
    flick_t since = predicted - pacing->last;
    flick_t steps = flick_floor_div(since + pacing->period / 2, pacing->period);
    flick_t t = pacing->last + steps * pacing->period;
    flick_t off = predicted - t;
    bool is_noise = off < pacing->period / NOISE_SHARE && off > -pacing->period / NOISE_SHARE;
    return steps < 1 ? predicted : is_noise ? t : t + off / PHASE_SHARE;
}

flick_t pacing_next(struct pacing *pacing, flick_t now) {
    if (!pacing->has_vsync) {
        return next_on_grid(pacing, now);
    }
    if (pacing->next == 0) {
        return now + pacing->period;
    }
    flick_t t = pacing->next;
    flick_t least = pacing->last + (is_measuring(pacing) ? 0 : pacing->period / 2);
    while (t <= now || t <= least) {
        t += pacing->period;
    }
    return steady(pacing, t);
}

static int by_length(const void *a, const void *b) {
    flick_t left = *(const flick_t *)a, right = *(const flick_t *)b;
    return left < right ? -1 : left > right;
}

/* The configured rate may be another than the display's: its period is the median of the first
 * distances, in which a missed blank or two do not count. False when that is over. */
static bool measure_vsync(struct pacing *pacing, flick_t actual) {
    if (!is_measuring(pacing)) {
        return false;
    }
    if (pacing->returned != 0) {
        pacing->distances[pacing->measured++] = actual - pacing->returned;
    }
    if (pacing->measured == PACING_MEASURES) {
        qsort(pacing->distances, PACING_MEASURES, sizeof pacing->distances[0], by_length);
        flick_t median = pacing->distances[PACING_MEASURES / 2];
        pacing->has_vsync = median >= SHORTEST_PERIOD;
        pacing->period = pacing->has_vsync ? median : nominal_period(pacing->fps);
    }
    pacing->next = actual + pacing->period;
    return true;
}

static void follow_vsync(struct pacing *pacing, flick_t actual) {
    bool has_measured = measure_vsync(pacing, actual);
    pacing->returned = actual;
    if (has_measured) {
        return;
    }
    flick_t error = actual - pacing->next;
    int64_t missed = flick_floor_div(error + pacing->period / 2, pacing->period);
    error -= missed * pacing->period;
    bool is_strange = error > pacing->period / 4 || error < -pacing->period / 4;
    pacing->strange = is_strange ? pacing->strange + 1 : 0;
    if (pacing->strange >= STRANGE_MAX) { /* another mode, perhaps */
        pacing->measured = pacing->strange = 0;
        pacing->followed = 0;
    }
    int64_t share = pacing->followed++ / 2;
    share = share < PERIOD_SHARE_FIRST ? PERIOD_SHARE_FIRST : share;
    pacing->period += error / (share < PERIOD_SHARE_LAST ? share : PERIOD_SHARE_LAST);
    pacing->next += (missed + 1) * pacing->period + error / PHASE_SHARE;
}

flick_t pacing_submit_at(const struct pacing *pacing, flick_t t) {
    if (!pacing->has_vsync) {
        return t;
    }
    return is_measuring(pacing) ? pacing->returned : t - pacing->period * 3 / 4;
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
