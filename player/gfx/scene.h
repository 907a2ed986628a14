/* scene.h: what the canvas looks like at one instant, as a plain array of layers.
 *
 * A value: it can be printed, compared (nothing changed, nothing is drawn) and drawn by the
 * software or the GPU renderer with the same result. Built by show/, drawn by the canvas
 * (canvas.h), on the main thread. The scene holds one reference to each of its frames. */
#ifndef LEDSIGN_GFX_SCENE_H
#define LEDSIGN_GFX_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/color.h"
#include "base/rect.h"

struct frame;

#define SCENE_LAYERS_MAX 1024

/* Drawn in order, later ones on top. With a frame: `from_in_frame` is scaled to `to_on_canvas`
 * (1:1 when the sizes agree) and blended with opacity/255. Without: `to_on_canvas` is filled with
 * `color`. Nothing is drawn outside `clip_on_canvas`. */
struct layer {
    struct frame *frame; /* NULL: a filled rectangle */
    struct color color;
    struct rect from_in_frame;
    struct rect to_on_canvas;
    struct rect clip_on_canvas;
    uint8_t opacity; /* 255: as the frame is */
};

struct scene {
    struct layer *layers;
    size_t layer_count;
    size_t capacity;
};

/* Adds a layer and takes a reference to its frame; layers that cannot be seen (empty, clipped away,
 * opacity 0) are left out. Past SCENE_LAYERS_MAX nothing is added and false returned. */
bool scene_add(struct scene *scene, const struct layer *layer);
void scene_clear(struct scene *scene); /* drops the layers, keeps the memory */
void scene_finish(struct scene *scene);

/* The smallest rectangle outside which a and b look the same; empty when they are equal. */
struct rect scene_damage(const struct scene *a, const struct scene *b);

#endif
