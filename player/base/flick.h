/* flick.h: the unit of time of the whole engine.
 *
 * A flick is 1/705,600,000 of a second, the unit published by Oculus in 2018
 * (github.com/OculusVR/Flicks) for exactly our purpose: one frame at 24, 25, 30, 48, 50, 60, 90,
 * 100 or 120 Hz, the same rates times 1000/1001, and one sample at 8, 16, 44.1, 48 or 96 kHz are
 * all whole numbers of flicks.  Instants are counted from the Unix epoch (UTC, POSIX seconds), so
 * 64 bits reach from 1556 to 2384.  Because every boundary is an integer, "the frame that starts
 * at this instant" needs no tolerance, and a loop of a thousand rounds drifts by nothing
 * (docs/adr/0002-flicks.md).
 *
 * Pure functions without state; any thread. */
#ifndef LEDSIGN_BASE_FLICK_H
#define LEDSIGN_BASE_FLICK_H

#include <stdint.h>

typedef int64_t flick_t;

#define FLICKS_PER_SECOND      INT64_C(705600000)
#define FLICKS_PER_MILLISECOND INT64_C(705600)
/* An instant before and one after everything that is scheduled. */
#define FLICK_NEVER  INT64_MAX
#define FLICK_ALWAYS INT64_MIN

/* A rational number, e.g. 30000/1001 frames per second; den > 0. 0/1 means unknown. */
struct ratio {
    int64_t num;
    int64_t den;
};

/* floor(value * num / den), exact over the whole 64 bit range of the operands; den > 0.
 * Saturates at INT64_MIN/INT64_MAX where the result does not fit. */
int64_t flick_muldiv(int64_t value, int64_t num, int64_t den);

/* floor(a / b) for b > 0, also for negative a. */
int64_t flick_floor_div(int64_t a, int64_t b);

/* The number of the frame that is on screen at `position` after the start: floor(position * rate).
 */
int64_t flick_frame_at(flick_t position, struct ratio rate);

/* The first instant at which frame `index` is on screen: ceil(index / rate). Inverse of
 * flick_frame_at: flick_frame_at(flick_of_frame(i, r), r) == i. */
flick_t flick_of_frame(int64_t index, struct ratio rate);

flick_t flick_from_us(int64_t us);
int64_t flick_to_us(flick_t t);             /* rounds down */
flick_t flick_from_seconds(double seconds); /* rounds to nearest; saturates; NaN gives 0 */
double flick_to_seconds(flick_t t);

/* a + b, saturating instead of overflowing (FLICK_NEVER stays FLICK_NEVER). */
flick_t flick_add(flick_t a, flick_t b);

#endif
