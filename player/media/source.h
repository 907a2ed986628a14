/* source.h: something that gives pictures (and sound) for one showing.
 *
 * show/ opens a source ahead of its cut, asks it every frame "what do you look like at t?" and
 * closes it after; it neither knows nor cares whether that is a video or a ticker. All functions
 * here are for the main thread and none of them waits: files are opened, decoded and drawn by
 * workers, and what is not ready yet is simply not there yet.
 *
 * Kinds are rows of a table (source.c): video and audio with a worker thread each (source_av.c),
 * stills and animations (source_image.c), text, clock and QR (source_text.c), colour.
 *
 * Sound needs no calls from show/: a source that has any joins the mixer (audio.h) by itself when
 * it opens, plays exactly [started, until) at its volume, and leaves when it is closed. */
#ifndef LEDSIGN_MEDIA_SOURCE_H
#define LEDSIGN_MEDIA_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/flick.h"
#include "base/rect.h"
#include "gfx/scene.h"

struct item;
struct model;
struct source;
struct source_services; /* media/services.h: workers, fonts, mixer; one per player */

/* Most layers one source gives. */
#define SOURCE_LAYERS_MAX 16

/* Everything a source needs to know; copied at opening. */
struct source_request {
    struct model *model;     /* a reference is held while the source is open */
    const struct item *item; /* a leaf */
    struct size zone;        /* pixels to fill */
    flick_t started;         /* when the item is at its beginning */
    flick_t until;           /* end of the showing */
    flick_t first; /* the first instant that will be asked for, >= started: the start, or later when
                      joining midway */
    int volume;    /* percent of full scale */
    bool endless; /* after `until` the item follows itself again and again, every until - started */
    bool hurries; /* nothing is on screen yet: in real time a picture from shortly before `first` is
                     better than none until the right one is decoded */
};

enum source_state {
    SOURCE_OPENING, /* nothing to show yet */
    SOURCE_READY,   /* has a picture for `first` (and sound for it) */
    SOURCE_FAILED,  /* will not give (more) pictures; the reason was logged by the source; what it
                       had stays shown */
};

/* Never NULL: a source that cannot work is in state SOURCE_FAILED. */
struct source *source_open(struct source_services *services, const struct source_request *request);
/* Returns at once; the worker ends in its own time and is joined by source_services_destroy. */
void source_close(struct source **source);

enum source_state source_state(const struct source *source);

/* The layers of the item at time t, in zone coordinates (0,0 is the zone's corner), each with a
 * frame reference that is good until the next call for this source; the caller's scene takes its
 * own. Returns their number, 0 while there is nothing. The item's background is not among them.
 * *unchanged_until: before this instant another call would give the same layers. A late decoder
 * gives the newest picture it has that is not after t. */
size_t source_layers_at(struct source *source, flick_t t, struct layer layers[SOURCE_LAYERS_MAX],
                        flick_t *unchanged_until);

/* True when source_layers_at(t) gives exactly the picture for t, or the source has failed. The
 * tools that run on a virtual clock wait for this. */
bool source_is_exact_at(struct source *source, flick_t t);

/* The showing's end, volume or endlessness has changed (new plan); pictures already decoded stay.
 */
void source_retime(struct source *source, flick_t until, bool endless, int volume);

#endif
