/* source_kind.h: what every kind of source is made of; the rows behind source.c.
 *
 * source.c picks the row by the item's kind and keeps `self` between the calls. All functions run
 * on the main thread and never wait; their contracts are those of source.h. Only media/ includes
 * this. */
#ifndef LEDSIGN_MEDIA_SOURCE_KIND_H
#define LEDSIGN_MEDIA_SOURCE_KIND_H

#include "media/source.h"

struct source_kind {
    /* What the other functions get as `self`, never NULL. The request is borrowed for the call; a
     * kind whose worker outlives source_close takes its own reference to the model. */
    void *(*open)(struct source_services *services, const struct source_request *request);
    void (*close)(void *self); /* returns at once */
    enum source_state (*state)(const void *self);
    size_t (*layers_at)(void *self, flick_t t, struct layer layers[SOURCE_LAYERS_MAX],
                        flick_t *unchanged_until);
    bool (*is_exact_at)(void *self, flick_t t);
    void (*retime)(void *self, flick_t until, bool endless, int volume);
};

extern const struct source_kind source_av;     /* the pictures of a video */
extern const struct source_kind source_image;  /* image files; the still or cover of a sound */
extern const struct source_kind source_text;   /* text that stands still, clocks */
extern const struct source_kind source_ticker; /* text that scrolls */
extern const struct source_kind source_color;

#endif
