#include "model/model.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/timezone.h"

struct model *model_create(struct arena *arena) {
    struct model *model = arena_zero(arena, 1, sizeof *model);
    model->arena = arena;
    model->references = 1;
    return model;
}

struct model *model_ref(struct model *model) {
    __atomic_add_fetch(&model->references, 1, __ATOMIC_RELAXED);
    return model;
}

void model_unref(struct model **model) {
    struct model *m = *model;
    *model = NULL;
    if (m == NULL || __atomic_sub_fetch(&m->references, 1, __ATOMIC_ACQ_REL) > 0) {
        return;
    }
    struct arena *arena = m->arena;
    struct timezone_ *zone = m->timezone;
    timezone_destroy(&zone);
    arena_destroy(&arena);
}
