/* source_color.c: one colour over the whole zone; ready as soon as it is opened. */
#include <stdlib.h>

#include "base/str.h"
#include "media/source_kind.h"
#include "model/model.h"

struct color_source {
    struct color color;
    struct rect area;
};

static void *color_open(struct source_services *services, const struct source_request *request) {
    (void)services;
    struct color_source *source = mem_zero(1, sizeof *source);
    source->color = request->item->color;
    source->area = (struct rect){0, 0, request->zone.w, request->zone.h};
    return source;
}

static enum source_state color_state(const void *self) {
    (void)self;
    return SOURCE_READY;
}

static size_t color_layers_at(void *self, flick_t t, struct layer layers[SOURCE_LAYERS_MAX],
                              flick_t *unchanged_until) {
    (void)t;
    const struct color_source *source = self;
    layers[0] = (struct layer){.color = source->color,
                               .to_on_canvas = source->area,
                               .clip_on_canvas = source->area,
                               .opacity = 255};
    *unchanged_until = FLICK_NEVER;
    return 1;
}

static bool color_is_exact_at(void *self, flick_t t) {
    (void)self;
    (void)t;
    return true;
}

static void color_retime(void *self, flick_t until, bool endless, int volume) {
    (void)self;
    (void)until;
    (void)endless;
    (void)volume;
}

const struct source_kind source_color = {.open = color_open,
                                         .close = free,
                                         .state = color_state,
                                         .layers_at = color_layers_at,
                                         .is_exact_at = color_is_exact_at,
                                         .retime = color_retime};
