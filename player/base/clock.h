/* clock.h: the only place that reads a clock, and the one idea of "now" that everybody shares.
 *
 * Engine time is UTC in flicks. In real time it follows CLOCK_REALTIME, but never in small jumps:
 * it runs on CLOCK_MONOTONIC and is slewed by at most 500 ppm towards the real-time clock; only
 * when the two are more than 5 s apart does it step, and says so (clock_steps grows). With --at it
 * is shifted, with --speed X it runs X times as fast; a virtual clock stands still until it is set
 * forward. With `not_before` (see trust.h) a system clock that is earlier is not followed: time
 * runs on from there until clock_believe. clock_now and clock_monotonic_us: any thread. The others:
 * the main thread. */
#ifndef LEDSIGN_BASE_CLOCK_H
#define LEDSIGN_BASE_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/flick.h"

struct clock;

struct clock_options {
    bool starts_elsewhere; /* --at: begin at `start` instead of now */
    flick_t start;
    flick_t not_before; /* 0: the system's clock is right */
    double speed;       /* 1 is real; ignored when is_virtual */
    bool is_virtual;    /* moves only by clock_set */
};

struct clock *clock_create(const struct clock_options *options);
void clock_destroy(struct clock **clock);

flick_t clock_now(struct clock *clock);
void clock_set(struct clock *clock, flick_t t); /* virtual clocks only; never backwards */
void clock_believe(struct clock *clock);        /* from now on, whatever the system's clock says */
unsigned clock_steps(struct clock *clock);      /* how often it has jumped */
bool clock_is_realtime(const struct clock *clock); /* speed 1, not virtual */

/* Sleeps until engine time t, at most limit_ms. Returns at once for a virtual clock. */
void clock_sleep_until(struct clock *clock, flick_t t, int limit_ms);

int64_t clock_monotonic_us(void); /* for measuring and deadlines */
flick_t clock_wall(void);         /* CLOCK_REALTIME as flicks, raw; for command line tools */

/* A condition that waits by the monotonic clock, and the instant `limit_ms` from now for
 * pthread_cond_timedwait on it. Any thread. */
void clock_condition_init(pthread_cond_t *condition);
struct timespec clock_deadline(int limit_ms);

#endif
