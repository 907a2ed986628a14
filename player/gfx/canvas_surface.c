/* canvas_surface.c: a scene drawn with SDL's software blitters. */
#include <SDL2/SDL.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "gfx/canvas_private.h"
#include "gfx/frame.h"

struct surface_canvas {
    struct canvas canvas;
    SDL_Surface *surface;
    bool owns_surface;
};

static SDL_Rect sdl_rect(struct rect r) {
    return (SDL_Rect){r.x, r.y, r.w, r.h};
}

/* Straight alpha over opaque: what SDL_FillRect cannot do. */
static void blend_color(SDL_Surface *surface, struct rect area, struct color color, int alpha) {
    for (int y = area.y; y < area.y + area.h; y++) {
        uint32_t *pixel = (uint32_t *)((uint8_t *)surface->pixels + (size_t)y * surface->pitch);
        for (int x = area.x; x < area.x + area.w; x++) {
            uint32_t p = pixel[x];
            uint32_t r = p >> 16 & 255, g = p >> 8 & 255, b = p & 255;
            r += ((int)color.r - (int)r) * alpha / 255;
            g += ((int)color.g - (int)g) * alpha / 255;
            b += ((int)color.b - (int)b) * alpha / 255;
            pixel[x] = 0xFF000000u | r << 16 | g << 8 | b;
        }
    }
}

static void draw_color(SDL_Surface *surface, const struct layer *layer, struct rect area) {
    int alpha = layer->color.a * layer->opacity / 255;
    if (alpha >= 255) {
        SDL_Rect to = sdl_rect(area);
        uint32_t pixel = 0xFF000000u | (uint32_t)layer->color.r << 16 |
                         (uint32_t)layer->color.g << 8 | layer->color.b;
        SDL_FillRect(surface, &to, pixel);
    } else {
        blend_color(surface, area, layer->color, alpha);
    }
}

/* dst = src * opacity + dst * (1 - alpha * opacity), src premultiplied; two channels at a time. */
static void blend_rows(const struct frame *frame, SDL_Surface *surface, struct rect from,
                       struct rect to, uint32_t opacity) {
    uint32_t scale = opacity + (opacity >> 7); /* 0..256 */
    uint32_t opaque = frame->format == FRAME_BGRX ? 0xFF000000u : 0;
    for (int y = 0; y < to.h; y++) {
        const uint32_t *source =
            (const uint32_t *)(frame->plane[0] + (size_t)(from.y + y) * frame->stride[0]) + from.x;
        uint32_t *pixel =
            (uint32_t *)((uint8_t *)surface->pixels + (size_t)(to.y + y) * surface->pitch) + to.x;
        for (int x = 0; x < to.w; x++) {
            uint32_t s = source[x] | opaque;
            if (s >> 24 == 0) {
                continue;
            }
            uint32_t s_rb = (s & 0x00FF00FFu) * scale >> 8 & 0x00FF00FFu;
            uint32_t s_ag = (s >> 8 & 0x00FF00FFu) * scale >> 8 & 0x00FF00FFu;
            uint32_t keep = 255 - (s_ag >> 16);
            keep += keep >> 7;
            uint32_t d = pixel[x];
            uint32_t d_rb = (d & 0x00FF00FFu) * keep >> 8 & 0x00FF00FFu;
            uint32_t d_g = (d >> 8 & 0xFFu) * keep >> 8;
            uint32_t g = (s_ag & 0xFFu) + d_g;
            uint32_t r = (s_rb >> 16) + (d_rb >> 16), b = (s_rb & 0xFFu) + (d_rb & 0xFFu);
            r = r > 255 ? 255 : r;
            g = g > 255 ? 255 : g;
            b = b > 255 ? 255 : b;
            pixel[x] = 0xFF000000u | r << 16 | g << 8 | b;
        }
    }
}

static void copy_rows(const struct frame *frame, SDL_Surface *surface, struct rect from,
                      struct rect to) {
    for (int y = 0; y < to.h; y++) {
        memcpy((uint8_t *)surface->pixels + (size_t)(to.y + y) * surface->pitch + (size_t)to.x * 4,
               frame->plane[0] + (size_t)(from.y + y) * frame->stride[0] + (size_t)from.x * 4,
               (size_t)to.w * 4);
    }
}

/* Only for layers whose sizes disagree, which no source of ours makes in software rendering. */
static void draw_scaled(SDL_Surface *surface, const struct layer *layer, struct rect area) {
    const struct frame *frame = layer->frame;
    bool has_alpha = frame->format == FRAME_BGRA;
    SDL_Surface *picture = SDL_CreateRGBSurfaceWithFormatFrom(
        frame->plane[0], frame->width, frame->height, 32, frame->stride[0],
        has_alpha ? SDL_PIXELFORMAT_ARGB8888 : SDL_PIXELFORMAT_RGB888);
    if (picture == NULL) {
        return;
    }
    SDL_SetSurfaceBlendMode(picture, has_alpha || layer->opacity < 255 ? SDL_BLENDMODE_BLEND
                                                                       : SDL_BLENDMODE_NONE);
    SDL_SetSurfaceAlphaMod(picture, layer->opacity);
    SDL_Rect from = sdl_rect(layer->from_in_frame), to = sdl_rect(layer->to_on_canvas);
    SDL_Rect clip = sdl_rect(area);
    SDL_SetClipRect(surface, &clip);
    SDL_BlitScaled(picture, &from, surface, &to);
    SDL_SetClipRect(surface, NULL);
    SDL_FreeSurface(picture);
}

static void draw_frame(SDL_Surface *surface, const struct layer *layer, struct rect area) {
    const struct frame *frame = layer->frame;
    struct rect from = layer->from_in_frame, to = layer->to_on_canvas;
    if (frame->format == FRAME_I420) {
        return; /* no source makes one for a canvas that does not want it */
    }
    if (from.w != to.w || from.h != to.h) {
        draw_scaled(surface, layer, area);
        return;
    }
    struct rect part = {from.x + area.x - to.x, from.y + area.y - to.y, area.w, area.h};
    if (frame->format == FRAME_BGRX && layer->opacity == 255) {
        copy_rows(frame, surface, part, area);
    } else {
        blend_rows(frame, surface, part, area, layer->opacity);
    }
}

static bool hides_everything_below(const struct layer *layer, struct rect area) {
    bool is_opaque =
        layer->frame != NULL ? layer->frame->format == FRAME_BGRX : layer->color.a == 255;
    return is_opaque && layer->opacity == 255 &&
           rect_contains(rect_intersect(layer->to_on_canvas, layer->clip_on_canvas), area);
}

static void surface_draw(struct canvas *canvas, const struct scene *scene, struct rect damage) {
    SDL_Surface *surface = ((struct surface_canvas *)canvas)->surface;
    size_t first = scene->layer_count;
    while (first > 0 && !hides_everything_below(&scene->layers[--first], damage)) {
    }
    if (SDL_MUSTLOCK(surface)) {
        SDL_LockSurface(surface);
    }
    for (size_t i = first; i < scene->layer_count; i++) {
        const struct layer *layer = &scene->layers[i];
        struct rect area =
            rect_intersect(rect_intersect(layer->to_on_canvas, layer->clip_on_canvas), damage);
        if (!rect_is_empty(area)) {
            (layer->frame != NULL ? draw_frame : draw_color)(surface, layer, area);
        }
    }
    if (SDL_MUSTLOCK(surface)) {
        SDL_UnlockSurface(surface);
    }
}

static bool surface_read(struct canvas *canvas, uint8_t *pixels, int stride) {
    const SDL_Surface *surface = ((struct surface_canvas *)canvas)->surface;
    for (int y = 0; y < canvas->size.h; y++) {
        memcpy(pixels + (size_t)y * stride,
               (const uint8_t *)surface->pixels + (size_t)y * surface->pitch,
               (size_t)canvas->size.w * 4);
    }
    return true;
}

static void surface_destroy(struct canvas *canvas) {
    struct surface_canvas *self = (struct surface_canvas *)canvas;
    if (self->owns_surface) {
        SDL_FreeSurface(self->surface);
    }
    free(self);
}

static const struct canvas_ops surface_ops = {
    .draw = surface_draw,
    .read = surface_read,
    .destroy = surface_destroy,
};

struct canvas *canvas_create_on_surface(SDL_Surface *surface, struct size size) {
    struct surface_canvas *self = mem_zero(1, sizeof *self);
    self->canvas.ops = &surface_ops;
    self->canvas.size = size;
    self->surface = surface;
    return &self->canvas;
}

struct canvas *canvas_create(struct size size) {
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, size.w, size.h, 32, SDL_PIXELFORMAT_RGB888);
    if (surface == NULL) {
        log_error("a canvas of %dx%d cannot be had: %s", size.w, size.h, SDL_GetError());
        return NULL;
    }
    struct canvas *canvas = canvas_create_on_surface(surface, size);
    ((struct surface_canvas *)canvas)->owns_surface = true;
    return canvas;
}
