#include "base/rect.h"

#include <stdint.h>

#define SCALED_SIDE_MAX 32768

bool rect_is_empty(struct rect r) {
    return r.w <= 0 || r.h <= 0;
}

bool rect_equal(struct rect a, struct rect b) {
    return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

bool rect_contains(struct rect outer, struct rect inner) {
    return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w &&
           inner.y + inner.h <= outer.y + outer.h;
}

static int min(int a, int b) {
    return a < b ? a : b;
}

static int max(int a, int b) {
    return a > b ? a : b;
}

struct rect rect_intersect(struct rect a, struct rect b) {
    int x = max(a.x, b.x), y = max(a.y, b.y);
    struct rect r = {x, y, min(a.x + a.w, b.x + b.w) - x, min(a.y + a.h, b.y + b.h) - y};
    if (rect_is_empty(r)) {
        r = (struct rect){0};
    }
    return r;
}

struct rect rect_union(struct rect a, struct rect b) {
    if (rect_is_empty(a)) {
        return b;
    }
    if (rect_is_empty(b)) {
        return a;
    }
    int x = min(a.x, b.x), y = min(a.y, b.y);
    return (struct rect){x, y, max(a.x + a.w, b.x + b.w) - x, max(a.y + a.h, b.y + b.h) - y};
}

struct rect rect_move(struct rect r, int dx, int dy) {
    return (struct rect){r.x + dx, r.y + dy, r.w, r.h};
}

/* side * num / den, rounded to nearest, within the bounds of a scaled side. */
static int scale_side(int side, int num, int den) {
    int64_t scaled = ((int64_t)side * num + den / 2) / den;
    return scaled < 1 ? 1 : scaled > SCALED_SIDE_MAX ? SCALED_SIDE_MAX : (int)scaled;
}

/* The picture at the height or the width of the area; `by_width` decides which. */
static struct size scale_to(struct size picture, struct size area, bool by_width) {
    return by_width ? (struct size){area.w, scale_side(picture.h, area.w, picture.w)}
                    : (struct size){scale_side(picture.w, area.h, picture.h), area.h};
}

static struct size scaled_size(struct size picture, struct size area, enum fit fit) {
    bool is_wider = (int64_t)picture.w * area.h >= (int64_t)area.w * picture.h;
    switch (fit) {
    case FIT_CONTAIN:
        return scale_to(picture, area, is_wider);
    case FIT_COVER:
    case FIT_PAN:
        return scale_to(picture, area, !is_wider);
    case FIT_NONE:
        return (struct size){min(picture.w, SCALED_SIDE_MAX), min(picture.h, SCALED_SIDE_MAX)};
    case FIT_STRETCH:
        break;
    }
    return area;
}

/* Centred both ways; rounding goes to the left and up. */
static void place_centred(int scaled, int area, int *part_at, int *place_at, int *length) {
    *length = min(scaled, area);
    *part_at = (scaled - *length) / 2;
    *place_at = (area - *length) / 2;
}

struct placement rect_fit(struct size picture, struct size area, enum fit fit) {
    struct placement p = {.scaled = scaled_size(picture, area, fit)};
    place_centred(p.scaled.w, area.w, &p.part_in_scaled.x, &p.place_in_area.x, &p.part_in_scaled.w);
    place_centred(p.scaled.h, area.h, &p.part_in_scaled.y, &p.place_in_area.y, &p.part_in_scaled.h);
    p.place_in_area.w = p.part_in_scaled.w;
    p.place_in_area.h = p.part_in_scaled.h;
    if (fit == FIT_PAN) {
        p.pan_x = p.scaled.w - p.part_in_scaled.w;
        p.pan_y = p.scaled.h - p.part_in_scaled.h;
        p.part_in_scaled.x = 0;
        p.part_in_scaled.y = 0;
    }
    return p;
}
