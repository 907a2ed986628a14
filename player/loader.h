/* loader.h: makes models on a thread of its own, at start, on request and when a file changes.
 *
 * The main thread asks (loader_request, never waits) and collects (loader_take). Between requests
 * the loader looks every `look_ms` whether the site file, a file that it includes or a media or
 * text file that it names has changed, has gone or has come; a change that has been stable for one
 * look makes a new model, so a file that is still being copied is not read half way. Owned by the
 * player; destroying joins the thread. */
#ifndef LEDSIGN_LOADER_H
#define LEDSIGN_LOADER_H

#include <stdbool.h>

#include "model/problem.h"
#include "player.h"

#define LOADER_LOOK_MS 2000

struct loader;
struct wake;

struct loader *loader_create(const char *path, player_load *load, struct wake *wake, int look_ms);
void loader_destroy(struct loader **loader);

void loader_request(struct loader *loader);

/* True when a load has finished since the last call: *model is the new model (the caller's
 * reference) or NULL when nothing in the site can be shown, *problems is the caller's to finish. */
bool loader_take(struct loader *loader, struct model **model, struct problems *problems);

#endif
