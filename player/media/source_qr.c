#include "media/source_qr.h"

#include <math.h>
#include <qrencode.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "gfx/frame.h"

#define QUIET_MODULES 4
#define CONTRAST_MIN  4.5

static double linear(int component) {
    double c = component / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Relative luminance (WCAG 2.1). */
static double luminance(struct color color) {
    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b);
}

/* Readers want dark modules on light ground, and want to tell them apart. */
static void make_readable(struct color *dark, struct color *light) {
    struct color white = {255, 255, 255, 255}, black = {0, 0, 0, 255};
    *light = light->a == 0 ? white : *light;
    light->a = dark->a = 255;
    if (luminance(*dark) > luminance(*light)) {
        struct color exchanged = *dark;
        *dark = *light;
        *light = exchanged;
    }
    if ((luminance(*light) + 0.05) / (luminance(*dark) + 0.05) < CONTRAST_MIN) {
        *dark = black;
        *light = white;
    }
}

static uint32_t pixel_of(struct color color) {
    return 0xff000000u | (uint32_t)color.r << 16 | (uint32_t)color.g << 8 | color.b;
}

static bool is_dark(const QRcode *code, int x, int y) {
    x -= QUIET_MODULES;
    y -= QUIET_MODULES;
    return x >= 0 && y >= 0 && x < code->width && y < code->width &&
           (code->data[y * code->width + x] & 1) != 0;
}

static struct frame *draw_modules(const QRcode *code, int module_px, struct color dark,
                                  struct color light) {
    int side = (code->width + 2 * QUIET_MODULES) * module_px;
    struct frame *frame = frame_create(FRAME_BGRX, side, side);
    for (int y = 0; frame != NULL && y < side; y++) {
        uint32_t *row = (uint32_t *)(frame->plane[0] + (ptrdiff_t)y * frame->stride[0]);
        for (int x = 0; x < side; x++) {
            row[x] = pixel_of(is_dark(code, x / module_px, y / module_px) ? dark : light);
        }
    }
    return frame;
}

struct frame *source_qr_draw(const char *text, struct size zone, struct color dark,
                             struct color light, struct rect *place, char *problem,
                             size_t problem_size) {
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL) {
        snprintf(problem, problem_size,
                 "the text does not fit into a QR code; use at most 2331 bytes");
        return NULL;
    }
    int modules = code->width + 2 * QUIET_MODULES;
    int module_px = (zone.w < zone.h ? zone.w : zone.h) / modules;
    struct frame *frame = NULL;
    if (module_px < 1) {
        snprintf(problem, problem_size,
                 "the QR code needs a zone of at least %dx%d pixels; shorten the text or enlarge "
                 "the zone",
                 modules, modules);
    } else {
        make_readable(&dark, &light);
        frame = draw_modules(code, module_px, dark, light);
        int side = modules * module_px;
        *place = (struct rect){(zone.w - side) / 2, (zone.h - side) / 2, side, side};
    }
    QRcode_free(code);
    return frame;
}
