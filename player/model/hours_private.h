/* hours_private.h: a parsed expression, shared by the parser and the evaluator of hours.h. */
#ifndef LEDSIGN_MODEL_HOURS_PRIVATE_H
#define LEDSIGN_MODEL_HOURS_PRIVATE_H

#include <stdbool.h>

#define HOURS_RULES_MAX 64
#define HOURS_LIST_MAX  16

struct hours_years {
    int from;
    int to;
};

/* month * 100 + day, with year * 10000 in front on both sides or on neither. */
struct hours_dates {
    int from;
    int to;
};

/* Minutes after the midnight of the day on which it starts; end <= 2880. */
struct hours_times {
    int start;
    int end;
};

struct hours_rule {
    bool is_additional; /* after a comma: adds to the rules before it instead of replacing them */
    bool is_open;
    bool public_holidays;
    bool school_holidays;
    unsigned weekdays; /* bit 0 Monday; 0: every day (unless holidays are named) */
    struct hours_years years[HOURS_LIST_MAX];
    struct hours_dates dates[HOURS_LIST_MAX];
    struct hours_times times[HOURS_LIST_MAX];
    int year_count, date_count, time_count;
};

struct hours {
    struct hours_rule *rules;
    int rule_count;
    bool is_constant; /* never changes, see hours_find_constant */
    bool constant_state;
};

void hours_find_constant(struct hours *hours);

#endif
