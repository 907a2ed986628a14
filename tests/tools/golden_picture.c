/* golden_picture: what a site shows at an instant, drawn by one of three renderers, compared with
 * the picture that was looked at and found right.
 *
 * usage: golden_picture SITE TIME GOLDEN.png surface|software|opengl OUT [accept]
 *
 * Pictures are compared at a quarter of their size, each pixel the mean of 16, so that they are
 * small and edges of letters may differ a little. surface: our compositor; software: SDL's software
 * renderer; opengl: SDL's OpenGL renderer, which scales videos by itself and so may differ more.
 * A mismatch writes OUT-got.png and OUT-diff.png. */
#include <SDL2/SDL.h>
#include <libavutil/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rect.h"
#include "command/command.h"
#include "gfx/canvas.h"
#include "gfx/frame.h"
#include "media/image.h"
#include "media/picture_write.h"
#include "model/model.h"

#define PART 4

struct small {
    int w, h;
    uint8_t *pixels; /* B, G, R, x */
};

static const struct tolerance {
    const char *renderer;
    double mean;
    int largest;
} tolerances[] = {{"surface", 0.5, 24}, {"software", 0.5, 24}, {"opengl", 2.5, 90}};

static struct small shrink(const uint8_t *pixels, struct size size) {
    struct small small = {size.w / PART, size.h / PART, NULL};
    small.pixels = calloc((size_t)small.w * (size_t)small.h, 4);
    for (int y = 0; y < small.h; y++) {
        for (int x = 0; x < small.w * 4; x++) {
            int sum = 0;
            for (int i = 0; i < PART * PART; i++) {
                int column = (x / 4 * PART + i % PART) * 4 + x % 4;
                sum += pixels[(size_t)(y * PART + i / PART) * (size_t)size.w * 4 + (size_t)column];
            }
            small.pixels[(size_t)y * (size_t)small.w * 4 + (size_t)x] = (uint8_t)(sum / 16);
        }
    }
    return small;
}

/* What a canvas is drawn with; NULL where it needs nothing. */
static SDL_Surface *surface;
static SDL_Renderer *drawer;
static SDL_Window *window;

static void close_canvas(struct canvas **canvas) {
    canvas_destroy(canvas);
    if (drawer != NULL) {
        SDL_DestroyRenderer(drawer);
    }
    SDL_FreeSurface(surface);
    if (window != NULL) {
        SDL_DestroyWindow(window);
    }
    SDL_Quit();
}

static struct canvas *open_canvas(const char *renderer, struct size size) {
    if (strcmp(renderer, "surface") == 0) {
        return canvas_create(size);
    }
    if (strcmp(renderer, "software") == 0) {
        surface = SDL_CreateRGBSurfaceWithFormat(0, size.w, size.h, 32, SDL_PIXELFORMAT_XRGB8888);
        drawer = SDL_CreateSoftwareRenderer(surface);
    } else if (SDL_Init(SDL_INIT_VIDEO) == 0) {
        SDL_SetHint(SDL_HINT_RENDER_DRIVER, "opengl");
        window = SDL_CreateWindow("golden", 0, 0, size.w, size.h, SDL_WINDOW_BORDERLESS);
        drawer = window != NULL ? SDL_CreateRenderer(window, -1, SDL_RENDERER_ACCELERATED) : NULL;
    }
    if (drawer == NULL) {
        fprintf(stderr, "%s: %s\n", renderer, SDL_GetError());
        return NULL;
    }
    return canvas_create_on_renderer(drawer, size);
}

/* Differences over the whole picture, and a picture of them. */
static bool compare(const struct small *got, const struct frame *golden, const char *renderer,
                    struct small *diff) {
    double sum = 0;
    int largest = 0;
    if (golden->width != got->w || golden->height != got->h) {
        fprintf(stderr, "the golden picture is %dx%d, this one %dx%d\n", golden->width,
                golden->height, got->w, got->h);
        return false;
    }
    for (int y = 0; y < got->h; y++) {
        for (int x = 0; x < got->w * 4; x++) {
            size_t at = (size_t)y * (size_t)got->w * 4 + (size_t)x;
            int off =
                x % 4 == 3 ? 0 : abs(got->pixels[at] - golden->plane[0][y * golden->stride[0] + x]);
            diff->pixels[at] = (uint8_t)(off * 4 > 255 ? 255 : off * 4);
            largest = off > largest ? off : largest;
            sum += off;
        }
    }
    double mean = sum / (got->w * got->h * 3.0);
    for (size_t i = 0; i < sizeof tolerances / sizeof tolerances[0]; i++) {
        if (strcmp(tolerances[i].renderer, renderer) == 0) {
            bool good = mean <= tolerances[i].mean && largest <= tolerances[i].largest;
            if (!good) {
                fprintf(stderr, "%s differs by %.2f in the mean, %d at most\n", renderer, mean,
                        largest);
            }
            return good;
        }
    }
    return false;
}

static bool check(const struct small *got, const char *golden_path, const char *renderer,
                  const char *out) {
    char problem[200], path[4200];
    const char *why;
    struct image_request request = {.path = golden_path, .area = {got->w, got->h}, .fit = FIT_NONE};
    struct image *image = image_open(&request, problem, sizeof problem);
    if (image == NULL) {
        fprintf(stderr, "%s: %s; look at the picture, then: make golden-pictures-accept\n",
                golden_path, problem);
        return false;
    }
    struct frame *golden = image_next(image, problem, sizeof problem);
    struct small diff = {got->w, got->h, calloc((size_t)got->w * (size_t)got->h, 4)};
    bool good = golden != NULL && compare(got, golden, renderer, &diff);
    if (!good) {
        snprintf(path, sizeof path, "%s-got.png", out);
        picture_write_png(path, got->pixels, got->w, got->h, got->w * 4, &why);
        snprintf(path, sizeof path, "%s-diff.png", out);
        picture_write_png(path, diff.pixels, got->w, got->h, got->w * 4, &why);
        fprintf(stderr, "see %s-got.png and %s-diff.png\n", out, out);
    }
    frame_unref(&golden);
    image_close(&image);
    free(diff.pixels);
    return good;
}

int main(int argc, char **argv) {
    if (argc < 6) {
        fprintf(stderr, "usage: golden_picture SITE TIME GOLDEN.png RENDERER OUT [accept]\n");
        return 2;
    }
    av_log_set_level(AV_LOG_QUIET);
    struct model *model = command_load_site(argv[1]);
    flick_t t = 0;
    struct canvas *canvas = model != NULL ? open_canvas(argv[4], model->screen.size) : NULL;
    if (canvas == NULL || !option_time("TIME", argv[2], model->screen.timezone, &t)) {
        return 1;
    }
    struct size size = model->screen.size;
    uint8_t *pixels = malloc((size_t)size.w * (size_t)size.h * 4);
    const char *why = NULL;
    bool good = snapshot_draw(model, t, canvas, strcmp(argv[4], "opengl") == 0) &&
                canvas_read(canvas, pixels, size.w * 4);
    struct small got = shrink(pixels, size);
    if (good && argc > 6) {
        good = picture_write_png(argv[3], got.pixels, got.w, got.h, got.w * 4, &why);
    } else if (good) {
        good = check(&got, argv[3], argv[4], argv[5]);
    }
    free(got.pixels);
    free(pixels);
    close_canvas(&canvas);
    model_unref(&model);
    return good ? 0 : 1;
}
