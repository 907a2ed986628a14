/* probe_cache.h: what was found out about media files, kept for as long as the player runs.
 *
 * A site is loaded again whenever one of its files changes, and while its media are being prepared
 * once for each of them; only files that are not what they were (path, size, time of change) are
 * looked into again. Files that cannot be played are: the disk may have been slow. Owned by the
 * loader; its thread only. */
#ifndef LEDSIGN_MEDIA_PROBE_CACHE_H
#define LEDSIGN_MEDIA_PROBE_CACHE_H

#include "media/probe.h"

struct probe_cache;

struct probe_cache *probe_cache_create(void);
void probe_cache_destroy(struct probe_cache **cache); /* NULL is fine; leaves NULL */

/* As probe_file, which it calls for what it does not know; NULL: knows nothing. */
bool probe_cache_file(struct probe_cache *cache, const char *path, enum probe_as as,
                      struct media_facts *facts, char *problem, size_t problem_size);
/* A site has been loaded: forgets what was not asked for since the last call. */
void probe_cache_sweep(struct probe_cache *cache);

#endif
