#include "media/services.h"

#include <stdlib.h>
#include <time.h>

#include "base/str.h"
#include "base/worker.h"
#include "media/font.h"
#include "media/services_internal.h"

#define CANVAS_LOOK_NS 2000000

/* A thread that is ending. */
struct ending {
    pthread_t thread;
    const bool *is_done;
    void (*release)(void *self);
    void *self;
    struct ending *next;
};

struct source_services {
    struct source_services_options options;
    struct worker *worker;
    struct fonts *fonts;
    struct ending *endings; /* main thread only */
    bool knows_canvas;      /* atomic: from then on `options.wants_yuv` is final */
};

struct source_services *source_services_create(const struct source_services_options *options) {
    struct source_services *services = mem_zero(1, sizeof *services);
    services->options = *options;
    services->options.font_folders = NULL; /* borrowed during this call only */
    services->knows_canvas = !options->canvas_is_late;
    services->fonts = fonts_create(options->font_folders, options->font_folder_count);
    services->worker = worker_create("pictures");
    if (services->worker == NULL || services->fonts == NULL) {
        source_services_destroy(&services);
    }
    return services;
}

/* Joins the threads that are done, or all of them. */
static void reap(struct source_services *services, bool waits) {
    struct ending **at = &services->endings;
    while (*at != NULL) {
        struct ending *ending = *at;
        if (!waits && !__atomic_load_n(ending->is_done, __ATOMIC_ACQUIRE)) {
            at = &ending->next;
            continue;
        }
        pthread_join(ending->thread, NULL);
        ending->release(ending->self);
        *at = ending->next;
        free(ending);
    }
}

void source_services_destroy(struct source_services **services) {
    struct source_services *s = *services;
    *services = NULL;
    if (s == NULL) {
        return;
    }
    reap(s, true);
    worker_destroy(&s->worker);
    fonts_destroy(&s->fonts); /* what the worker used is no longer in use */
    free(s);
}

struct wake *source_services_wake(struct source_services *services) {
    return services->options.wake;
}

struct worker *source_services_worker(struct source_services *services) {
    return services->worker;
}

struct fonts *source_services_fonts(struct source_services *services) {
    return services->fonts;
}

struct audio *source_services_audio(struct source_services *services) {
    return services->options.audio;
}

bool source_services_is_realtime(const struct source_services *services) {
    return services->options.realtime;
}

void source_services_know_canvas(struct source_services *services, bool wants_yuv) {
    services->options.wants_yuv = wants_yuv;
    __atomic_store_n(&services->knows_canvas, true, __ATOMIC_RELEASE);
}

bool source_services_wants_yuv(struct source_services *services, const bool *quit) {
    while (!__atomic_load_n(&services->knows_canvas, __ATOMIC_ACQUIRE)) {
        if (__atomic_load_n(quit, __ATOMIC_ACQUIRE)) {
            return false;
        }
        nanosleep(&(struct timespec){.tv_nsec = CANVAS_LOOK_NS}, NULL);
    }
    return services->options.wants_yuv;
}

void source_services_adopt(struct source_services *services, pthread_t thread, const bool *is_done,
                           void (*release)(void *self), void *self) {
    reap(services, false);
    struct ending *ending = mem_zero(1, sizeof *ending);
    *ending = (struct ending){thread, is_done, release, self, services->endings};
    services->endings = ending;
}
