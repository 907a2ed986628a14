/* bench_screen.h: an X server's screen seen from outside, and the bar code of the bench's clips.
 *
 * Xvfb -fbdir keeps its framebuffer in a file in XWD form, which is mapped and read like memory: no
 * request to the server, so looking a thousand times a second costs nobody anything. The bar code
 * (written by tests/bench/clip.sh) is a strip along the upper edge, a twelfth of the height: 16
 * cells, white, black, 4 bits of clip number, 9 bits of picture number, parity. Where the first two
 * cells look alike there is no bar code, and their colour is the code. */
#ifndef LEDSIGN_TESTS_BENCH_SCREEN_H
#define LEDSIGN_TESTS_BENCH_SCREEN_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define BENCH_CELLS     16
#define BENCH_CONTRAST  96
#define BENCH_COLOR     0x1000000u /* a plain colour: this and 0xRRGGBB */
#define BENCH_UNKNOWN   UINT32_MAX /* torn or foreign */
#define BENCH_PICTURES  512        /* code = clip * BENCH_PICTURES + picture */
#define BENCH_UNCHANGED UINT32_MAX

struct bench_screen {
    const uint8_t *pixels; /* BGRX */
    int width, height, stride;
};

static inline uint32_t bench_word(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The XWD header: big endian words; the pixels follow the header and the colour map. */
static inline bool bench_screen_open(struct bench_screen *screen, const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (file < 0 || fstat(file, &info) != 0 || info.st_size < 100) {
        fprintf(stderr, "%s: not the framebuffer of an X server; start Xvfb with -fbdir\n", path);
        return false;
    }
    const uint8_t *all = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (all == MAP_FAILED) {
        return false;
    }
    uint32_t header = bench_word(all), colors = bench_word(all + 76);
    screen->width = (int)bench_word(all + 16);
    screen->height = (int)bench_word(all + 20);
    screen->stride = (int)bench_word(all + 48);
    screen->pixels = all + header + colors * 12;
    bool fits =
        bench_word(all + 44) == 32 &&
        (int64_t)header + colors * 12 + (int64_t)screen->stride * screen->height <= info.st_size;
    if (!fits) {
        fprintf(stderr, "%s: not a screen of 32 bits a pixel\n", path);
    }
    return fits;
}

static inline uint32_t bench_pixel(const struct bench_screen *screen, int x, int y) {
    const uint8_t *p = screen->pixels + (size_t)y * (size_t)screen->stride + (size_t)x * 4;
    return (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline int bench_light(uint32_t color) {
    return (int)((color >> 16) + 2 * (color >> 8 & 255) + (color & 255)) / 4;
}

static inline uint32_t bench_code_of_row(const struct bench_screen *screen, int y) {
    uint32_t color[BENCH_CELLS];
    for (int i = 0; i < BENCH_CELLS; i++) {
        color[i] = bench_pixel(screen, screen->width * (2 * i + 1) / (2 * BENCH_CELLS), y);
    }
    int white = bench_light(color[0]), black = bench_light(color[1]);
    if (white - black < BENCH_CONTRAST) {
        return color[0] == color[1] ? BENCH_COLOR | color[0] : BENCH_UNKNOWN;
    }
    uint32_t code = 0, parity = 0;
    for (int i = 2; i < BENCH_CELLS; i++) {
        uint32_t bit = bench_light(color[i]) * 2 > white + black;
        parity ^= bit;
        code = i < BENCH_CELLS - 1 ? code << 1 | bit : code;
    }
    return parity == 0 ? code : BENCH_UNKNOWN;
}

/* What is on the screen now. A picture that is just being put there, from top to bottom, is not yet
 * seen: two rows have to say the same, as the server may be interrupted in the middle of one. */
static inline uint32_t bench_code(const struct bench_screen *screen) {
    uint32_t code = bench_code_of_row(screen, screen->height / 36);
    return code == bench_code_of_row(screen, screen->height / 18) ? code : BENCH_UNKNOWN;
}

#endif
