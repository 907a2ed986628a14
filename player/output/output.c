#include "output/output.h"

#include <stdlib.h>

#include "base/log.h"
#include "gfx/canvas.h"
#include "output/output_private.h"

#define WHY_SIZE 256

static bool has_desktop(void) {
    return getenv("DISPLAY") != NULL || getenv("WAYLAND_DISPLAY") != NULL;
}

typedef struct output *output_opener(const struct output_options *options,
                                     enum output_display display, char *why, int size);

/* What each --display tries, in order. */
static const struct {
    enum output_display display;
    output_opener *open;
} candidates[] = {
    {OUTPUT_WINDOW, out_window_open},
    {OUTPUT_KMS, out_window_open},
    {OUTPUT_OFFSCREEN, out_offscreen_open},
};

struct output *output_open(const struct output_options *options) {
    char why[WHY_SIZE] = "";
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++) {
        bool is_auto = options->display == OUTPUT_AUTO;
        bool is_pointless = candidates[i].display == OUTPUT_WINDOW && !has_desktop();
        if (is_auto ? is_pointless : options->display != candidates[i].display) {
            continue;
        }
        struct output *output = candidates[i].open(options, candidates[i].display, why, sizeof why);
        if (output != NULL) {
            return output;
        }
        (is_auto ? log_info : log_error)("%s", why);
    }
    return NULL;
}

void output_close(struct output **output) {
    if (*output != NULL) {
        canvas_destroy(&(*output)->canvas);
        (*output)->ops->close(*output);
        *output = NULL;
    }
}

struct canvas *output_canvas(struct output *output) {
    return output->canvas;
}

const char *output_name(const struct output *output) {
    return output->name;
}

bool output_waits_for_vsync(const struct output *output) {
    return output->waits_for_vsync;
}

bool output_wants_yuv(const struct output *output) {
    return output->wants_yuv;
}

void output_present(struct output *output, struct rect damage) {
    output->ops->present(output, damage);
}

bool output_poll(struct output *output) {
    return output->ops->poll(output);
}
