/* canvas_private.h: what the two renderers of canvas.c implement. Main thread only. */
#ifndef LEDSIGN_GFX_CANVAS_PRIVATE_H
#define LEDSIGN_GFX_CANVAS_PRIVATE_H

#include "gfx/canvas.h"
#include "gfx/scene.h"

/* Draws the part `damage` of the scene; the background has been added as the first layer. */
struct canvas_ops {
    void (*draw)(struct canvas *canvas, const struct scene *scene, struct rect damage);
    bool (*read)(struct canvas *canvas, uint8_t *pixels, int stride);
    void (*destroy)(struct canvas *canvas);
    /* Buffers swap, and what is in the next one is unknown: the whole scene is drawn before each
     * present, also when nothing has changed. */
    bool draws_all;
};

struct canvas {
    const struct canvas_ops *ops;
    struct size size;
    struct scene last; /* what the canvas looks like now */
    bool is_valid;     /* `last` is true */
};

#endif
