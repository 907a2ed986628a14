/* out_window.c: SDL's video drivers: X11, Wayland, and KMS/DRM on the bare console. */
#include <SDL2/SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "gfx/canvas.h"
#include "output/output_private.h"

struct window_output {
    struct output output;
    struct size size;
    SDL_Window *window;
    SDL_Renderer *renderer; /* GPU rendering, else NULL */
    bool is_fullscreen;
};

/* Software rendering draws straight into the window's surface. A resized window has a new one. */
static bool take_surface(struct window_output *self, char *why, int why_size) {
    canvas_destroy(&self->output.canvas);
    SDL_Surface *surface = SDL_GetWindowSurface(self->window);
    if (surface == NULL || surface->format->BytesPerPixel != 4 ||
        surface->format->Rmask != 0x00FF0000 || surface->w < self->size.w ||
        surface->h < self->size.h) {
        snprintf(why, (size_t)why_size,
                 "window: the screen gives no picture of %dx%d in 32 bit colour (%s); use "
                 "--renderer gpu or --display offscreen",
                 self->size.w, self->size.h, SDL_GetError());
        return false;
    }
    SDL_FillRect(surface, NULL, 0xFF000000u);
    self->output.canvas = canvas_create_on_surface(surface, self->size);
    return true;
}

static bool take_renderer(struct window_output *self, char *why, int why_size) {
    self->renderer = SDL_CreateRenderer(self->window, -1, SDL_RENDERER_PRESENTVSYNC);
    if (self->renderer == NULL) {
        snprintf(why, (size_t)why_size, "window: no graphics renderer: %s; use --renderer software",
                 SDL_GetError());
        return false;
    }
    SDL_RendererInfo info;
    SDL_GetRendererInfo(self->renderer, &info);
    bool is_software = (info.flags & SDL_RENDERER_SOFTWARE) != 0;
    /* SDL's software renderer claims vsync and does not wait for it. */
    self->output.waits_for_vsync = !is_software && (info.flags & SDL_RENDERER_PRESENTVSYNC) != 0;
    self->output.wants_yuv = !is_software;
    self->output.canvas = canvas_create_on_renderer(self->renderer, self->size);
    return true;
}

static void window_present(struct output *output, struct rect damage) {
    struct window_output *self = (struct window_output *)output;
    if (self->renderer != NULL) {
        SDL_RenderPresent(self->renderer);
        return;
    }
    SDL_Rect part = {damage.x, damage.y, damage.w, damage.h};
    if (damage.w > 0 && damage.h > 0) {
        SDL_UpdateWindowSurfaceRects(self->window, &part, 1);
    }
}

static void handle_window_event(struct window_output *self, const SDL_WindowEvent *event) {
    char why[256];
    bool is_resized = event->event == SDL_WINDOWEVENT_SIZE_CHANGED;
    if (is_resized && self->renderer == NULL && !take_surface(self, why, sizeof why)) {
        SDL_SetWindowSize(self->window, self->size.w, self->size.h);
        if (!take_surface(self, why, sizeof why)) {
            log_error("%s", why);
        }
    }
    if ((is_resized || event->event == SDL_WINDOWEVENT_EXPOSED) && self->output.canvas != NULL) {
        canvas_invalidate(self->output.canvas);
    }
}

static bool window_poll(struct output *output) {
    struct window_output *self = (struct window_output *)output;
    SDL_Event event;
    bool goes_on = true;
    while (SDL_PollEvent(&event)) {
        if (event.type == SDL_QUIT) {
            goes_on = false;
        } else if (event.type == SDL_KEYDOWN &&
                   (event.key.keysym.sym == SDLK_ESCAPE || event.key.keysym.sym == SDLK_q)) {
            goes_on = false;
        } else if (event.type == SDL_WINDOWEVENT) {
            handle_window_event(self, &event.window);
        } else if (event.type == SDL_RENDER_TARGETS_RESET ||
                   event.type == SDL_RENDER_DEVICE_RESET) {
            canvas_invalidate(output->canvas);
        }
    }
    return goes_on && output->canvas != NULL;
}

static void window_close(struct output *output) {
    struct window_output *self = (struct window_output *)output;
    if (self->renderer != NULL) {
        SDL_DestroyRenderer(self->renderer);
    }
    if (self->window != NULL) {
        SDL_DestroyWindow(self->window);
    }
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
    free(self);
}

static const struct output_ops window_ops = {window_present, window_poll, window_close};

/* What SDL would do at its start and nobody needs on a screen without a keyboard: reading the table
 * of composed characters (35 ms on a PC) and starting a message bus where there is none. */
static void leave_out_desktop(void) {
    setenv("XCOMPOSEFILE", "/dev/null", 0);
    setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", 0);
}

static bool start_video(bool is_kms, char *why, int why_size) {
    leave_out_desktop();
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "1");
    if (is_kms) {
        SDL_SetHintWithPriority(SDL_HINT_VIDEODRIVER, "kmsdrm", SDL_HINT_OVERRIDE);
    } else if (getenv("SDL_VIDEODRIVER") == NULL) {
        SDL_SetHint(SDL_HINT_VIDEODRIVER, "x11,wayland");
    }
    /* Window surfaces through OpenGL cost 7-13 ms a present where there is no GPU. */
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) {
        snprintf(why, (size_t)why_size, "%s: no display: %s; %s", is_kms ? "kms" : "window",
                 SDL_GetError(),
                 is_kms ? "connect a screen and join the groups video and render, or use "
                          "--display offscreen"
                        : "set DISPLAY, or use --display kms or --display offscreen");
        return false;
    }
    return true;
}

struct output *out_window_open(const struct output_options *options, enum output_display display,
                               char *why, int why_size) {
    bool is_kms = display == OUTPUT_KMS;
    if (!start_video(is_kms, why, why_size)) {
        return NULL;
    }
    struct window_output *self = mem_zero(1, sizeof *self);
    self->output.ops = &window_ops;
    self->size = options->size;
    self->window = SDL_CreateWindow(options->title, SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                    options->size.w, options->size.h,
                                    is_kms ? SDL_WINDOW_FULLSCREEN_DESKTOP : SDL_WINDOW_SHOWN);
    bool uses_gpu =
        options->renderer == OUTPUT_GPU || (options->renderer == OUTPUT_RENDERER_AUTO && is_kms);
    bool opened = self->window != NULL;
    if (!opened) {
        snprintf(why, (size_t)why_size, "window: %s", SDL_GetError());
    } else {
        opened = uses_gpu ? take_renderer(self, why, why_size) : take_surface(self, why, why_size);
    }
    if (!opened) {
        window_close(&self->output);
        return NULL;
    }
    SDL_ShowCursor(is_kms ? SDL_DISABLE : SDL_ENABLE);
    snprintf(self->output.name, sizeof self->output.name, "%s (%s, %s)",
             is_kms ? "console" : "window", SDL_GetCurrentVideoDriver(),
             uses_gpu ? "gpu" : "software");
    return &self->output;
}
