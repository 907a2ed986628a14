#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

#include "base/str.h"

/* A larger difference to the system's clock is a step, a smaller one is slewed away. */
#define STEP_US  (5 * 1000000)
#define SLEW_PPM 500

/* Engine time = wall + shift (1x), where wall = monotonic + offset and offset creeps after the
 * system's clock; at other speeds the time since `origin` is multiplied. */
struct clock {
    pthread_mutex_t lock;
    struct clock_options options;
    flick_t origin;          /* engine time at creation */
    int64_t origin_us;       /* monotonic time at creation */
    int64_t least_offset_us; /* the system's offset is not believed to be below; INT64_MIN: is */
    int64_t offset_us;       /* system clock - monotonic clock, as we believe it */
    int64_t disciplined_us;  /* monotonic time at which offset_us was last corrected */
    flick_t shift;           /* --at: what is added to the wall clock */
    flick_t virtual_now;
    unsigned steps;
};

static int64_t read_us(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_monotonic_us(void) {
    return read_us(CLOCK_MONOTONIC);
}

flick_t clock_wall(void) {
    return flick_from_us(read_us(CLOCK_REALTIME));
}

/* The system's clock minus the monotonic one, as far as it can be believed. */
static int64_t system_offset_us(const struct clock *clock, int64_t monotonic_us) {
    int64_t offset = read_us(CLOCK_REALTIME) - monotonic_us;
    return offset > clock->least_offset_us ? offset : clock->least_offset_us;
}

struct clock *clock_create(const struct clock_options *options) {
    struct clock *clock = mem_zero(1, sizeof *clock);
    pthread_mutex_init(&clock->lock, NULL);
    clock->options = *options;
    clock->origin_us = clock_monotonic_us();
    /* Microseconds are rounded down, and a floor must not be. */
    clock->least_offset_us = options->not_before != 0
                                 ? flick_to_us(options->not_before) + 1 - clock->origin_us
                                 : INT64_MIN;
    clock->offset_us = system_offset_us(clock, clock->origin_us);
    clock->disciplined_us = clock->origin_us;
    flick_t wall = flick_from_us(clock->origin_us + clock->offset_us);
    clock->origin = options->starts_elsewhere ? options->start : wall;
    clock->shift = clock->origin - wall;
    clock->virtual_now = clock->origin;
    return clock;
}

void clock_destroy(struct clock **clock) {
    if (*clock != NULL) {
        pthread_mutex_destroy(&(*clock)->lock);
        free(*clock);
        *clock = NULL;
    }
}

/* Moves our idea of the offset towards the system's, at most SLEW_PPM; steps when it is far off. */
static void discipline(struct clock *clock, int64_t monotonic_us) {
    int64_t elapsed = monotonic_us - clock->disciplined_us;
    if (elapsed < 100000) {
        return;
    }
    int64_t error = system_offset_us(clock, monotonic_us) - clock->offset_us;
    int64_t most = elapsed * SLEW_PPM / 1000000;
    if (error > STEP_US || error < -STEP_US) {
        clock->offset_us += error;
        clock->steps++;
    } else {
        clock->offset_us += error > most ? most : error < -most ? -most : error;
    }
    clock->disciplined_us = monotonic_us;
}

flick_t clock_now(struct clock *clock) {
    pthread_mutex_lock(&clock->lock);
    flick_t now = clock->virtual_now;
    if (!clock->options.is_virtual) {
        int64_t us = clock_monotonic_us();
        if (clock->options.speed == 1.0) {
            discipline(clock, us);
            now = flick_from_us(us + clock->offset_us) + clock->shift;
        } else {
            double elapsed = (double)(us - clock->origin_us) / 1e6;
            now = clock->origin + flick_from_seconds(elapsed * clock->options.speed);
        }
    }
    pthread_mutex_unlock(&clock->lock);
    return now;
}

void clock_set(struct clock *clock, flick_t t) {
    pthread_mutex_lock(&clock->lock);
    if (t > clock->virtual_now) {
        clock->virtual_now = t;
    }
    pthread_mutex_unlock(&clock->lock);
}

void clock_believe(struct clock *clock) {
    pthread_mutex_lock(&clock->lock);
    clock->least_offset_us = INT64_MIN;
    pthread_mutex_unlock(&clock->lock);
}

unsigned clock_steps(struct clock *clock) {
    pthread_mutex_lock(&clock->lock);
    unsigned steps = clock->steps;
    pthread_mutex_unlock(&clock->lock);
    return steps;
}

bool clock_is_realtime(const struct clock *clock) {
    return !clock->options.is_virtual && clock->options.speed == 1.0;
}

void clock_sleep_until(struct clock *clock, flick_t t, int limit_ms) {
    if (clock->options.is_virtual) {
        return;
    }
    flick_t left = t - clock_now(clock);
    int64_t us = (int64_t)((double)flick_to_us(left) / clock->options.speed);
    int64_t limit_us = (int64_t)limit_ms * 1000;
    us = us > limit_us ? limit_us : us;
    if (us <= 0) {
        return;
    }
    int64_t wake = clock_monotonic_us() + us;
    struct timespec until = {wake / 1000000, wake % 1000000 * 1000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0) {
        if (clock_monotonic_us() >= wake) {
            break;
        }
    }
}

void clock_condition_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

struct timespec clock_deadline(int limit_ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(limit_ms % 1000) * 1000000;
    until.tv_sec += limit_ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return until;
}
