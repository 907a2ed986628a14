/* calendar.h: the proleptic Gregorian calendar as arithmetic on day numbers.
 *
 * Day 0 is 1970-01-01; months are 1-12, weekdays 0 (Monday) to 6 as in ISO 8601. Formulas after
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". Pure; any thread. */
#ifndef LEDSIGN_MODEL_CALENDAR_H
#define LEDSIGN_MODEL_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

struct calendar_date {
    int year;
    int month; /* 1-12 */
    int day;   /* 1-31 */
};

/* The day number of a date; a day or month outside its range is carried over. */
int64_t calendar_days_from_civil(int year, int month, int day);
struct calendar_date calendar_civil_from_days(int64_t days);

bool calendar_is_leap(int year);
int calendar_days_in_month(int year, int month);
int calendar_weekday(int64_t days); /* 0 Monday .. 6 Sunday */

/* ISO 8601 week: 1-53; *week_year may differ from the calendar year around New Year. */
int calendar_iso_week(int64_t days, int *week_year);

/* Western Easter Sunday of a year (Butcher's algorithm). */
int64_t calendar_easter(int year);

#endif
