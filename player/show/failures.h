/* failures.h: which items are out of order, since when, and when they are tried again.
 *
 * An item that fails rests for a minute, then for twice as long after each further failure, at most
 * an hour; one that has shown for a whole showing since is forgotten. Values for struct conditions.
 * Main thread only. */
#ifndef LEDSIGN_SHOW_FAILURES_H
#define LEDSIGN_SHOW_FAILURES_H

#include <stddef.h>

#include "model/schedule.h"

#define FAILURES_MAX 256

struct failures {
    struct failure list[FAILURES_MAX];
    int rounds[FAILURES_MAX]; /* how often in a row */
    size_t count;
};

/* Records that `item` failed at t; returns the instant at which it is tried again. */
flick_t failures_add(struct failures *failures, int item, flick_t t);
/* Forgets items whose retry passed more than an hour before t. */
void failures_expire(struct failures *failures, flick_t t);
void failures_clear(struct failures *failures);

#endif
