/* arena.h: memory for values that live and die together, such as one model.
 *
 * Allocation is a pointer bump; nothing is freed singly; everything is zeroed. Aborts on
 * exhaustion like str.h. One thread at a time while it grows; read-only sharing afterwards. */
#ifndef LEDSIGN_BASE_ARENA_H
#define LEDSIGN_BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_create(void);
void arena_destroy(struct arena **arena); /* NULL is fine; leaves NULL */

void *arena_zero(struct arena *arena, size_t count, size_t size); /* aligned for any type */
char *arena_strdup(struct arena *arena, const char *text);        /* NULL gives NULL */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
