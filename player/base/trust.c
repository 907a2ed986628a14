#include "base/trust.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/worker.h"

#define HOUR      (3600 * FLICKS_PER_SECOND)
#define YEAR      (366 * 24 * HOUR)
#define FLOOR_MIN INT64_C(1577836800) /* 2020: nothing of ours is older */
#define FLOOR_MAX INT64_C(7258118400) /* 2200 */

struct trust {
    struct trust_options options;
    char *path;
    enum trust_state state;
    flick_t floor;
    struct worker *writer; /* made for the first write */
};

static struct trust_facts ask_kernel(void *context) {
    struct timex timex = {0};
    (void)context;
    int state = adjtimex(&timex);
    return (struct trust_facts){
        .synchronised = state >= 0 && state != TIME_ERROR && (timex.status & STA_UNSYNC) == 0,
        .has_hardware_clock = access("/sys/class/rtc/rtc0", F_OK) == 0,
        .wall = clock_wall(),
    };
}

static flick_t read_floor(const char *path) {
    size_t length = 0;
    const char *why = NULL;
    char *text = path != NULL ? file_read(path, 64, &length, &why) : NULL;
    long long seconds = text != NULL ? strtoll(text, NULL, 10) : 0;
    free(text);
    return seconds >= FLOOR_MIN && seconds <= FLOOR_MAX ? seconds * FLICKS_PER_SECOND : 0;
}

static enum trust_state judge(const struct trust *trust, const struct trust_facts *facts) {
    if (facts->synchronised) {
        return TRUST_SYNCHRONISED;
    }
    bool is_plausible = facts->wall >= trust->floor && facts->wall >= FLOOR_MIN * FLICKS_PER_SECOND;
    return facts->has_hardware_clock && is_plausible ? TRUST_HARDWARE : TRUST_UNKNOWN;
}

struct floor_job {
    char *path;
    flick_t floor;
};

static void drop_floor(void *argument) {
    struct floor_job *job = argument;
    free(job->path);
    free(job);
}

static void write_floor(void *argument) {
    struct floor_job *job = argument;
    char text[32];
    const char *why = NULL;
    int length = snprintf(text, sizeof text, "%" PRId64 "\n",
                          flick_floor_div(job->floor, FLICKS_PER_SECOND));
    if (!file_write(job->path, text, (size_t)length, &why)) {
        log_warning("%s: the time cannot be kept there: %s; after a power cut, a board without a "
                    "clock may play an old programme",
                    job->path, why);
    }
    drop_floor(job);
}

/* Remembered even when it cannot be written, so that a full disk is complained of once an hour. */
static void keep_floor(struct trust *trust, flick_t floor) {
    trust->floor = floor;
    if (trust->path == NULL) {
        return;
    }
    if (trust->writer == NULL) {
        trust->writer = worker_create("trust");
    }
    struct floor_job *job = mem_zero(1, sizeof *job);
    *job = (struct floor_job){mem_strdup(trust->path), floor};
    if (trust->writer == NULL || !worker_submit(trust->writer, write_floor, drop_floor, job)) {
        drop_floor(job);
    }
}

static bool is_due(const struct trust *trust, flick_t wall) {
    if (trust->state == TRUST_UNKNOWN) {
        return false;
    }
    if (trust->floor == 0) {
        return true;
    }
    bool is_older = wall - trust->floor >= HOUR;
    return trust->state == TRUST_SYNCHRONISED ? is_older || wall < trust->floor - HOUR
                                              : is_older && wall - trust->floor <= YEAR;
}

struct trust *trust_create(const struct trust_options *options) {
    struct trust *trust = mem_zero(1, sizeof *trust);
    trust->options = *options;
    trust->options.read = options->read != NULL ? options->read : ask_kernel;
    trust->path = options->path != NULL ? mem_strdup(options->path) : NULL;
    trust->floor = read_floor(options->path);
    trust_look(trust);
    return trust;
}

void trust_destroy(struct trust **trust) {
    if (*trust != NULL) {
        worker_destroy(&(*trust)->writer);
        free((*trust)->path);
        free(*trust);
        *trust = NULL;
    }
}

bool trust_look(struct trust *trust) {
    struct trust_facts facts = trust->options.read(trust->options.context);
    enum trust_state before = trust->state, now = judge(trust, &facts);
    trust->state = now > before ? now : before;
    if (is_due(trust, facts.wall)) {
        keep_floor(trust, facts.wall);
    }
    return before == TRUST_UNKNOWN && now != TRUST_UNKNOWN;
}

enum trust_state trust_state(const struct trust *trust) {
    return trust->state;
}

const char *trust_state_name(enum trust_state state) {
    static const char *const names[] = {"unknown", "hardware", "synchronised"};
    return names[state];
}

flick_t trust_floor(const struct trust *trust) {
    return trust->floor;
}

char *trust_path(void) {
    return file_in_state_folder("clock-floor");
}
