#include "gfx/canvas.h"

#include <stdlib.h>

#include "gfx/canvas_private.h"

void canvas_destroy(struct canvas **canvas) {
    if (*canvas != NULL) {
        scene_finish(&(*canvas)->last);
        (*canvas)->ops->destroy(*canvas);
        *canvas = NULL;
    }
}

/* The background is a layer like any other, so that a change of it is damage too. */
static void put_background_first(struct scene *scene, struct rect all, struct color background) {
    struct layer layer = {
        .color = {background.r, background.g, background.b, 255},
        .to_on_canvas = all,
        .clip_on_canvas = all,
        .opacity = 255,
    };
    if (!scene_add(scene, &layer)) {
        return;
    }
    for (size_t i = scene->layer_count - 1; i > 0; i--) {
        scene->layers[i] = scene->layers[i - 1];
    }
    scene->layers[0] = layer;
}

struct rect canvas_draw(struct canvas *canvas, struct scene *scene, struct color background) {
    struct rect all = {0, 0, canvas->size.w, canvas->size.h};
    put_background_first(scene, all, background);
    struct rect damage = canvas->is_valid ? scene_damage(&canvas->last, scene) : all;
    damage = rect_intersect(damage, all);
    if (canvas->ops->draws_all || !rect_is_empty(damage)) {
        canvas->ops->draw(canvas, scene, canvas->ops->draws_all ? all : damage);
    }
    struct scene before = canvas->last;
    canvas->last = *scene;
    canvas->is_valid = true;
    *scene = before;
    scene_clear(scene);
    return damage;
}

void canvas_invalidate(struct canvas *canvas) {
    canvas->is_valid = false;
}

bool canvas_read(struct canvas *canvas, uint8_t *pixels, int stride) {
    return canvas->ops->read(canvas, pixels, stride);
}
