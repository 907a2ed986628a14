/* source_text.c: texts that stand still, clocks and QR codes: one picture for a stretch of time.
 *
 * The picture worker draws the picture for the present stretch and, for a clock, the one for the
 * next, so that a clock changes exactly when its second or minute does. A text from a file is one
 * endless stretch until the file changes; the old picture stays while the new one is drawn.
 *
 * A clock's format is strftime's, in the screen's time zone; names of days and months are
 * English, as LC_TIME stays that of the C locale (base/translate.h). */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "gfx/frame.h"
#include "media/services_internal.h"
#include "media/source_cell.h"
#include "media/source_kind.h"
#include "media/source_qr.h"
#include "media/source_text_content.h"
#include "media/text.h"
#include "model/model.h"
#include "model/timezone.h"

#define PICTURES       3 /* the last, the present and the next */
#define CLOCK_TEXT_MAX 512
#define PROBLEM_MAX    200
#define SECOND         FLICKS_PER_SECOND

/* What is to be seen in [from, until). */
struct picture {
    flick_t from;
    flick_t until;
    struct frame *frame; /* NULL: nothing to be seen */
    struct rect place;
    bool is_drawn;
};

struct text_source {
    struct source_cell cell;
    struct text_content content; /* worker */
    /* Guarded by the lock. */
    struct picture pictures[PICTURES]; /* newest first */
    flick_t wanted;                    /* the instant that is on screen */
    int64_t checked_us;                /* when the file was looked at */
    struct frame *showing;             /* main thread: what was given last */
    struct rect showing_place;
};

static bool is_clock(const struct text_source *source) {
    return source->cell.request.item->kind == ITEM_CLOCK;
}

static bool is_followed(const struct text_source *source) {
    const struct item *item = source->cell.request.item;
    return item->kind == ITEM_TEXT && item->text_file != NULL;
}

/* --- Clocks ------------------------------------------------------------------------------ */

/* Whether the format shows seconds: then it changes with each of them, else with each minute. */
static bool shows_seconds(const char *format) {
    for (const char *at = strchr(format, '%'); at != NULL; at = strchr(at, '%')) {
        at++;
        at += strspn(at, "EO_-0^#123456789"); /* flags, widths and modifiers */
        if (*at == '\0') {
            return false;
        }
        if (strchr("STcsrX+", *at) != NULL) {
            return true;
        }
        at++;
    }
    return false;
}

static int64_t local_seconds(const struct text_source *source, int64_t utc_s) {
    const struct timezone_ *zone = source->cell.request.model->screen.timezone;
    return utc_s + (zone != NULL ? timezone_offset_at(zone, utc_s) : 0);
}

/* The stretch of one reading of the clock around t. */
static void clock_stretch(const struct text_source *source, flick_t t, flick_t *from,
                          flick_t *until) {
    int64_t unit = shows_seconds(source->cell.request.item->text) ? 1 : 60;
    int64_t utc_s = flick_floor_div(t, SECOND);
    int64_t local_s = local_seconds(source, utc_s);
    int64_t start = utc_s - (local_s - flick_floor_div(local_s, unit) * unit);
    *from = start * SECOND;
    *until = (start + unit) * SECOND;
}

/* strftime needs the broken-down time with its day of week and of year; gmtime_r of the local
 * seconds gives both without touching the process's time zone. */
static char *clock_text(const struct text_source *source, flick_t t) {
    int64_t utc_s = flick_floor_div(t, SECOND);
    const struct timezone_ *zone = source->cell.request.model->screen.timezone;
    time_t local_s = (time_t)local_seconds(source, utc_s);
    struct tm broken_down;
    char text[CLOCK_TEXT_MAX] = "";
    if (gmtime_r(&local_s, &broken_down) == NULL) {
        return text_clean("", 0);
    }
    broken_down.tm_gmtoff = zone != NULL ? timezone_offset_at(zone, utc_s) : 0;
    broken_down.tm_isdst = -1;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the format is the site's, by design */
    size_t length = strftime(text, sizeof text, source->cell.request.item->text, &broken_down);
#pragma GCC diagnostic pop
    return text_clean(text, length);
}

/* --- Worker ------------------------------------------------------------------------------ */

static void draw_text(struct text_source *source, char *clean, struct picture *picture) {
    const struct source_request *request = &source->cell.request;
    struct text *text =
        text_create(source_services_fonts(source->cell.services), clean, &request->item->style);
    picture->frame = text_draw_box(text, request->zone, &picture->place);
    text_destroy(&text);
}

static bool draw_qr(struct text_source *source, struct picture *picture) {
    const struct source_request *request = &source->cell.request;
    const struct item *item = request->item;
    char problem[PROBLEM_MAX] = "memory is short";
    picture->frame =
        source_qr_draw(item->text != NULL ? item->text : "", request->zone, item->style.color,
                       item->background, &picture->place, problem, sizeof problem);
    if (picture->frame == NULL) {
        log_error("%s:%d: %s", item->where.file != NULL ? item->where.file : "message",
                  item->where.line, problem);
    }
    return picture->frame != NULL;
}

/* Puts the picture first; the oldest one is given up. */
static void publish(struct text_source *source, const struct picture *picture) {
    pthread_mutex_lock(&source->cell.lock);
    frame_unref(&source->pictures[PICTURES - 1].frame);
    memmove(source->pictures + 1, source->pictures, (PICTURES - 1) * sizeof *source->pictures);
    source->pictures[0] = *picture;
    if (source->cell.state == SOURCE_OPENING) {
        source->cell.state = SOURCE_READY;
    }
    pthread_mutex_unlock(&source->cell.lock);
}

/* The picture whose stretch holds t. Lock held. */
static const struct picture *find_picture(const struct text_source *source, flick_t t) {
    for (int i = 0; i < PICTURES; i++) {
        const struct picture *picture = &source->pictures[i];
        if (picture->is_drawn && t >= picture->from && t < picture->until) {
            return picture;
        }
    }
    return NULL;
}

/* The instant for which the clock is to be drawn next; false: all is there. Lock held. */
static bool lacks_reading(const struct text_source *source, flick_t *t) {
    const struct picture *present = find_picture(source, source->wanted);
    *t = source->wanted;
    if (present == NULL) {
        return true;
    }
    *t = present->until;
    return find_picture(source, present->until) == NULL;
}

static bool work_clock(struct text_source *source) {
    flick_t t;
    pthread_mutex_lock(&source->cell.lock);
    bool lacks = lacks_reading(source, &t);
    pthread_mutex_unlock(&source->cell.lock);
    if (lacks) {
        struct picture picture = {.is_drawn = true};
        clock_stretch(source, t, &picture.from, &picture.until);
        draw_text(source, clock_text(source, t), &picture);
        publish(source, &picture);
    }
    return lacks; /* and look again: the next reading may be due */
}

static bool work_text(struct text_source *source) {
    struct picture picture = {.from = FLICK_ALWAYS, .until = FLICK_NEVER, .is_drawn = true};
    if (source->cell.request.item->kind == ITEM_QR) {
        if (draw_qr(source, &picture)) {
            publish(source, &picture);
        } else {
            source_cell_set_state(&source->cell, SOURCE_FAILED);
        }
        return false;
    }
    char *clean = text_content_read(&source->content);
    if (clean != NULL) {
        draw_text(source, clean, &picture);
        publish(source, &picture);
    } else if (!source->content.has_read) {
        source_cell_set_state(&source->cell, SOURCE_FAILED);
    }
    return false;
}

static bool work(struct source_cell *cell) {
    struct text_source *source = (struct text_source *)cell;
    return is_clock(source) ? work_clock(source) : work_text(source);
}

static void finish(struct source_cell *cell) {
    struct text_source *source = (struct text_source *)cell;
    for (int i = 0; i < PICTURES; i++) {
        frame_unref(&source->pictures[i].frame);
    }
    frame_unref(&source->showing);
}

/* --- Main thread ------------------------------------------------------------------------- */

/* Lets the worker draw or look where there is something to draw or to look at. Lock held. */
static void keep_going(struct text_source *source) {
    flick_t ignored;
    int64_t now = clock_monotonic_us();
    bool is_due = false;
    if (source->cell.state == SOURCE_OPENING) {
        is_due = true;
    } else if (is_clock(source)) {
        is_due = lacks_reading(source, &ignored);
    } else if (is_followed(source)) {
        is_due = now - source->checked_us >= TEXT_CONTENT_CHECK_MS * 1000;
    }
    if (is_due) {
        source->checked_us = now;
        source_cell_start(&source->cell);
    }
}

static void *text_source_open(struct source_services *services,
                              const struct source_request *request) {
    struct text_source *source = mem_zero(1, sizeof *source);
    source_cell_init(&source->cell, services, request, work, finish);
    source->content.item = request->item;
    source->wanted = request->first;
    pthread_mutex_lock(&source->cell.lock);
    keep_going(source);
    pthread_mutex_unlock(&source->cell.lock);
    return source;
}

static void text_source_close(void *self) {
    source_cell_close(self);
}

/* Takes what is drawn for t as what shows; a clock that is late shows its last reading. Lock held.
 */
static bool pick_picture(struct text_source *source, flick_t t, flick_t *until) {
    source->wanted = t;
    keep_going(source);
    const struct picture *picture = find_picture(source, t);
    *until = t;
    if (picture == NULL) {
        return false;
    }
    if (picture->frame != source->showing) {
        frame_unref(&source->showing);
        source->showing = picture->frame != NULL ? frame_ref(picture->frame) : NULL;
    }
    source->showing_place = picture->place;
    *until = picture->until;
    return true;
}

static size_t text_source_layers_at(void *self, flick_t t, struct layer layers[SOURCE_LAYERS_MAX],
                                    flick_t *unchanged_until) {
    struct text_source *source = self;
    pthread_mutex_lock(&source->cell.lock);
    pick_picture(source, t, unchanged_until);
    pthread_mutex_unlock(&source->cell.lock);
    if (is_followed(source)) { /* so that it is asked again, and looks at the file */
        flick_t check = flick_add(t, TEXT_CONTENT_CHECK_MS * FLICKS_PER_MILLISECOND);
        *unchanged_until = check < *unchanged_until ? check : *unchanged_until;
    }
    if (source->showing == NULL) {
        return 0;
    }
    struct size zone = source->cell.request.zone;
    layers[0] =
        (struct layer){.frame = source->showing,
                       .from_in_frame = {0, 0, source->showing->width, source->showing->height},
                       .to_on_canvas = source->showing_place,
                       .clip_on_canvas = {0, 0, zone.w, zone.h},
                       .opacity = 255};
    return 1;
}

static bool text_source_is_exact_at(void *self, flick_t t) {
    struct text_source *source = self;
    flick_t ignored;
    pthread_mutex_lock(&source->cell.lock);
    bool exact = source->cell.state == SOURCE_FAILED || pick_picture(source, t, &ignored);
    pthread_mutex_unlock(&source->cell.lock);
    return exact;
}

const struct source_kind source_text = {.open = text_source_open,
                                        .close = text_source_close,
                                        .state = source_cell_state,
                                        .layers_at = text_source_layers_at,
                                        .is_exact_at = text_source_is_exact_at,
                                        .retime = source_cell_retime};
