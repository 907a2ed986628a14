#include "base/wake.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/str.h"

struct wake {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t count;
};

struct wake *wake_create(void) {
    struct wake *wake = mem_zero(1, sizeof *wake);
    pthread_mutex_init(&wake->lock, NULL);
    clock_condition_init(&wake->changed);
    return wake;
}

void wake_destroy(struct wake **wake) {
    if (*wake != NULL) {
        pthread_cond_destroy(&(*wake)->changed);
        pthread_mutex_destroy(&(*wake)->lock);
        free(*wake);
        *wake = NULL;
    }
}

void wake_notify(struct wake *wake) {
    pthread_mutex_lock(&wake->lock);
    wake->count++;
    pthread_cond_broadcast(&wake->changed);
    pthread_mutex_unlock(&wake->lock);
}

uint64_t wake_count(struct wake *wake) {
    pthread_mutex_lock(&wake->lock);
    uint64_t count = wake->count;
    pthread_mutex_unlock(&wake->lock);
    return count;
}

bool wake_wait(struct wake *wake, uint64_t seen, int limit_ms) {
    struct timespec until = clock_deadline(limit_ms);
    pthread_mutex_lock(&wake->lock);
    int error = 0;
    while (wake->count == seen && error == 0) {
        error = pthread_cond_timedwait(&wake->changed, &wake->lock, &until);
    }
    bool moved = wake->count != seen;
    pthread_mutex_unlock(&wake->lock);
    return moved;
}
