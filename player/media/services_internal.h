/* services_internal.h: what source_services has for the kinds of sources. Only media/ includes
 * this. */
#ifndef LEDSIGN_MEDIA_SERVICES_INTERNAL_H
#define LEDSIGN_MEDIA_SERVICES_INTERNAL_H

#include <pthread.h>
#include <stdbool.h>

#include "media/services.h"

/* All borrowed, good until source_services_destroy. */
struct wake *source_services_wake(struct source_services *services);
struct worker *source_services_worker(struct source_services *services); /* pictures and text */
struct fonts *source_services_fonts(struct source_services *services);   /* on that worker only */
struct audio *source_services_audio(struct source_services *services);   /* NULL: silent */
bool source_services_is_realtime(const struct source_services *services);
/* Waits until that is known or *quit (atomic) is set; any thread but the main one. */
bool source_services_wants_yuv(struct source_services *services, const bool *quit);

/* A thread of a closed source that is on its way out. *is_done is set (atomically, as its last
 * act) by the thread; afterwards it is joined and `release` is called with `self`, on the main
 * thread: at a later call of this or in source_services_destroy, which waits for it. */
void source_services_adopt(struct source_services *services, pthread_t thread, const bool *is_done,
                           void (*release)(void *self), void *self);

#endif
