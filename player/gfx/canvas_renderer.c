/* canvas_renderer.c: a scene drawn with an SDL_Renderer: OpenGL, OpenGL ES or SDL's software one.
 *
 * A frame is uploaded once, when it first appears; the texture is used for as long as the frame is
 * in the scene. Textures are kept by format and size, so the steady state allocates nothing. */
#include <SDL2/SDL.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/str.h"
#include "gfx/canvas_private.h"
#include "gfx/frame.h"

#define TEXTURES_MAX   128
#define IDLE_DRAWS_MAX 120 /* a texture unused for so many draws is freed */

struct texture {
    SDL_Texture *texture;      /* NULL: a free row */
    const struct frame *frame; /* what it holds; only an identity, see find_texture */
    enum frame_format format;
    int width;
    int height;
    unsigned used_at; /* draw number */
};

struct renderer_canvas {
    struct canvas canvas;
    SDL_Renderer *renderer;
    struct texture textures[TEXTURES_MAX];
    unsigned draw_number;
    uint8_t *straight; /* scratch for taking premultiplied alpha apart */
    size_t straight_size;
    bool has_complained;
};

static SDL_Rect sdl_rect(struct rect r) {
    return (SDL_Rect){r.x, r.y, r.w, r.h};
}

static uint32_t sdl_format(enum frame_format format) {
    static const uint32_t formats[] = {
        [FRAME_BGRX] = SDL_PIXELFORMAT_RGB888,
        [FRAME_BGRA] = SDL_PIXELFORMAT_ARGB8888,
        [FRAME_I420] = SDL_PIXELFORMAT_IYUV,
    };
    return formats[format];
}

/* Custom blend modes are missing from SDL's software renderer, straight alpha works everywhere. */
static const uint8_t *straight_alpha(struct renderer_canvas *self, const struct frame *frame) {
    size_t size = (size_t)frame->width * 4 * (size_t)frame->height;
    if (size > self->straight_size) {
        self->straight = mem_resize(self->straight, size, 1);
        self->straight_size = size;
    }
    uint8_t *out = self->straight;
    for (int y = 0; y < frame->height; y++) {
        const uint8_t *in = frame->plane[0] + (size_t)y * frame->stride[0];
        for (int x = 0; x < frame->width; x++, in += 4, out += 4) {
            unsigned alpha = in[3];
            for (int c = 0; c < 3; c++) {
                unsigned value = alpha > 0 ? (in[c] * 255u + alpha / 2) / alpha : 0;
                out[c] = (uint8_t)(value > 255 ? 255 : value);
            }
            out[3] = (uint8_t)alpha;
        }
    }
    return self->straight;
}

static void upload(struct renderer_canvas *self, struct texture *slot, const struct frame *frame) {
    int error = 0;
    if (frame->format == FRAME_I420) {
        error = SDL_UpdateYUVTexture(slot->texture, NULL, frame->plane[0], frame->stride[0],
                                     frame->plane[1], frame->stride[1], frame->plane[2],
                                     frame->stride[2]);
    } else if (frame->format == FRAME_BGRA) {
        error =
            SDL_UpdateTexture(slot->texture, NULL, straight_alpha(self, frame), frame->width * 4);
    } else {
        error = SDL_UpdateTexture(slot->texture, NULL, frame->plane[0], frame->stride[0]);
    }
    if (error != 0 && !self->has_complained) {
        self->has_complained = true;
        log_error("a picture of %dx%d could not be given to the graphics card: %s; use "
                  "--renderer software",
                  frame->width, frame->height, SDL_GetError());
    }
    slot->frame = frame;
}

/* A frame's address says which picture it is only while somebody holds it: the last scene does. */
static bool is_held(const struct canvas *canvas, const struct frame *frame) {
    for (size_t i = 0; i < canvas->last.layer_count; i++) {
        if (canvas->last.layers[i].frame == frame) {
            return true;
        }
    }
    return false;
}

static struct texture *find_texture(struct renderer_canvas *self, const struct frame *frame) {
    struct texture *reusable = NULL, *free_row = NULL, *oldest = NULL;
    for (int i = 0; i < TEXTURES_MAX; i++) {
        struct texture *slot = &self->textures[i];
        if (slot->texture == NULL) {
            free_row = free_row != NULL ? free_row : slot;
            continue;
        }
        bool is_current = slot->used_at == self->draw_number;
        if (slot->frame == frame && (is_current || is_held(&self->canvas, frame))) {
            return slot;
        }
        bool is_needed = is_current || (slot->frame != NULL && is_held(&self->canvas, slot->frame));
        bool fits = slot->format == frame->format && slot->width == frame->width &&
                    slot->height == frame->height;
        if (!is_needed && fits) {
            reusable = slot;
        }
        if (!is_current && (oldest == NULL || slot->used_at < oldest->used_at)) {
            oldest = slot;
        }
    }
    struct texture *slot = reusable != NULL ? reusable : free_row != NULL ? free_row : oldest;
    if (slot == NULL) {
        return NULL;
    }
    if (slot != reusable) {
        if (slot->texture != NULL) {
            SDL_DestroyTexture(slot->texture);
        }
        *slot = (struct texture){
            .texture = SDL_CreateTexture(self->renderer, sdl_format(frame->format),
                                         SDL_TEXTUREACCESS_STREAMING, frame->width, frame->height),
            .format = frame->format,
            .width = frame->width,
            .height = frame->height,
        };
    }
    if (slot->texture != NULL) {
        upload(self, slot, frame);
    }
    return slot;
}

static void draw_color(struct renderer_canvas *self, const struct layer *layer, struct rect area) {
    int alpha = layer->color.a * layer->opacity / 255;
    SDL_Rect to = sdl_rect(area);
    SDL_SetRenderDrawBlendMode(self->renderer,
                               alpha < 255 ? SDL_BLENDMODE_BLEND : SDL_BLENDMODE_NONE);
    SDL_SetRenderDrawColor(self->renderer, layer->color.r, layer->color.g, layer->color.b,
                           (uint8_t)alpha);
    SDL_RenderFillRect(self->renderer, &to);
}

/* SDL's matrix is a global that is read when the batch is flushed. */
static SDL_YUV_CONVERSION_MODE yuv_mode(const struct frame *frame) {
    if (frame->full_range) {
        return SDL_YUV_CONVERSION_JPEG;
    }
    return frame->matrix == FRAME_BT601 ? SDL_YUV_CONVERSION_BT601 : SDL_YUV_CONVERSION_BT709;
}

static void draw_frame(struct renderer_canvas *self, const struct layer *layer, struct rect area) {
    struct texture *slot = find_texture(self, layer->frame);
    if (slot == NULL || slot->texture == NULL) {
        return;
    }
    slot->used_at = self->draw_number;
    bool blends = layer->frame->format == FRAME_BGRA || layer->opacity < 255;
    bool is_scaled = layer->from_in_frame.w != layer->to_on_canvas.w ||
                     layer->from_in_frame.h != layer->to_on_canvas.h;
    bool is_yuv = layer->frame->format == FRAME_I420;
    SDL_SetTextureBlendMode(slot->texture, blends ? SDL_BLENDMODE_BLEND : SDL_BLENDMODE_NONE);
    SDL_SetTextureAlphaMod(slot->texture, layer->opacity);
    SDL_SetTextureScaleMode(slot->texture, is_scaled ? SDL_ScaleModeLinear : SDL_ScaleModeNearest);
    if (is_yuv) {
        SDL_RenderFlush(self->renderer);
        SDL_SetYUVConversionMode(yuv_mode(layer->frame));
    }
    SDL_Rect from = sdl_rect(layer->from_in_frame), to = sdl_rect(layer->to_on_canvas);
    SDL_Rect clip = sdl_rect(area);
    SDL_RenderSetClipRect(self->renderer, &clip);
    SDL_RenderCopy(self->renderer, slot->texture, &from, &to);
    SDL_RenderSetClipRect(self->renderer, NULL);
    if (is_yuv) {
        SDL_RenderFlush(self->renderer);
    }
}

/* What a texture holds is forgotten when it was not drawn: its frame may be freed now, and another
 * one get its address. */
static void release_textures(struct renderer_canvas *self) {
    for (int i = 0; i < TEXTURES_MAX; i++) {
        struct texture *slot = &self->textures[i];
        if (slot->used_at != self->draw_number) {
            slot->frame = NULL;
        }
        if (slot->texture != NULL && self->draw_number - slot->used_at > IDLE_DRAWS_MAX) {
            SDL_DestroyTexture(slot->texture);
            *slot = (struct texture){0};
        }
    }
}

static void renderer_draw(struct canvas *canvas, const struct scene *scene, struct rect damage) {
    struct renderer_canvas *self = (struct renderer_canvas *)canvas;
    self->draw_number++;
    SDL_SetRenderDrawColor(self->renderer, 0, 0, 0, 255);
    SDL_RenderClear(self->renderer);
    for (size_t i = 0; i < scene->layer_count; i++) {
        const struct layer *layer = &scene->layers[i];
        struct rect area =
            rect_intersect(rect_intersect(layer->to_on_canvas, layer->clip_on_canvas), damage);
        if (!rect_is_empty(area)) {
            (layer->frame != NULL ? draw_frame : draw_color)(self, layer, area);
        }
    }
    release_textures(self);
}

static bool renderer_read(struct canvas *canvas, uint8_t *pixels, int stride) {
    struct renderer_canvas *self = (struct renderer_canvas *)canvas;
    SDL_Rect all = {0, 0, canvas->size.w, canvas->size.h};
    return SDL_RenderReadPixels(self->renderer, &all, SDL_PIXELFORMAT_RGB888, pixels, stride) == 0;
}

static void renderer_destroy(struct canvas *canvas) {
    struct renderer_canvas *self = (struct renderer_canvas *)canvas;
    for (int i = 0; i < TEXTURES_MAX; i++) {
        if (self->textures[i].texture != NULL) {
            SDL_DestroyTexture(self->textures[i].texture);
        }
    }
    free(self->straight);
    free(self);
}

static const struct canvas_ops renderer_ops = {
    .draw = renderer_draw,
    .read = renderer_read,
    .destroy = renderer_destroy,
    .draws_all = true,
};

struct canvas *canvas_create_on_renderer(SDL_Renderer *renderer, struct size size) {
    struct renderer_canvas *self = mem_zero(1, sizeof *self);
    self->canvas.ops = &renderer_ops;
    self->canvas.size = size;
    self->renderer = renderer;
    return &self->canvas;
}
