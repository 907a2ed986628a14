/* player.h: a site on a screen: the loop, and what it is given.
 *
 * player_run owns every thread and returns when the time is over, the window is closed or a signal
 * asks for it. The site is loaded on a thread of its own, at start and whenever one of its files
 * changes (looked at every 2 s) or SIGHUP comes; until a new model is ready and good, the old one
 * plays on. Main thread. */
#ifndef LEDSIGN_PLAYER_H
#define LEDSIGN_PLAYER_H

#include <stdbool.h>

#include "base/clock.h"
#include "output/output.h"

struct canvas;
struct model;
struct probe_cache;
struct problems;

/* Loads the site (blocking; called on the loader thread) and collects what is wrong with it.
 * `known` is what earlier calls have found out about media. */
typedef struct model *player_load(const char *path, struct probe_cache *known,
                                  struct problems *problems);
typedef void player_say_problems(const struct problems *problems);

struct player_options {
    const char *path; /* of the site file */
    player_load *load;
    player_say_problems *say;
    enum output_display display;
    enum output_renderer renderer;
    bool is_virtual; /* --speed max: every frame of the canvas, as fast as they can be made */
    double speed;
    const char *at;           /* start the clock there: ISO 8601; NULL: now */
    flick_t duration;         /* 0: for ever */
    const char *stats_path;   /* JSON of frame timing on exit, or NULL */
    const char *picture_path; /* picture of the screen kept fresh; NULL: only offscreen, in a folder
                                 of its own */
    const char *sound_path;   /* virtual clock: record the sound there, as WAV; or NULL */
    /* Called after each present with what is on screen and its instant; or NULL. For tests. */
    void (*on_present)(void *context, struct canvas *canvas, flick_t t);
    void *on_present_context;
    bool is_quiet; /* no line for each change */
    bool silent;   /* no sound at all */
};

/* The exit status of `play`: 0, or 1 when nothing could be shown (any more) or what it was asked to
 * write could not be written. */
int player_run(const struct player_options *options);

#endif
