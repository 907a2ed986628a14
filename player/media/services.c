#include "media/services.h"

#include <stdlib.h>

#include "base/str.h"
#include "base/worker.h"
#include "media/font.h"
#include "media/services_internal.h"

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
};

struct source_services *source_services_create(const struct source_services_options *options) {
    struct source_services *services = mem_zero(1, sizeof *services);
    services->options = *options;
    services->options.font_folders = NULL; /* borrowed during this call only */
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

void source_services_adopt(struct source_services *services, pthread_t thread, const bool *is_done,
                           void (*release)(void *self), void *self) {
    reap(services, false);
    struct ending *ending = mem_zero(1, sizeof *ending);
    *ending = (struct ending){thread, is_done, release, self, services->endings};
    services->endings = ending;
}
