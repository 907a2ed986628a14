#include "model/sun.h"

#include <math.h>
#include <stdbool.h>

#define TURN      (2 * 3.14159265358979323846)
#define DEGREE    (TURN / 360)
#define J0        0.0009
#define DAYS_2000 10957.5 /* from 1970-01-01 00:00 to 2000-01-01 12:00 */

/* Terrestrial time minus universal time in days, 2005 to 2050 (Espenak and Meeus); elsewhere good
 * enough, as a minute of it moves the sun by less than a second. */
static double tt_minus_ut(double d) {
    double t = d / 365.2425;
    return (62.92 + t * (0.32217 + t * 0.005589)) / 86400;
}

struct coordinates {
    double ascension, declination;
};

/* Apparent equatorial coordinates; `d` days since J2000 (Meeus 25). */
static struct coordinates sun_at(double d) {
    double t = (d + tt_minus_ut(d)) / 36525;
    double l0 = DEGREE * (280.46646 + t * (36000.76983 + t * 0.0003032));
    double m = DEGREE * (357.52911 + t * (35999.05029 - t * 0.0001537));
    double center = DEGREE * ((1.914602 - t * (0.004817 + t * 0.000014)) * sin(m) +
                              (0.019993 - 0.000101 * t) * sin(2 * m) + 0.000289 * sin(3 * m));
    double node = DEGREE * (125.04 - 1934.136 * t);
    double l = l0 + center - DEGREE * (0.00569 + 0.00478 * sin(node));
    double e = DEGREE * (23.439291 - t * (0.0130042 + t * (0.00000016 - t * 0.000000504))) +
               DEGREE * 0.00256 * cos(node);
    return (struct coordinates){atan2(cos(e) * sin(l), cos(l)), asin(sin(e) * sin(l))};
}

/* The sun's hour angle, -half a turn to half a turn (Meeus 12.4). */
static double hour_angle(double d, double west, double ascension) {
    double angle = DEGREE * (280.46061837 + 360.98564736629 * d) - west - ascension;
    return angle - TURN * round(angle / TURN);
}

enum sun_course sun_event_at(enum sun_event event, int64_t day, double latitude, double longitude,
                             int64_t *utc_s) {
    bool is_horizon = event == SUN_SUNRISE || event == SUN_SUNSET;
    bool is_morning = event == SUN_DAWN || event == SUN_SUNRISE;
    double height = (is_horizon ? -0.833 : -6) * DEGREE;
    double west = -longitude * DEGREE, phi = latitude * DEGREE;
    double noon = round((double)day + 0.5 - DAYS_2000 - J0 - west / TURN) + J0 + west / TURN;
    for (int i = 0; i < 3; i++) {
        noon -= hour_angle(noon, west, sun_at(noon).ascension) / TURN;
    }
    double declination = sun_at(noon).declination;
    double cosine = (sin(height) - sin(phi) * sin(declination)) / (cos(phi) * cos(declination));
    if (cosine > 1 || cosine < -1) {
        return cosine > 1 ? SUN_STAYS_DOWN : SUN_STAYS_UP;
    }
    double d = noon + (is_morning ? -1 : 1) * acos(cosine) / TURN;
    for (int i = 0; i < 2; i++) {
        struct coordinates c = sun_at(d);
        double h = hour_angle(d, west, c.ascension);
        double altitude =
            asin(sin(phi) * sin(c.declination) + cos(phi) * cos(c.declination) * cos(h));
        double slope = cos(phi) * cos(c.declination) * sin(h);
        if (fabs(slope) < 1e-6) {
            break; /* it only touches the height */
        }
        d += (altitude - height) / (TURN * slope);
    }
    *utc_s = (int64_t)floor((d + DAYS_2000) * 86400);
    return SUN_PASSES;
}
