#include "media/source.h"

#include <stdlib.h>

#include "base/str.h"
#include "media/source_kind.h"
#include "media/source_sound.h"
#include "model/model.h"

#define PARTS_MAX 2 /* sound and picture */

struct part {
    const struct source_kind *kind;
    void *self;
};

/* The first part is the item itself; a song's picture or a video's sound comes second and may fail
 * without harm. */
struct source {
    struct model *model;
    struct part parts[PARTS_MAX];
    int count;
};

/* By item kind. */
static const struct source_kind *const kinds[] = {
    [ITEM_VIDEO] = &source_av,    [ITEM_AUDIO] = &source_sound,   [ITEM_IMAGE] = &source_image,
    [ITEM_TEXT] = &source_text,   [ITEM_CLOCK] = &source_text,    [ITEM_QR] = &source_text,
    [ITEM_COLOR] = &source_color, [ITEM_PLAYLIST] = &source_color /* never a leaf */
};

static const struct source_kind *kind_of(const struct item *item) {
    bool scrolls = item->kind == ITEM_TEXT && item->style.scroll_px_per_s != 0;
    return scrolls ? &source_ticker : kinds[item->kind];
}

static void add_part(struct source *source, const struct source_kind *kind,
                     struct source_services *services, const struct source_request *request) {
    source->parts[source->count++] = (struct part){kind, kind->open(services, request)};
}

static bool has_picture(const struct item *item) {
    return item->still != NULL || (item->media != NULL && item->media->facts.has_video);
}

struct source *source_open(struct source_services *services, const struct source_request *request) {
    struct source *source = mem_zero(1, sizeof *source);
    source->model = model_ref(request->model);
    add_part(source, kind_of(request->item), services, request);
    if (request->item->kind == ITEM_AUDIO && has_picture(request->item)) {
        add_part(source, &source_image, services, request);
    }
    if (request->item->kind == ITEM_VIDEO) {
        add_part(source, &source_sound, services, request);
    }
    return source;
}

void source_close(struct source **source) {
    struct source *s = *source;
    *source = NULL;
    if (s == NULL) {
        return;
    }
    for (int i = 0; i < s->count; i++) {
        s->parts[i].kind->close(s->parts[i].self);
    }
    model_unref(&s->model);
    free(s);
}

enum source_state source_state(const struct source *source) {
    enum source_state state = source->parts[0].kind->state(source->parts[0].self);
    bool waits = false;
    for (int i = 1; i < source->count; i++) {
        waits |= source->parts[i].kind->state(source->parts[i].self) == SOURCE_OPENING;
    }
    return state == SOURCE_READY && waits ? SOURCE_OPENING : state;
}

size_t source_layers_at(struct source *source, flick_t t, struct layer layers[SOURCE_LAYERS_MAX],
                        flick_t *unchanged_until) {
    struct layer part_layers[SOURCE_LAYERS_MAX];
    size_t count = 0;
    *unchanged_until = FLICK_NEVER;
    for (int i = 0; i < source->count; i++) {
        flick_t until = FLICK_NEVER;
        const struct part *part = &source->parts[i];
        size_t more = part->kind->layers_at(part->self, t, part_layers, &until);
        for (size_t k = 0; k < more && count < SOURCE_LAYERS_MAX; k++) {
            layers[count++] = part_layers[k];
        }
        *unchanged_until = until < *unchanged_until ? until : *unchanged_until;
    }
    return count;
}

bool source_is_exact_at(struct source *source, flick_t t) {
    bool exact = true;
    for (int i = 0; i < source->count; i++) {
        exact &= source->parts[i].kind->is_exact_at(source->parts[i].self, t);
    }
    return exact;
}

void source_retime(struct source *source, flick_t until, bool endless, int volume) {
    for (int i = 0; i < source->count; i++) {
        source->parts[i].kind->retime(source->parts[i].self, until, endless, volume);
    }
}
