/* trust.h: whether the system's clock can be believed, and what to go by until it can.
 *
 * A board without a clock of its own wakes up in the past, often at the moment of its last power
 * cut or in 1970, and would play yesterday's programme. So the last time that was known to be good
 * is kept in a file, the floor, and time never runs before it:
 *
 *   synchronised  network time has set the clock (the kernel says so): it is right
 *   hardware      a clock chip has, and it is not before the floor: it is right enough
 *   unknown       neither: time runs on from the floor, unless the system's clock is ahead of it
 *                 (somebody has set it by hand)
 *
 * Once good, the clock stays good until the program ends. The floor is written when the clock is
 * good and the file is an hour old (SD cards wear out), on a thread of its own and atomically. A
 * clock chip that is more than a year ahead of the floor is believed but not remembered: with an
 * empty battery they start anywhere.
 *
 * Owned by the player, which looks once in a while and tells its clock (clock_believe). Main
 * thread. */
#ifndef LEDSIGN_BASE_TRUST_H
#define LEDSIGN_BASE_TRUST_H

#include <stdbool.h>

#include "base/flick.h"

struct trust;

enum trust_state { TRUST_UNKNOWN, TRUST_HARDWARE, TRUST_SYNCHRONISED };

/* What the system says about its clock. */
struct trust_facts {
    bool synchronised;
    bool has_hardware_clock;
    flick_t wall;
};
typedef struct trust_facts trust_read(void *context);

struct trust_options {
    const char *path; /* of the floor; NULL: nothing is kept */
    trust_read *read; /* NULL: asks the kernel */
    void *context;
};

/* Reads the floor (blocking; at start) and judges for the first time. Never NULL. */
struct trust *trust_create(const struct trust_options *options);
void trust_destroy(struct trust **trust); /* waits for a write under way; NULL is fine */

/* Judges anew, and starts a write of the floor when one is due. True when the clock has become
 * good with this call. */
bool trust_look(struct trust *trust);

enum trust_state trust_state(const struct trust *trust);
const char *trust_state_name(enum trust_state state); /* "synchronised", ... */

/* The last time known to be good; 0 when there is none. */
flick_t trust_floor(const struct trust *trust);

/* The file for the floor: in $STATE_DIRECTORY (systemd), $XDG_STATE_HOME/ledsign or
 * ~/.local/state/ledsign; the folder is made. NULL when there is none; the caller frees it. */
char *trust_path(void);

#endif
