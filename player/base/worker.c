#include "base/worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"

#define QUEUE_LENGTH 256

struct job {
    worker_job *run;
    worker_job *drop;
    void *argument;
};

struct worker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t has_work;
    struct job queue[QUEUE_LENGTH];
    size_t first;
    size_t count;
    bool quit;
};

static bool take_job(struct worker *worker, struct job *job) {
    pthread_mutex_lock(&worker->lock);
    while (worker->count == 0 && !worker->quit) {
        pthread_cond_wait(&worker->has_work, &worker->lock);
    }
    bool taken = !worker->quit;
    if (taken) {
        *job = worker->queue[worker->first];
        worker->first = (worker->first + 1) % QUEUE_LENGTH;
        worker->count--;
    }
    pthread_mutex_unlock(&worker->lock);
    return taken;
}

static void *worker_main(void *argument) {
    struct worker *worker = argument;
    struct job job;
    while (take_job(worker, &job)) {
        job.run(job.argument);
    }
    return NULL;
}

struct worker *worker_create(const char *thread_name) {
    struct worker *worker = mem_zero(1, sizeof *worker);
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->has_work, NULL);
    int error = pthread_create(&worker->thread, NULL, worker_main, worker);
    if (error != 0) {
        log_error("thread \"%s\" cannot be started: %s; close other programs", thread_name,
                  strerror(error));
        pthread_cond_destroy(&worker->has_work);
        pthread_mutex_destroy(&worker->lock);
        free(worker);
        return NULL;
    }
    pthread_setname_np(worker->thread, thread_name);
    return worker;
}

void worker_destroy(struct worker **worker) {
    struct worker *w = *worker;
    if (w == NULL) {
        return;
    }
    pthread_mutex_lock(&w->lock);
    w->quit = true;
    pthread_cond_signal(&w->has_work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    for (; w->count > 0; w->count--) {
        struct job *job = &w->queue[w->first];
        if (job->drop != NULL) {
            job->drop(job->argument);
        }
        w->first = (w->first + 1) % QUEUE_LENGTH;
    }
    pthread_cond_destroy(&w->has_work);
    pthread_mutex_destroy(&w->lock);
    free(w);
    *worker = NULL;
}

bool worker_submit(struct worker *worker, worker_job *run, worker_job *drop, void *argument) {
    pthread_mutex_lock(&worker->lock);
    bool accepted = worker->count < QUEUE_LENGTH && !worker->quit;
    if (accepted) {
        worker->queue[(worker->first + worker->count) % QUEUE_LENGTH] =
            (struct job){run, drop, argument};
        worker->count++;
        pthread_cond_signal(&worker->has_work);
    }
    pthread_mutex_unlock(&worker->lock);
    return accepted;
}
