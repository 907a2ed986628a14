/* rect.h: whole-pixel rectangles and sizes, and how a picture is fitted into one.
 *
 * Half open: a rectangle covers x <= px < x + w. Empty when w <= 0 or h <= 0. On an LED wall a
 * pixel is a diode, so there are no fractions here. A name that carries a rectangle says its space
 * (area_on_canvas, part_in_frame).  Pure; any thread. */
#ifndef LEDSIGN_BASE_RECT_H
#define LEDSIGN_BASE_RECT_H

#include <stdbool.h>

struct size {
    int w;
    int h;
};

struct rect {
    int x;
    int y;
    int w;
    int h;
};

/* How a picture is placed in its zone. */
enum fit {
    FIT_CONTAIN, /* whole picture, as large as fits, centred */
    FIT_COVER,   /* fills the zone, centred, the excess is cut off */
    FIT_STRETCH, /* fills the zone, aspect ignored */
    FIT_NONE,    /* one picture pixel is one LED, centred, the excess is cut off */
    FIT_PAN,     /* fills the shorter way and glides along the longer one */
};

/* Where a picture goes: scale it to `scaled`, then show `part_in_scaled` at `place_in_area`
 * (same size as the part). For FIT_PAN the part is the one at the start of the glide and
 * pan_x/pan_y are the pixels to glide until its end (one of them 0). */
struct placement {
    struct size scaled;
    struct rect part_in_scaled;
    struct rect place_in_area;
    int pan_x;
    int pan_y;
};

bool rect_is_empty(struct rect r);
bool rect_equal(struct rect a, struct rect b);
bool rect_contains(struct rect outer, struct rect inner);
struct rect rect_intersect(struct rect a, struct rect b); /* empty (all 0) when they do not meet */
struct rect rect_union(struct rect a, struct rect b); /* bounding box; an empty one adds nothing */
struct rect rect_move(struct rect r, int dx, int dy);

/* Placement of a picture of `picture` square pixels in an area of size `area` (both > 0; the
 * scaled size is at least 1x1 and at most 32768 a side). */
struct placement rect_fit(struct size picture, struct size area, enum fit fit);

#endif
