/* file.h: bounded reads, atomic writes, and what identifies a version of a file.
 *
 * A write goes to a temporary name beside the target, is flushed to the medium and renamed, so a
 * power cut leaves the old or the new file and never half of one. Blocking: workers, start-up and
 * command line tools only, never the main thread of a running player. */
#ifndef LEDSIGN_BASE_FILE_H
#define LEDSIGN_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two equal identities: the same content, as far as the file system can tell. */
struct file_identity {
    int64_t size;
    int64_t mtime_ns;
    uint64_t inode;
};

bool file_identify(const char *path,
                   struct file_identity *out); /* false: not a readable regular file */
/* Why file_identify says no: a borrowed phrase. */
const char *file_why_unreadable(const char *path);
bool file_identity_equal(const struct file_identity *a, const struct file_identity *b);

/* Whole file, NUL terminated (the NUL is not counted); the caller frees it. NULL when it cannot be
 * read or is larger than `limit` bytes; *why is then a borrowed phrase ("no such file", "it is
 * larger than allowed"). */
char *file_read(const char *path, size_t limit, size_t *length, const char **why);

/* Writes atomically; false with *why set (borrowed phrase: "no such folder") when it could not. */
bool file_write(const char *path, const void *bytes, size_t length, const char **why);
/* Whether that would work now, as far as can be told without writing. */
bool file_can_write(const char *path, const char **why);

/* Joins with one slash; an absolute `name` wins. The caller frees it. */
char *file_join(const char *folder, const char *name);
/* A file that outlives the player: in $STATE_DIRECTORY (systemd), $XDG_STATE_HOME/ledsign or
 * ~/.local/state/ledsign; the folder is made. NULL when there is none; the caller frees it. */
char *file_in_state_folder(const char *name);
char *file_folder(const char *path);     /* "." where there is none; the caller frees it */
const char *file_name(const char *path); /* the part after the last slash; borrowed */

#endif
