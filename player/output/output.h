/* output.h: where the canvas becomes light: a window, the console (KMS/DRM), or nothing but memory.
 *
 * An output owns the canvas and whatever it is drawn into. Window and console are SDL video drivers
 * with the same code behind them (out_window.c); offscreen (out_offscreen.c) needs no display and
 * no SDL video at all. Presenting returns at the next vertical blank where the driver waits for it;
 * where it does not, `waits_for_vsync` is false and the player paces itself. Main thread only. */
#ifndef LEDSIGN_OUTPUT_OUTPUT_H
#define LEDSIGN_OUTPUT_OUTPUT_H

#include <stdbool.h>

#include "base/rect.h"

struct canvas;
struct output;

enum output_display { OUTPUT_AUTO, OUTPUT_KMS, OUTPUT_WINDOW, OUTPUT_OFFSCREEN };
enum output_renderer { OUTPUT_RENDERER_AUTO, OUTPUT_SOFTWARE, OUTPUT_GPU };

struct output_options {
    enum output_display
        display; /* AUTO: window where X11 or Wayland is, else KMS, else offscreen */
    enum output_renderer
        renderer; /* AUTO: GPU on KMS (SDL draws there with nothing else), software in a window */
    struct size size; /* of the canvas: one pixel is one LED */
    const char *title;
};

/* NULL when the asked for display is not to be had (one sentence logged); OUTPUT_AUTO always finds
 * one. */
struct output *output_open(const struct output_options *options);
void output_close(struct output **output);

struct canvas *output_canvas(struct output *output);  /* borrowed; may differ after output_poll */
const char *output_name(const struct output *output); /* "window (x11, software)", "offscreen" */
bool output_waits_for_vsync(const struct output *output);
bool output_wants_yuv(const struct output *output);

/* Makes the drawn canvas visible; `damage` is the part that changed. */
void output_present(struct output *output, struct rect damage);

/* Handles window events; false when the user has closed the window, or it cannot be drawn to any
 * more (logged). */
bool output_poll(struct output *output);

#endif
