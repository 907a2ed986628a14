#include "media/source_cell.h"

#include <stdlib.h>

#include "base/wake.h"
#include "base/worker.h"
#include "media/services_internal.h"
#include "model/model.h"

#define LENGTH_DEFAULT (10 * FLICKS_PER_SECOND) /* of a showing without an end */

void source_cell_init(struct source_cell *cell, struct source_services *services,
                      const struct source_request *request, bool (*work)(struct source_cell *),
                      void (*finish)(struct source_cell *)) {
    pthread_mutex_init(&cell->lock, NULL);
    cell->services = services;
    cell->request = *request;
    cell->request.model = model_ref(request->model);
    cell->state = SOURCE_OPENING;
    cell->references = 1;
    cell->work = work;
    cell->finish = finish;
}

static void unref(struct source_cell *cell) {
    pthread_mutex_lock(&cell->lock);
    bool last = --cell->references == 0;
    pthread_mutex_unlock(&cell->lock);
    if (last) {
        cell->finish(cell);
        model_unref(&cell->request.model);
        pthread_mutex_destroy(&cell->lock);
        free(cell);
    }
}

void source_cell_close(struct source_cell *cell) {
    pthread_mutex_lock(&cell->lock);
    cell->closed = true;
    pthread_mutex_unlock(&cell->lock);
    unref(cell);
}

static void drop_job(void *argument) {
    unref(argument);
}

static void run_job(void *argument) {
    struct source_cell *cell = argument;
    bool more = !source_cell_is_closed(cell) && cell->work(cell);
    wake_notify(source_services_wake(cell->services));
    pthread_mutex_lock(&cell->lock);
    cell->is_working = false;
    if (more && !cell->closed) {
        source_cell_start(cell);
    }
    pthread_mutex_unlock(&cell->lock);
    unref(cell);
}

void source_cell_start(struct source_cell *cell) {
    if (cell->is_working) {
        return;
    }
    cell->is_working =
        worker_submit(source_services_worker(cell->services), run_job, drop_job, cell);
    cell->references += cell->is_working ? 1 : 0;
}

bool source_cell_is_closed(struct source_cell *cell) {
    pthread_mutex_lock(&cell->lock);
    bool closed = cell->closed;
    pthread_mutex_unlock(&cell->lock);
    return closed;
}

void source_cell_set_state(struct source_cell *cell, enum source_state state) {
    pthread_mutex_lock(&cell->lock);
    cell->state = state;
    pthread_mutex_unlock(&cell->lock);
}

enum source_state source_cell_state(const void *self) {
    struct source_cell *cell = (struct source_cell *)self;
    pthread_mutex_lock(&cell->lock);
    enum source_state state = cell->state;
    pthread_mutex_unlock(&cell->lock);
    return state;
}

void source_cell_retime(void *self, flick_t until, bool endless, int volume) {
    struct source_cell *cell = self;
    pthread_mutex_lock(&cell->lock);
    cell->request.until = until;
    cell->request.endless = endless;
    cell->request.volume = volume;
    pthread_mutex_unlock(&cell->lock);
}

flick_t source_cell_length(const struct source_cell *cell) {
    const struct source_request *request = &cell->request;
    if (request->until != FLICK_NEVER && request->until > request->started) {
        return request->until - request->started;
    }
    return request->item->duration > 0 ? request->item->duration : LENGTH_DEFAULT;
}

flick_t source_cell_position(const struct source_cell *cell, flick_t t) {
    flick_t length = source_cell_length(cell);
    flick_t since = t > cell->request.started ? t - cell->request.started : 0;
    bool repeats = cell->request.endless || cell->request.until == FLICK_NEVER;
    return repeats ? since % length : since < length ? since : length - 1;
}
