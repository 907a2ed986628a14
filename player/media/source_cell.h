/* source_cell.h: what a source of pictures shares with the picture worker.
 *
 * The source on the main thread and the job on the worker hold one reference each, so that closing
 * a source never waits for a job that is decoding. A kind puts its own members after the cell; what
 * both threads touch is guarded by the lock, the rest belongs to one of them. Only media/ includes
 * this. */
#ifndef LEDSIGN_MEDIA_SOURCE_CELL_H
#define LEDSIGN_MEDIA_SOURCE_CELL_H

#include <pthread.h>
#include <stdbool.h>

#include "media/source.h"

struct source_cell {
    pthread_mutex_t lock;
    struct source_services *services; /* outlives every cell */
    struct source_request request; /* with a reference to the model; main thread may change until,
                                      endless and volume under the lock */
    enum source_state state;       /* lock */
    bool closed;                   /* lock */
    bool is_working;               /* lock: a job is queued or runs */
    int references;                /* lock */
    /* On the worker, without the lock. True: call again soon. */
    bool (*work)(struct source_cell *cell);
    /* Frees what the kind added; any thread, after all others have let go. */
    void (*finish)(struct source_cell *cell);
};

/* `cell` is the first member of a zeroed heap block, which is freed with its last reference. */
void source_cell_init(struct source_cell *cell, struct source_services *services,
                      const struct source_request *request, bool (*work)(struct source_cell *),
                      void (*finish)(struct source_cell *));
void source_cell_close(struct source_cell *cell); /* of the source: drops its reference */

/* Queues a job unless there is one; a full queue is tried again at the next call. Lock held. */
void source_cell_start(struct source_cell *cell);

bool source_cell_is_closed(struct source_cell *cell);                          /* takes the lock */
void source_cell_set_state(struct source_cell *cell, enum source_state state); /* takes the lock */
enum source_state source_cell_state(const void *cell);                         /* takes the lock */
void source_cell_retime(void *cell, flick_t until, bool endless, int volume);  /* takes the lock */

/* How long one showing is, and where in it t is: 0 <= position < length. Lock held or worker. */
flick_t source_cell_length(const struct source_cell *cell);
flick_t source_cell_position(const struct source_cell *cell, flick_t t);

#endif
