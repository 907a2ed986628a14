/* source_image.c: stills and animations, and the still or cover of a sound.
 *
 * A still is one frame. An animation loops endlessly from the showing's start; which of its frames
 * is on screen is computed from the clock. Frames are decoded ahead by the picture worker: all of
 * them are kept when they fit into KEEP_BYTES, else a window from the present one on.
 *
 * FIT_PAN: the frame is larger than the zone and the part of it that is shown glides by the clock
 * in whole pixels: it rests at the start, glides evenly, and rests at the end; each rest is an
 * eighth of the showing, at most REST_MAX. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "gfx/frame.h"
#include "media/image.h"
#include "media/source_cell.h"
#include "media/source_kind.h"
#include "model/model.h"

#define KEEP_BYTES     (24 * 1024 * 1024)
#define WINDOW_MIN     4 /* frames decoded ahead, however large */
#define FRAMES_PER_JOB 4 /* then the worker looks after others */
#define REST_MAX       (2 * FLICKS_PER_SECOND)
#define PROBLEM_MAX    160

struct image_source {
    struct source_cell cell;
    struct image *image; /* worker */
    /* Set by the worker before the state becomes SOURCE_READY, constant then. */
    struct placement placement;
    int count;
    flick_t *ends;
    int capacity; /* slots; == count when all are kept */
    /* Guarded by the lock. Frame n of all rounds is in slot n % capacity. */
    struct frame **slots;
    int64_t next;          /* number of the frame that is decoded next */
    int wanted;            /* index of the frame that is on screen */
    bool is_broken;        /* no more frames come */
    struct frame *showing; /* main thread: what was given last */
};

static bool keeps_all(const struct image_source *source) {
    return source->capacity == source->count;
}

/* Index of the frame at `position` of the showing. */
static int index_at(const struct image_source *source, flick_t position) {
    if (source->count == 1) {
        return 0;
    }
    flick_t in_round = position % source->ends[source->count - 1];
    int low = 0, high = source->count - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (source->ends[middle] > in_round) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* The number, not decoded away yet, under which frame `index` is or will be in its slot. */
static int64_t number_of(const struct image_source *source, int index) {
    if (keeps_all(source)) {
        return index;
    }
    int64_t oldest = source->next > source->capacity ? source->next - source->capacity : 0;
    int64_t round = oldest / source->count * source->count;
    return round + index >= oldest ? round + index : round + source->count + index;
}

/* --- Worker ------------------------------------------------------------------------------ */

static bool is_cancelled(void *context) {
    return source_cell_is_closed(context);
}

static void refuse(struct image_source *source, const char *path, const char *problem) {
    const struct item *item = source->cell.request.item;
    if (!source_cell_is_closed(&source->cell)) {
        log_error("%s:%d: %s: %s", item->where.file != NULL ? item->where.file : "message",
                  item->where.line, path, problem);
    }
    source_cell_set_state(&source->cell, SOURCE_FAILED);
}

static bool open_image(struct image_source *source) {
    const struct source_request *request = &source->cell.request;
    const struct item *item = request->item;
    bool is_cover = item->kind == ITEM_AUDIO && item->still == NULL;
    const struct media *media = item->still != NULL ? item->still : item->media;
    struct image_request wanted = {.path = media->path,
                                   .is_cover = is_cover,
                                   .area = request->zone,
                                   .fit = item->fit,
                                   .is_cancelled = is_cancelled,
                                   .context = source};
    char problem[PROBLEM_MAX];
    source->image = image_open(&wanted, problem, sizeof problem);
    if (source->image == NULL) {
        refuse(source, media->path, problem);
        return false;
    }
    source->placement = *image_placement(source->image);
    source->count = image_frame_count(source->image);
    source->ends = mem_zero((size_t)source->count, sizeof *source->ends);
    for (int i = 0; i < source->count; i++) {
        source->ends[i] = image_frame_end(source->image, i);
    }
    return true;
}

static void make_slots(struct image_source *source, const struct frame *frame) {
    size_t fits = KEEP_BYTES / frame->memory_size;
    int window = fits > WINDOW_MIN ? (int)(fits < INT32_MAX ? fits : INT32_MAX) : WINDOW_MIN;
    source->capacity = window < source->count ? window : source->count;
    source->slots = mem_zero((size_t)source->capacity, sizeof(struct frame *));
    source->wanted =
        index_at(source, source_cell_position(&source->cell, source->cell.request.first));
}

/* Whether a frame is to be decoded now. Lock held. */
static bool lacks_frames(const struct image_source *source) {
    if (source->is_broken) {
        return false;
    }
    if (source->capacity == 0) {
        return true;
    }
    if (keeps_all(source)) {
        return source->next < source->count;
    }
    return source->next < number_of(source, source->wanted) + source->capacity;
}

/* Puts the frame into its slot (which gives up an older one). Lock held. */
static void keep_frame(struct image_source *source, struct frame *frame) {
    struct frame **slot = &source->slots[source->next % source->capacity];
    frame_unref(slot);
    *slot = frame;
    bool reached = source->next >= number_of(source, source->wanted);
    source->next++;
    if (reached && source->cell.state == SOURCE_OPENING) {
        source->cell.state = SOURCE_READY;
    }
}

static bool decode_frame(struct image_source *source) {
    char problem[PROBLEM_MAX];
    struct frame *frame = image_next(source->image, problem, sizeof problem);
    pthread_mutex_lock(&source->cell.lock);
    if (frame == NULL) {
        source->is_broken = true;
    } else {
        if (source->capacity == 0) {
            make_slots(source, frame);
        }
        keep_frame(source, frame);
    }
    bool failed = source->is_broken && source->cell.state == SOURCE_OPENING;
    bool more = lacks_frames(source);
    bool done = source->is_broken || (source->capacity > 0 && keeps_all(source) && !more);
    pthread_mutex_unlock(&source->cell.lock);
    if (failed) {
        refuse(source, source->cell.request.item->title, problem);
    }
    if (done) {
        image_close(&source->image); /* nothing more is decoded: a file and a decoder less */
    }
    return more;
}

static bool work(struct source_cell *cell) {
    struct image_source *source = (struct image_source *)cell;
    pthread_mutex_lock(&cell->lock);
    bool more = lacks_frames(source) && cell->state != SOURCE_FAILED;
    pthread_mutex_unlock(&cell->lock);
    if (more && source->image == NULL && !open_image(source)) {
        return false;
    }
    for (int i = 0; more && i < FRAMES_PER_JOB && !source_cell_is_closed(cell); i++) {
        more = decode_frame(source);
    }
    return more;
}

static void finish(struct source_cell *cell) {
    struct image_source *source = (struct image_source *)cell;
    image_close(&source->image);
    for (int i = 0; i < source->capacity; i++) {
        frame_unref(&source->slots[i]);
    }
    frame_unref(&source->showing);
    free(source->slots);
    free(source->ends);
}

/* --- Main thread ------------------------------------------------------------------------- */

static void *image_source_open(struct source_services *services,
                               const struct source_request *request) {
    struct image_source *source = mem_zero(1, sizeof *source);
    source_cell_init(&source->cell, services, request, work, finish);
    pthread_mutex_lock(&source->cell.lock);
    source_cell_start(&source->cell);
    pthread_mutex_unlock(&source->cell.lock);
    return source;
}

static void image_source_close(void *self) {
    source_cell_close(self);
}

/* The glide at `position` of a showing of `length`: floor of how many of `pixels` are done, and
 * when the next one follows. */
static int glide(int pixels, flick_t position, flick_t length, flick_t *next) {
    flick_t rest = length / 8 < REST_MAX ? length / 8 : REST_MAX;
    flick_t way = length - 2 * rest > 0 ? length - 2 * rest : 1;
    flick_t since = position - rest;
    *next = FLICK_NEVER;
    if (pixels == 0 || since >= way) {
        return pixels;
    }
    int done = since < 0 ? 0 : (int)flick_muldiv(since, pixels, way);
    /* The first instant at which done + 1 pixels are reached: ceil((done + 1) * way / pixels). */
    *next = rest - flick_muldiv(-way, done + 1, pixels);
    return done;
}

static struct layer make_layer(const struct image_source *source, flick_t position, flick_t length,
                               flick_t *next) {
    const struct placement *p = &source->placement;
    struct size zone = source->cell.request.zone;
    bool pans = p->pan_x > 0 || p->pan_y > 0;
    flick_t next_x = FLICK_NEVER, next_y = FLICK_NEVER;
    struct rect part = {0, 0, p->part_in_scaled.w, p->part_in_scaled.h};
    if (pans) {
        part = rect_move(part, glide(p->pan_x, position, length, &next_x),
                         glide(p->pan_y, position, length, &next_y));
    }
    *next = next_x < next_y ? next_x : next_y;
    return (struct layer){.frame = source->showing,
                          .from_in_frame = part,
                          .to_on_canvas = p->place_in_area,
                          .clip_on_canvas = {0, 0, zone.w, zone.h},
                          .opacity = 255};
}

/* End of the animation's present frame, as a position. */
static flick_t frame_end(const struct image_source *source, flick_t position) {
    if (source->count == 1) {
        return FLICK_NEVER;
    }
    flick_t round = source->ends[source->count - 1];
    return position - position % round + source->ends[index_at(source, position)];
}

/* The frame for `index`, or NULL while it is not decoded. Lock held. */
static struct frame *find_frame(const struct image_source *source, int index) {
    int64_t number = number_of(source, index);
    return number < source->next ? source->slots[number % source->capacity] : NULL;
}

/* Takes the frame for the position, if it is there, as the one that shows. Lock held. */
static bool pick_frame(struct image_source *source, flick_t position) {
    if (source->capacity == 0) {
        return false;
    }
    source->wanted = index_at(source, position);
    struct frame *frame = find_frame(source, source->wanted);
    if (frame != NULL && frame != source->showing) {
        frame_unref(&source->showing);
        source->showing = frame_ref(frame);
    }
    if (lacks_frames(source)) {
        source_cell_start(&source->cell);
    }
    return frame != NULL;
}

static size_t image_source_layers_at(void *self, flick_t t, struct layer layers[SOURCE_LAYERS_MAX],
                                     flick_t *unchanged_until) {
    struct image_source *source = self;
    pthread_mutex_lock(&source->cell.lock);
    flick_t position = source_cell_position(&source->cell, t);
    flick_t length = source_cell_length(&source->cell);
    if (source->capacity == 0 && source->cell.state == SOURCE_OPENING) {
        source_cell_start(&source->cell); /* the queue may have been full */
    }
    bool exact = pick_frame(source, position);
    bool repeats = source->cell.request.endless || source->cell.request.until == FLICK_NEVER;
    pthread_mutex_unlock(&source->cell.lock);
    *unchanged_until = t;
    if (source->showing == NULL) {
        return 0;
    }
    flick_t glides = FLICK_NEVER;
    layers[0] = make_layer(source, position, length, &glides);
    flick_t changes = frame_end(source, position);
    changes = glides < changes ? glides : changes;
    bool moves = source->count > 1 || source->placement.pan_x + source->placement.pan_y > 0;
    if (repeats && moves && length < changes) {
        changes = length;
    }
    if (exact && t >= source->cell.request.started) {
        *unchanged_until = changes == FLICK_NEVER ? FLICK_NEVER : t - position + changes;
    }
    return 1;
}

static bool image_source_is_exact_at(void *self, flick_t t) {
    struct image_source *source = self;
    pthread_mutex_lock(&source->cell.lock);
    bool exact = source->cell.state == SOURCE_FAILED || source->is_broken ||
                 pick_frame(source, source_cell_position(&source->cell, t));
    if (!exact && source->capacity == 0) {
        source_cell_start(&source->cell);
    }
    pthread_mutex_unlock(&source->cell.lock);
    return exact;
}

const struct source_kind source_image = {.open = image_source_open,
                                         .close = image_source_close,
                                         .state = source_cell_state,
                                         .layers_at = image_source_layers_at,
                                         .is_exact_at = image_source_is_exact_at,
                                         .retime = source_cell_retime};
