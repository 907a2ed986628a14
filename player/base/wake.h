/* wake.h: how a worker tells a waiting thread "something of yours has changed".
 *
 * A counter with a condition variable: read the count, look at the world, and if it is not yet as
 * you want it, wait until the count moves or a limit passes. No notice is lost between looking and
 * waiting. The main thread of a playing engine uses it only to sleep until its next frame; the
 * tools that wait for pictures (snapshot, play --speed max) sleep here with a limit. */
#ifndef LEDSIGN_BASE_WAKE_H
#define LEDSIGN_BASE_WAKE_H

#include <stdbool.h>
#include <stdint.h>

struct wake;

struct wake *wake_create(void);
void wake_destroy(struct wake **wake);

void wake_notify(struct wake *wake);    /* any thread */
uint64_t wake_count(struct wake *wake); /* any thread */
/* Returns true when the count differs from `seen`, false when limit_ms passed first. */
bool wake_wait(struct wake *wake, uint64_t seen, int limit_ms);

#endif
