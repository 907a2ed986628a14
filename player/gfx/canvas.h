/* canvas.h: the one logical LED wall, and drawing a scene onto it.
 *
 * Two renderers, same picture: a *surface* canvas draws with SDL's software blitters into memory
 * (its own, or the window's, so that nothing is copied twice), a *renderer* canvas draws with an
 * SDL_Renderer (OpenGL, OpenGL ES, or SDL's software renderer). Only what changed since the last
 * scene is drawn on a surface; a renderer draws the whole scene, since its buffers swap. Alpha is
 * premultiplied, blending is in sRGB, as on every other screen people compare with.
 * Main thread only. The canvas remembers the last scene (and so keeps its frames alive). */
#ifndef LEDSIGN_GFX_CANVAS_H
#define LEDSIGN_GFX_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/color.h"
#include "base/rect.h"

struct canvas;
struct scene;
struct SDL_Renderer;
struct SDL_Surface;

/* Draws into its own memory. */
struct canvas *canvas_create(struct size size);
/* Draws into `surface` (XRGB8888, at least `size` large), which the caller owns. */
struct canvas *canvas_create_on_surface(struct SDL_Surface *surface, struct size size);
/* Draws with `renderer`, which the caller owns and presents. */
struct canvas *canvas_create_on_renderer(struct SDL_Renderer *renderer, struct size size);
void canvas_destroy(struct canvas **canvas);

/* Makes the canvas look like the scene over `background` and returns the part that changed (empty:
 * nothing was drawn). Takes over the scene's layers: the scene is empty afterwards. */
struct rect canvas_draw(struct canvas *canvas, struct scene *scene, struct color background);

/* The canvas was overwritten from outside (window exposed, device reset): draw all next time. */
void canvas_invalidate(struct canvas *canvas);

/* Copies the canvas as BGRX rows into `pixels` (stride in bytes). A renderer is read back, which is
 * slow. */
bool canvas_read(struct canvas *canvas, uint8_t *pixels, int stride);

#endif
