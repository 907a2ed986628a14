/* color.h: an sRGB colour, straight (not premultiplied) alpha. Written "#RRGGBB" or "#RRGGBBAA". */
#ifndef LEDSIGN_BASE_COLOR_H
#define LEDSIGN_BASE_COLOR_H

#include <stdbool.h>
#include <stdint.h>

struct color {
    uint8_t r, g, b, a; /* a: 255 opaque, 0 nothing */
};

bool color_parse(const char *text, struct color *out);
bool color_equal(struct color x, struct color y);

#endif
