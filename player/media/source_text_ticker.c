/* source_text_ticker.c: text that scrolls through the zone.
 *
 * The text runs in from the right edge (with a negative speed: from the left) when the showing
 * starts, floor(speed * (t - started)) whole pixels on, and follows itself after a gap of a third
 * of the zone, as often as the showing lasts. So it is a function of the clock, evenly fast and the
 * same on every screen; `unchanged_until` is exactly the next pixel.
 *
 * The line is made of tiles (text_strip.h). The picture worker measures them all, then keeps those
 * drawn that are in sight and the next two. When the file behind the text changes, the new line is
 * measured and the tiles in sight are drawn before it replaces the old one. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "gfx/frame.h"
#include "media/services_internal.h"
#include "media/source_cell.h"
#include "media/source_kind.h"
#include "media/source_text_content.h"
#include "media/text.h"
#include "media/text_strip.h"
#include "model/model.h"

#define TILE_MIN      512 /* widest tile of a small zone */
#define TILES_PER_JOB 16  /* measured; then the worker looks after others */
#define TILES_AHEAD   2
#define WANTED_MAX    (SOURCE_LAYERS_MAX + TILES_AHEAD)

/* A line and those of its tiles that are drawn. */
struct line {
    struct text_strip *strip;
    struct frame **frames; /* by tile; NULL: not drawn */
    bool is_measured;
};

/* A tile in the zone. */
struct placed_tile {
    int tile;
    int x; /* of its left end, in the zone */
};

struct ticker_source {
    struct source_cell cell;
    struct text_content content; /* worker */
    struct line next;            /* worker: becomes the line */
    /* Guarded by the lock; the strip's members never change once it is here. */
    struct line line;
    flick_t wanted; /* the instant that is on screen */
    int64_t checked_us;
    struct frame *showing[SOURCE_LAYERS_MAX]; /* main thread */
};

static void line_finish(struct line *line) {
    for (int i = 0; line->frames != NULL && i < line->strip->tile_count; i++) {
        frame_unref(&line->frames[i]);
    }
    free(line->frames);
    text_strip_destroy(&line->strip);
    *line = (struct line){0};
}

/* --- Where the tiles are ----------------------------------------------------------------- */

static int speed_of(const struct ticker_source *source) {
    return source->cell.request.item->style.scroll_px_per_s;
}

/* Whole pixels that the text has moved at `position` of the showing. */
static int64_t moved_at(const struct ticker_source *source, flick_t position) {
    int64_t speed = llabs((long long)speed_of(source));
    return flick_muldiv(position, speed, FLICKS_PER_SECOND);
}

/* The position at which it moves on from `moved`. */
static flick_t next_move(const struct ticker_source *source, int64_t moved) {
    int64_t speed = llabs((long long)speed_of(source));
    return -flick_muldiv(-(moved + 1), FLICKS_PER_SECOND, speed); /* rounded up */
}

static int64_t period_of(const struct ticker_source *source, const struct text_strip *strip) {
    int gap = source->cell.request.zone.w / 3;
    return strip->width + (gap > 0 ? gap : 1);
}

/* First tile that ends after `x` of the line. */
static int tile_after(const struct text_strip *strip, int64_t x) {
    int low = 0, high = strip->tile_count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (strip->tiles[middle].x + strip->tiles[middle].width + strip->overhang > x) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* The tiles that touch zone columns [left, right) at `moved`, from left to right; at most max. */
static int place_tiles(const struct ticker_source *source, const struct text_strip *strip,
                       int64_t moved, int64_t left, int64_t right, struct placed_tile *out,
                       int max) {
    int64_t period = period_of(source, strip), width = source->cell.request.zone.w;
    bool to_left = speed_of(source) > 0;
    int count = 0;
    /* Copy k of the line stands at origin + k * period; only those that have come in exist. */
    int64_t origin = to_left ? width - moved : moved - strip->width;
    int64_t first = flick_floor_div(left - strip->overhang - strip->width - origin, period);
    for (int64_t k = first; origin + k * period - strip->overhang < right; k++) {
        if (to_left ? k < 0 : k > 0) {
            continue;
        }
        int64_t line_x = origin + k * period;
        for (int i = tile_after(strip, left - line_x); i < strip->tile_count && count < max; i++) {
            int64_t x = line_x + strip->tiles[i].x;
            if (x - strip->overhang >= right) {
                break;
            }
            out[count++] = (struct placed_tile){i, (int)x};
        }
    }
    return count;
}

/* Tiles in sight at `position`, and on the side from which the text comes the next ones. */
static int tiles_needed(const struct ticker_source *source, const struct text_strip *strip,
                        flick_t position, struct placed_tile out[WANTED_MAX]) {
    int64_t moved = moved_at(source, position), width = source->cell.request.zone.w;
    bool to_left = speed_of(source) > 0;
    int count = place_tiles(source, strip, moved, 0, width, out, SOURCE_LAYERS_MAX);
    int64_t ahead = strip->tile_max < width ? strip->tile_max : width; /* two tiles, or nearly */
    struct placed_tile more[WANTED_MAX];
    int found = place_tiles(source, strip, moved + ahead, 0, width, more, WANTED_MAX);
    for (int i = 0; i < found && count < WANTED_MAX; i++) {
        out[count++] = more[to_left ? found - 1 - i : i];
    }
    return count;
}

/* --- Worker ------------------------------------------------------------------------------ */

static flick_t wanted_position(struct ticker_source *source) {
    pthread_mutex_lock(&source->cell.lock);
    flick_t position = source_cell_position(&source->cell, source->wanted);
    pthread_mutex_unlock(&source->cell.lock);
    return position;
}

static bool is_in(const struct placed_tile *tiles, int count, int tile) {
    for (int i = 0; i < count; i++) {
        if (tiles[i].tile == tile) {
            return true;
        }
    }
    return false;
}

/* Draws the first needed tile that is missing; false when none is. The worker alone writes frames
 * (under the lock), so it may read them without. */
static bool draw_missing(struct ticker_source *source, struct line *line) {
    struct placed_tile needed[WANTED_MAX];
    int count = tiles_needed(source, line->strip, wanted_position(source), needed);
    for (int i = 0; i < count; i++) {
        if (line->frames[needed[i].tile] == NULL) {
            struct frame *frame = text_strip_draw(line->strip, needed[i].tile);
            pthread_mutex_lock(&source->cell.lock);
            line->frames[needed[i].tile] = frame;
            pthread_mutex_unlock(&source->cell.lock);
            return frame != NULL;
        }
    }
    pthread_mutex_lock(&source->cell.lock);
    for (int i = 0; i < line->strip->tile_count; i++) {
        if (line->frames[i] != NULL && !is_in(needed, count, i)) {
            frame_unref(&line->frames[i]);
        }
    }
    pthread_mutex_unlock(&source->cell.lock);
    return false;
}

static void replace_line(struct ticker_source *source) {
    pthread_mutex_lock(&source->cell.lock);
    struct line old = source->line;
    source->line = source->next;
    source->next = (struct line){0};
    if (source->cell.state == SOURCE_OPENING) {
        source->cell.state = SOURCE_READY;
    }
    pthread_mutex_unlock(&source->cell.lock);
    line_finish(&old);
}

/* Brings the next line forward; false when it has taken its place. */
static bool prepare_next(struct ticker_source *source) {
    struct line *next = &source->next;
    if (!next->is_measured) {
        next->is_measured = text_strip_measure(next->strip, TILES_PER_JOB);
        if (next->is_measured) {
            next->frames = mem_zero((size_t)next->strip->tile_count + 1, sizeof(struct frame *));
        }
        return true;
    }
    if (draw_missing(source, next)) {
        return true;
    }
    replace_line(source);
    return false;
}

static void start_next(struct ticker_source *source, char *clean) {
    const struct source_request *request = &source->cell.request;
    int tile_max = request->zone.w / 4 > TILE_MIN ? request->zone.w / 4 : TILE_MIN;
    line_finish(&source->next);
    source->next.strip = text_strip_create(source_services_fonts(source->cell.services), clean,
                                           &request->item->style, request->zone, tile_max);
}

static bool work(struct source_cell *cell) {
    struct ticker_source *source = (struct ticker_source *)cell;
    bool draws = source->line.strip != NULL && draw_missing(source, &source->line);
    if (draws) {
        return true; /* what is on screen comes first */
    }
    if (source->next.strip != NULL) {
        return prepare_next(source);
    }
    char *clean = text_content_read(&source->content);
    if (clean != NULL) {
        start_next(source, clean);
    } else if (!source->content.has_read) {
        source_cell_set_state(cell, SOURCE_FAILED);
    }
    return clean != NULL;
}

static void finish(struct source_cell *cell) {
    struct ticker_source *source = (struct ticker_source *)cell;
    line_finish(&source->line);
    line_finish(&source->next);
    for (int i = 0; i < SOURCE_LAYERS_MAX; i++) {
        frame_unref(&source->showing[i]);
    }
}

/* --- Main thread ------------------------------------------------------------------------- */

static bool lacks_tiles(const struct ticker_source *source, flick_t position) {
    if (source->line.strip == NULL) {
        return true;
    }
    struct placed_tile needed[WANTED_MAX];
    int count = tiles_needed(source, source->line.strip, position, needed);
    for (int i = 0; i < count; i++) {
        if (source->line.frames[needed[i].tile] == NULL) {
            return true;
        }
    }
    return false;
}

/* Lets the worker draw, or look at the file. Lock held. */
static void keep_going(struct ticker_source *source, flick_t position) {
    int64_t now = clock_monotonic_us();
    bool looks = source->content.item->text_file != NULL &&
                 now - source->checked_us >= TEXT_CONTENT_CHECK_MS * 1000;
    if (source->cell.state == SOURCE_FAILED ? looks : looks || lacks_tiles(source, position)) {
        source->checked_us = looks ? now : source->checked_us;
        source_cell_start(&source->cell);
    }
}

static void *ticker_open(struct source_services *services, const struct source_request *request) {
    struct ticker_source *source = mem_zero(1, sizeof *source);
    source_cell_init(&source->cell, services, request, work, finish);
    source->content.item = request->item;
    source->wanted = request->first;
    source->checked_us = clock_monotonic_us();
    pthread_mutex_lock(&source->cell.lock);
    source_cell_start(&source->cell);
    pthread_mutex_unlock(&source->cell.lock);
    return source;
}

static void ticker_close(void *self) {
    source_cell_close(self);
}

static void hold_frame(struct ticker_source *source, int layer, struct frame *frame) {
    if (source->showing[layer] != frame) {
        frame_unref(&source->showing[layer]);
        source->showing[layer] = frame_ref(frame);
    }
}

/* *complete: no tile that should be in sight is missing. Lock held. */
static size_t make_layers(struct ticker_source *source, int64_t moved,
                          struct layer layers[SOURCE_LAYERS_MAX], bool *complete) {
    const struct text_strip *strip = source->line.strip;
    struct size zone = source->cell.request.zone;
    struct placed_tile tiles[SOURCE_LAYERS_MAX];
    int found = place_tiles(source, strip, moved, 0, zone.w, tiles, SOURCE_LAYERS_MAX);
    size_t count = 0;
    *complete = true;
    for (int i = 0; i < found; i++) {
        struct frame *frame = source->line.frames[tiles[i].tile];
        if (frame == NULL) {
            *complete = false;
            continue;
        }
        hold_frame(source, (int)count, frame);
        layers[count++] = (struct layer){
            .frame = frame,
            .from_in_frame = {0, 0, frame->width, frame->height},
            .to_on_canvas = {tiles[i].x - strip->overhang, 0, frame->width, frame->height},
            .clip_on_canvas = {0, 0, zone.w, zone.h},
            .opacity = 255};
    }
    return count;
}

static size_t ticker_layers_at(void *self, flick_t t, struct layer layers[SOURCE_LAYERS_MAX],
                               flick_t *unchanged_until) {
    struct ticker_source *source = self;
    size_t count = 0;
    pthread_mutex_lock(&source->cell.lock);
    source->wanted = t;
    flick_t position = source_cell_position(&source->cell, t);
    int64_t moved = moved_at(source, position);
    keep_going(source, position);
    *unchanged_until = t;
    if (source->line.strip != NULL) {
        bool complete;
        count = make_layers(source, moved, layers, &complete);
        flick_t next = next_move(source, moved), length = source_cell_length(&source->cell);
        next = next < length ? next : length;
        *unchanged_until = complete ? t - position + next : t;
    }
    pthread_mutex_unlock(&source->cell.lock);
    return count;
}

static bool ticker_is_exact_at(void *self, flick_t t) {
    struct ticker_source *source = self;
    pthread_mutex_lock(&source->cell.lock);
    source->wanted = t;
    flick_t position = source_cell_position(&source->cell, t);
    keep_going(source, position);
    bool exact = source->cell.state == SOURCE_FAILED;
    if (!exact && source->line.strip != NULL) {
        struct placed_tile tiles[SOURCE_LAYERS_MAX];
        int count = place_tiles(source, source->line.strip, moved_at(source, position), 0,
                                source->cell.request.zone.w, tiles, SOURCE_LAYERS_MAX);
        exact = true;
        for (int i = 0; i < count; i++) {
            exact &= source->line.frames[tiles[i].tile] != NULL;
        }
    }
    pthread_mutex_unlock(&source->cell.lock);
    return exact;
}

const struct source_kind source_ticker = {.open = ticker_open,
                                          .close = ticker_close,
                                          .state = source_cell_state,
                                          .layers_at = ticker_layers_at,
                                          .is_exact_at = ticker_is_exact_at,
                                          .retime = source_cell_retime};
