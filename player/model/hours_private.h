/* hours_private.h: a parsed expression, shared by the parser and the evaluator of hours.h.
 *
 * A rule is five lists of selectors and a state. It matches a day when of each list that is not
 * empty one row matches; its times (none: the whole day) then have its state. */
#ifndef LEDSIGN_MODEL_HOURS_PRIVATE_H
#define LEDSIGN_MODEL_HOURS_PRIVATE_H

#include <stdbool.h>

#include "model/sun.h"

#define HOURS_RULES_MAX 64
#define HOURS_LIST_MAX  32

/* Numbers from..to of which every `step`-th counts. Years, and ISO weeks (from may exceed to). */
struct hours_numbers {
    int from;
    int to;
    int step;
};

/* One end of a range of dates. */
enum hours_moment_kind { HOURS_DATE, HOURS_EASTER, HOURS_NTH };
struct hours_moment {
    enum hours_moment_kind kind;
    int year; /* 0: every year */
    int month;
    int day;     /* HOURS_DATE; the last of a month may be 31 for all */
    int weekday; /* HOURS_NTH: the nth of these in the month, or from its end when < 0 */
    int nth;
    int offset; /* days */
};

struct hours_dates {
    struct hours_moment from;
    struct hours_moment to;
    int only_year;      /* "2026 Nov-Feb": what of it lies in that year; 0: all */
    int step;           /* every n-th day from the start; 1 */
    bool is_open_ended; /* 2026 Sep 12+ */
};

enum hours_day_kind { HOURS_WEEKDAYS, HOURS_NTH_WEEKDAYS, HOURS_PUBLIC, HOURS_SCHOOL };
struct hours_days {
    enum hours_day_kind kind;
    int from; /* 0 Monday; a range may pass Sunday */
    int to;
    unsigned nth; /* HOURS_NTH_WEEKDAYS: bit n for [n], bit 8 + n for [-n] */
    int offset;   /* days: Th[1] +1 day; not for plain weekdays */
};

/* Minutes after the day's midnight, or after an event of the sun. */
struct hours_time {
    bool is_sun;
    enum sun_event event;
    int minutes;
};

struct hours_times {
    struct hours_time start;
    struct hours_time end; /* at most 48:00 */
    bool may_wrap;         /* by the sun: an end that comes before the start is on the next day */
};

struct hours_rule {
    bool is_additional; /* after `,` or `||`: adds to the rules before it */
    bool is_fallback;   /* after `||`, also with more after `,`: open only where nothing else is;
                           closes nothing */
    bool is_open;
    struct hours_numbers years[HOURS_LIST_MAX], weeks[HOURS_LIST_MAX];
    struct hours_dates dates[HOURS_LIST_MAX];
    struct hours_days
        holidays[HOURS_LIST_MAX]; /* before weekdays with a blank: both have to match */
    struct hours_days days[HOURS_LIST_MAX];
    struct hours_times times[HOURS_LIST_MAX];
    int year_count, week_count, date_count, holiday_count, day_count, time_count;
};

struct hours {
    struct hours_rule *rules;
    int rule_count;
    bool is_constant; /* never changes, see hours_find_constant */
    bool constant_state;
};

void hours_find_constant(struct hours *hours);

#endif
