/* out_offscreen.c: a canvas in memory, for servers, tests and `snapshot`. */
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "gfx/canvas.h"
#include "output/output_private.h"

static void offscreen_present(struct output *output, struct rect damage) {
    (void)output;
    (void)damage;
}

static bool offscreen_poll(struct output *output) {
    (void)output;
    return true;
}

static void offscreen_close(struct output *output) {
    free(output);
}

static const struct output_ops offscreen_ops = {offscreen_present, offscreen_poll, offscreen_close};

struct output *out_offscreen_open(const struct output_options *options, enum output_display display,
                                  char *why, int why_size) {
    (void)display;
    struct canvas *canvas = canvas_create(options->size);
    if (canvas == NULL) {
        snprintf(why, (size_t)why_size, "offscreen: no memory for a canvas of %dx%d",
                 options->size.w, options->size.h);
        return NULL;
    }
    struct output *output = mem_zero(1, sizeof *output);
    output->ops = &offscreen_ops;
    output->canvas = canvas;
    snprintf(output->name, sizeof output->name, "offscreen");
    return output;
}
