#include "media/probe_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "model/model.h"

struct known {
    char *path;
    enum probe_as as;
    struct file_identity identity;
    struct media_facts facts;
    bool is_used; /* since the last sweep */
};

struct probe_cache {
    struct known *list;
    size_t count;
};

struct probe_cache *probe_cache_create(void) {
    return mem_zero(1, sizeof(struct probe_cache));
}

void probe_cache_destroy(struct probe_cache **cache) {
    struct probe_cache *c = *cache;
    *cache = NULL;
    if (c == NULL) {
        return;
    }
    for (size_t i = 0; i < c->count; i++) {
        free(c->list[i].path);
    }
    free(c->list);
    free(c);
}

static struct known *find(const struct probe_cache *cache, const char *path, enum probe_as as) {
    for (size_t i = 0; i < cache->count; i++) {
        struct known *known = &cache->list[i];
        if (known->as == as && strcmp(known->path, path) == 0) {
            return known;
        }
    }
    return NULL;
}

static struct known *add(struct probe_cache *cache, const char *path, enum probe_as as) {
    cache->list = mem_resize(cache->list, cache->count + 1, sizeof *cache->list);
    struct known *known = &cache->list[cache->count++];
    *known = (struct known){.path = mem_strdup(path), .as = as};
    return known;
}

/* The identity is taken before the file is opened: what changes meanwhile is looked into again. */
bool probe_cache_file(struct probe_cache *cache, const char *path, enum probe_as as,
                      struct media_facts *facts, char *problem, size_t problem_size) {
    struct file_identity identity;
    bool is_kept = cache != NULL && file_identify(path, &identity);
    struct known *known = is_kept ? find(cache, path, as) : NULL;
    if (known != NULL && file_identity_equal(&known->identity, &identity)) {
        known->is_used = true;
        *facts = known->facts;
        return true;
    }
    if (!probe_file(path, as, facts, problem, problem_size)) {
        return false;
    }
    if (is_kept) {
        known = known != NULL ? known : add(cache, path, as);
        known->identity = identity;
        known->facts = *facts;
        known->is_used = true;
    }
    return true;
}

void probe_cache_sweep(struct probe_cache *cache) {
    size_t kept = 0;
    for (size_t i = 0; i < cache->count; i++) {
        struct known known = cache->list[i];
        if (known.is_used) {
            known.is_used = false;
            cache->list[kept++] = known;
        } else {
            free(known.path);
        }
    }
    cache->count = kept;
}
