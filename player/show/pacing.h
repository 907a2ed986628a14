/* pacing.h: at which instants pictures appear, and how well that went.
 *
 * Without a vsync, pictures appear at whole multiples of the frame period since the epoch, so two
 * screens with the same clock agree in phase. With one, the next vertical blank is predicted from
 * the returns of the presents: a running estimate of period and phase that follows slowly, because
 * single returns jitter; what is asked for goes on in even steps within that noise. Pure apart from
 * the struct; main thread. */
#ifndef LEDSIGN_SHOW_PACING_H
#define LEDSIGN_SHOW_PACING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/flick.h"

/* So many distances between presents are looked at before the display's rate is believed. */
#define PACING_MEASURES 15

struct pacing {
    struct ratio fps; /* nominal; the display's own is measured */
    bool has_vsync;   /* false again when presents turn out not to wait */
    flick_t period;   /* estimate with vsync, else nominal (rounded) */
    flick_t next;     /* predicted next display time with vsync; 0: not known yet */
    int64_t presents;
    int64_t late;                       /* presents more than a period after their time */
    flick_t last;                       /* display time of the last present; 0: none */
    flick_t distances[PACING_MEASURES]; /* between the first presents, vsync only */
    int measured;
    flick_t returned; /* of the last present; 0: none */
    int64_t followed; /* presents since the rate was measured */
    int strange;      /* presents in a row that were far from the prediction */
    flick_t max_gap;  /* longest time between two presents that both changed the screen */
};

void pacing_init(struct pacing *pacing, struct ratio fps, bool has_vsync);

/* The instant for which the next picture is to be made: later than the one before, not before now.
 */
flick_t pacing_next(struct pacing *pacing, flick_t now);

/* When the picture for t is to be handed over: at t itself without a vsync; with one well before
 * the blank at which it appears, and at once (a time past) while the display's rate is being
 * measured.
 */
flick_t pacing_submit_at(const struct pacing *pacing, flick_t t);

/* A picture made for `intended` became visible at `actual`. */
void pacing_presented(struct pacing *pacing, flick_t intended, flick_t actual);

/* The clock has jumped: forget phases. */
void pacing_reset(struct pacing *pacing);

#endif
