#include "base/color.h"

#include <string.h>

static int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

bool color_parse(const char *text, struct color *out) {
    size_t length = strlen(text);
    if (text[0] != '#' || (length != 7 && length != 9)) {
        return false;
    }
    uint8_t channel[4] = {0, 0, 0, 255};
    for (size_t i = 1; i < length; i += 2) {
        int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        channel[i / 2] = (uint8_t)(high * 16 + low);
    }
    *out = (struct color){channel[0], channel[1], channel[2], channel[3]};
    return true;
}

bool color_equal(struct color x, struct color y) {
    return x.r == y.r && x.g == y.g && x.b == y.b && x.a == y.a;
}
