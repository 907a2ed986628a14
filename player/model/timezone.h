/* timezone.h: local time of one place, without touching the process's TZ.
 *
 * Reads the system's TZif files (RFC 8536, version 2+ with its POSIX footer for the years beyond
 * the table), so several places can be computed side by side and the result does not depend on
 * the environment. Loading does I/O (start-up and loader thread only); everything else is pure. */
#ifndef LEDSIGN_MODEL_TIMEZONE_H
#define LEDSIGN_MODEL_TIMEZONE_H

#include <stdbool.h>
#include <stdint.h>

struct timezone_;

/* A reading of the wall clock; no zone of its own. */
struct civil {
    int year;
    int month; /* 1-12 */
    int day;   /* 1-31 */
    int hour;  /* 0-23 */
    int minute;
    int second;
};

/* `name` is an IANA name such as "Asia/Ho_Chi_Minh"; NULL is the system's zone (TZ, then
 * /etc/localtime, then UTC). NULL with *why (a borrowed clause) when there is no such zone. */
struct timezone_ *timezone_load(const char *name, const char **why);
void timezone_destroy(struct timezone_ **zone);

/* Seconds east of UTC at an instant (POSIX seconds). */
int32_t timezone_offset_at(const struct timezone_ *zone, int64_t utc_s);

struct civil timezone_civil_at(const struct timezone_ *zone, int64_t utc_s);

/* The instant at which the local clock shows `local_s` (seconds since 1970-01-01 00:00 by that
 * clock). A reading that the clock skips gives the first valid instant after the gap; one that
 * occurs twice gives its first occurrence. Monotonic. */
int64_t timezone_instant(const struct timezone_ *zone, int64_t local_s);

#endif
