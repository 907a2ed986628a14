/* sun.h: when the sun rises and sets, to a minute.
 *
 * After Jean Meeus, Astronomical Algorithms, 2nd edition, chapters 15 and 25, in the arrangement of
 * the npm package suncalc 2.0 (github.com/mourner/suncalc, BSD), which the reference implementation
 * of opening_hours uses, so that both agree to the minute. Sunrise and sunset: the upper limb at
 * the horizon, with refraction (-0.833 degrees); dawn and dusk: civil twilight (-6 degrees). Pure;
 * any thread. */
#ifndef LEDSIGN_MODEL_SUN_H
#define LEDSIGN_MODEL_SUN_H

#include <stdint.h>

enum sun_event { SUN_DAWN, SUN_SUNRISE, SUN_SUNSET, SUN_DUSK };

/* Whether the sun passes the event's height on a day, or stays above or below it all day. */
enum sun_course { SUN_PASSES, SUN_STAYS_UP, SUN_STAYS_DOWN };

/* *utc_s: POSIX seconds of the event around the sun's highest point that is nearest to noon UTC of
 * `day` (days since 1970-01-01) at the longitude; valid when the sun passes. Degrees north and
 * east. */
enum sun_course sun_event_at(enum sun_event event, int64_t day, double latitude, double longitude,
                             int64_t *utc_s);

#endif
