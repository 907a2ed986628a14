#include "gfx/scene.h"

#include <stdlib.h>

#include "base/str.h"
#include "gfx/frame.h"

static bool is_visible(const struct layer *layer) {
    struct rect shown = rect_intersect(layer->to_on_canvas, layer->clip_on_canvas);
    bool has_source =
        layer->frame != NULL ? !rect_is_empty(layer->from_in_frame) : layer->color.a > 0;
    return layer->opacity > 0 && has_source && !rect_is_empty(shown);
}

bool scene_add(struct scene *scene, const struct layer *layer) {
    if (!is_visible(layer)) {
        return true;
    }
    if (scene->layer_count == SCENE_LAYERS_MAX) {
        return false;
    }
    if (scene->layer_count == scene->capacity) {
        scene->capacity = scene->capacity > 0 ? scene->capacity * 2 : 16;
        scene->layers = mem_resize(scene->layers, scene->capacity, sizeof *scene->layers);
    }
    scene->layers[scene->layer_count] = *layer;
    if (layer->frame != NULL) {
        frame_ref(layer->frame);
    }
    scene->layer_count++;
    return true;
}

void scene_clear(struct scene *scene) {
    for (size_t i = 0; i < scene->layer_count; i++) {
        frame_unref(&scene->layers[i].frame);
    }
    scene->layer_count = 0;
}

void scene_finish(struct scene *scene) {
    scene_clear(scene);
    free(scene->layers);
    *scene = (struct scene){0};
}

static bool layer_equal(const struct layer *a, const struct layer *b) {
    return a->frame == b->frame && color_equal(a->color, b->color) &&
           rect_equal(a->from_in_frame, b->from_in_frame) &&
           rect_equal(a->to_on_canvas, b->to_on_canvas) &&
           rect_equal(a->clip_on_canvas, b->clip_on_canvas) && a->opacity == b->opacity;
}

static struct rect shown_part(const struct layer *layer) {
    return rect_intersect(layer->to_on_canvas, layer->clip_on_canvas);
}

/* Equal layers at both ends are taken off first, so that one layer more or less in the middle
 * (a caption that appears) does not make everything above it look changed. */
struct rect scene_damage(const struct scene *a, const struct scene *b) {
    size_t shorter = a->layer_count < b->layer_count ? a->layer_count : b->layer_count;
    size_t head = 0, tail = 0;
    while (head < shorter && layer_equal(&a->layers[head], &b->layers[head])) {
        head++;
    }
    while (tail < shorter - head && layer_equal(&a->layers[a->layer_count - 1 - tail],
                                                &b->layers[b->layer_count - 1 - tail])) {
        tail++;
    }
    bool pairs = a->layer_count == b->layer_count;
    struct rect damage = {0};
    for (size_t i = head; i < a->layer_count - tail; i++) {
        if (!pairs || !layer_equal(&a->layers[i], &b->layers[i])) {
            damage = rect_union(damage, shown_part(&a->layers[i]));
        }
    }
    for (size_t i = head; i < b->layer_count - tail; i++) {
        if (!pairs || !layer_equal(&a->layers[i], &b->layers[i])) {
            damage = rect_union(damage, shown_part(&b->layers[i]));
        }
    }
    return damage;
}
