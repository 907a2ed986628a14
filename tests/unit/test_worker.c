#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wake.h"
#include "base/worker.h"
#include "unit.h"

struct job {
    int number;
    atomic_int *next; /* the number that must come now */
    atomic_int *dropped;
    atomic_bool *gate; /* waits until it opens; NULL: does not wait */
    atomic_bool *entered;
};

static void run(void *argument) {
    struct job *job = argument;
    if (job->gate != NULL) {
        atomic_store(job->entered, true);
        while (!atomic_load(job->gate)) {
            usleep(1000);
        }
    }
    int expected = job->number;
    atomic_compare_exchange_strong(job->next, &expected, job->number + 1);
}

static void drop(void *argument) {
    struct job *job = argument;
    atomic_fetch_add(job->dropped, 1);
}

static void jobs_run_in_order(void **state) {
    (void)state;
    atomic_int next = 0, dropped = 0;
    struct job jobs[200];
    struct worker *worker = worker_create("test");
    for (int i = 0; i < (int)COUNT(jobs); i++) {
        jobs[i] = (struct job){i, &next, &dropped, NULL, NULL};
        while (!worker_submit(worker, run, drop, &jobs[i])) {
            usleep(100); /* full: bounded by design */
        }
    }
    for (int wait = 0; wait < 5000 && atomic_load(&next) < (int)COUNT(jobs); wait++) {
        usleep(1000);
    }
    worker_destroy(&worker);
    assert_null(worker);
    assert_int_equal(atomic_load(&next), COUNT(jobs));
    assert_int_equal(atomic_load(&dropped), 0);
    worker_destroy(&worker);
}

static void *open_gate_soon(void *argument) {
    usleep(50000);
    atomic_store((atomic_bool *)argument, true);
    return NULL;
}

/* A full queue refuses; destroying finishes the job that runs and drops those that wait. */
static void queue_is_bounded_and_dropped(void **state) {
    (void)state;
    atomic_int next = 0, dropped = 0;
    atomic_bool gate = false, entered = false;
    static struct job jobs[100000];
    struct worker *worker = worker_create("test");
    jobs[0] = (struct job){0, &next, &dropped, &gate, &entered};
    assert_true(worker_submit(worker, run, drop, &jobs[0]));
    while (!atomic_load(&entered)) {
        usleep(1000);
    }
    int accepted = 0;
    for (; accepted + 1 < (int)COUNT(jobs); accepted++) {
        jobs[accepted + 1] = (struct job){accepted + 1, &next, &dropped, NULL, NULL};
        if (!worker_submit(worker, run, drop, &jobs[accepted + 1])) {
            break;
        }
    }
    assert_in_range(accepted, 1, 10000);
    pthread_t opener;
    assert_int_equal(pthread_create(&opener, NULL, open_gate_soon, &gate), 0);
    worker_destroy(&worker);
    pthread_join(opener, NULL);
    assert_true(atomic_load(&next) >= 1);
    assert_int_equal(atomic_load(&next) - 1 + atomic_load(&dropped), accepted);
    assert_true(atomic_load(&dropped) > 0);
}

static void *notify_soon(void *argument) {
    usleep(30000);
    wake_notify(argument);
    return NULL;
}

static void wake_loses_nothing(void **state) {
    (void)state;
    struct wake *wake = wake_create();
    uint64_t seen = wake_count(wake);
    wake_notify(wake); /* before the wait begins */
    assert_true(wake_wait(wake, seen, 10000));
    seen = wake_count(wake);
    int64_t start = clock_monotonic_us();
    assert_false(wake_wait(wake, seen, 30));
    assert_true(clock_monotonic_us() - start >= 29000);
    pthread_t notifier;
    assert_int_equal(pthread_create(&notifier, NULL, notify_soon, wake), 0);
    assert_true(wake_wait(wake, seen, 10000));
    pthread_join(notifier, NULL);
    wake_destroy(&wake);
    assert_null(wake);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_run_in_order),
        cmocka_unit_test(queue_is_bounded_and_dropped),
        cmocka_unit_test(wake_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
