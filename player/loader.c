#include "loader.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/wake.h"
#include "media/probe_cache.h"
#include "model/config.h"
#include "model/prepared.h"

struct loader {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t asked;
    const char *path;
    player_load *load;
    struct wake *wake;
    int look_ms;
    bool quit;
    bool requested;
    bool finished; /* `model` and `problems` wait to be taken */
    struct model *model;
    struct problems problems;

    /* loader thread only */
    struct probe_cache *known;
    struct config_names names; /* of the files that are looked at */
    uint64_t loaded_state;     /* of the files when they were loaded */
    uint64_t seen_state;       /* at the last look */
};

static uint64_t mix(uint64_t hash, uint64_t value) {
    return (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15) + (hash >> 29);
}

static uint64_t state_of_file(uint64_t hash, const char *path) {
    struct file_identity id = {0};
    bool exists = file_identify(path, &id);
    return mix(mix(mix(mix(hash, exists), (uint64_t)id.size), (uint64_t)id.mtime_ns), id.inode);
}

static uint64_t state_of_files(const struct loader *loader) {
    uint64_t hash = state_of_file(1, loader->path);
    for (size_t i = 0; i < loader->names.count; i++) {
        const struct config_name *one = &loader->names.list[i];
        char *path = config_find_file(loader->path, one->name);
        hash =
            one->is_text ? mix(hash, path != NULL) : state_of_file(hash, path != NULL ? path : "");
        free(path);
    }
    char *folder = prepared_folder(loader->path);
    char *list = file_join(folder, PREPARED_LIST);
    hash = state_of_file(hash, list);
    free(list);
    free(folder);
    return hash;
}

/* The state is taken before: what changes while it is loaded is loaded once more. */
static void load_now(struct loader *loader) {
    struct problems problems = {0};
    config_names_finish(&loader->names);
    config_names_read(loader->path, &loader->names);
    loader->loaded_state = loader->seen_state = state_of_files(loader);
    struct model *model = loader->load(loader->path, loader->known, &problems);
    probe_cache_sweep(loader->known);
    pthread_mutex_lock(&loader->lock);
    model_unref(&loader->model);
    problems_finish(&loader->problems);
    loader->model = model;
    loader->problems = problems;
    loader->finished = true;
    pthread_mutex_unlock(&loader->lock);
    wake_notify(loader->wake);
}

/* Something changed, and has not changed again since the last look. */
static bool has_settled_change(struct loader *loader) {
    uint64_t state = state_of_files(loader);
    bool is_stable = state == loader->seen_state;
    loader->seen_state = state;
    return is_stable && state != loader->loaded_state;
}

/* Waits for a request or the next look; false when the loader is to end. */
static bool wait_for_work(struct loader *loader, bool *requested) {
    struct timespec until = clock_deadline(loader->look_ms);
    pthread_mutex_lock(&loader->lock);
    int error = 0;
    while (!loader->quit && !loader->requested && error == 0) {
        error = pthread_cond_timedwait(&loader->asked, &loader->lock, &until);
    }
    *requested = loader->requested;
    loader->requested = false;
    bool goes_on = !loader->quit;
    pthread_mutex_unlock(&loader->lock);
    return goes_on;
}

static void *loader_main(void *argument) {
    struct loader *loader = argument;
    bool requested;
    while (wait_for_work(loader, &requested)) {
        if (requested || has_settled_change(loader)) {
            load_now(loader);
        }
    }
    return NULL;
}

struct loader *loader_create(const char *path, player_load *load, struct wake *wake, int look_ms) {
    struct loader *loader = mem_zero(1, sizeof *loader);
    loader->path = path;
    loader->load = load;
    loader->wake = wake;
    loader->look_ms = look_ms;
    loader->known = probe_cache_create();
    pthread_mutex_init(&loader->lock, NULL);
    clock_condition_init(&loader->asked);
    int error = pthread_create(&loader->thread, NULL, loader_main, loader);
    if (error != 0) {
        log_error("thread \"loader\" cannot be started: %s; close other programs", strerror(error));
        pthread_cond_destroy(&loader->asked);
        pthread_mutex_destroy(&loader->lock);
        probe_cache_destroy(&loader->known);
        free(loader);
        return NULL;
    }
    pthread_setname_np(loader->thread, "loader");
    return loader;
}

void loader_destroy(struct loader **loader) {
    struct loader *l = *loader;
    if (l == NULL) {
        return;
    }
    pthread_mutex_lock(&l->lock);
    l->quit = true;
    pthread_cond_signal(&l->asked);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    config_names_finish(&l->names);
    probe_cache_destroy(&l->known);
    model_unref(&l->model);
    problems_finish(&l->problems);
    pthread_cond_destroy(&l->asked);
    pthread_mutex_destroy(&l->lock);
    free(l);
    *loader = NULL;
}

void loader_request(struct loader *loader) {
    pthread_mutex_lock(&loader->lock);
    loader->requested = true;
    pthread_cond_signal(&loader->asked);
    pthread_mutex_unlock(&loader->lock);
}

bool loader_take(struct loader *loader, struct model **model, struct problems *problems) {
    pthread_mutex_lock(&loader->lock);
    bool finished = loader->finished;
    if (finished) {
        *model = loader->model;
        *problems = loader->problems;
        loader->model = NULL;
        loader->problems = (struct problems){0};
        loader->finished = false;
    }
    pthread_mutex_unlock(&loader->lock);
    return finished;
}
