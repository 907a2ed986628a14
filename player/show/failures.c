#include "show/failures.h"

#define MINUTE             (60 * FLICKS_PER_SECOND)
#define REST_DOUBLINGS_MAX 6 /* 1, 2, 4 .. 64 minutes */

static flick_t rest_after(int rounds) {
    return MINUTE << (rounds < REST_DOUBLINGS_MAX ? rounds : REST_DOUBLINGS_MAX);
}

flick_t failures_add(struct failures *failures, int item, flick_t t) {
    size_t i = 0;
    while (i < failures->count && failures->list[i].item != item) {
        i++;
    }
    if (i == FAILURES_MAX) {
        i = 0; /* the oldest makes room */
        failures->rounds[i] = 0;
    } else if (i == failures->count) {
        failures->count++;
        failures->rounds[i] = 0;
    } else {
        failures->rounds[i]++;
    }
    flick_t retry = t + rest_after(failures->rounds[i]);
    failures->list[i] = (struct failure){item, t, retry};
    return retry;
}

void failures_expire(struct failures *failures, flick_t t) {
    for (size_t i = 0; i < failures->count;) {
        if (t - failures->list[i].retry > 60 * MINUTE) {
            failures->count--;
            failures->list[i] = failures->list[failures->count];
            failures->rounds[i] = failures->rounds[failures->count];
        } else {
            i++;
        }
    }
}

void failures_clear(struct failures *failures) {
    failures->count = 0;
}
