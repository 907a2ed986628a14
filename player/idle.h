/* idle.h: prepare = "idle": the site's media are prepared while it plays.
 *
 * A child process, `ledsign prepare --idle`, so that what it needs of memory is gone when it is
 * done, and so that the kernel gives it only the time that nobody else wants (SCHED_IDLE, idle I/O
 * class). It is started when a site has been loaded; the loader sees each file that becomes ready.
 * It ends with the player. Main thread; nothing here waits but idle_finish, 2 s at most. */
#ifndef LEDSIGN_IDLE_H
#define LEDSIGN_IDLE_H

#include <stdbool.h>
#include <sys/types.h>

struct idle {
    pid_t child; /* 0: none */
    bool is_due; /* a site has been loaded since the last start */
};

/* Called in every round of the loop; `wanted`: the site asks for it. */
void idle_look(struct idle *idle, const char *site_path, bool wanted);
void idle_finish(struct idle *idle);

#endif
