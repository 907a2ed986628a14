/* worker.h: one thread that runs jobs in order.
 *
 * For work that must not happen on the main thread and needs no thread of its own: decoding a
 * picture, shaping a text, writing the picture of the screen. The queue is bounded; a full queue
 * refuses the job and the caller tries again at its next frame. Whoever creates the worker
 * destroys it: that finishes the job that runs, drops the waiting ones through their `drop`
 * function and joins the thread. */
#ifndef LEDSIGN_BASE_WORKER_H
#define LEDSIGN_BASE_WORKER_H

#include <stdbool.h>

struct worker;

/* Both run with the job's argument; exactly one of them is called for every accepted job.
 * `drop` may be NULL. */
typedef void worker_job(void *argument);

struct worker *worker_create(const char *thread_name); /* NULL when no thread can be had (logged) */
void worker_destroy(struct worker **worker);

bool worker_submit(struct worker *worker, worker_job *run, worker_job *drop, void *argument);

#endif
