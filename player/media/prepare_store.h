/* prepare_store.h: the folder of prepared files beside a site, and its list.
 *
 * Everything in it can be made again: losing it costs time, never the programme. A file comes into
 * it by being written under a temporary name (".part"), flushed and renamed, and only then enters
 * the list, which is replaced in the same way; a power cut leaves what was there before, and at
 * most an unlisted whole file that the next run takes up, or a ".part" that it removes. File names
 * are hashes of the source's content and of everything that decides the result, so two sites or two
 * copies of a source share one file. One writer at a time (a lock file); readers need no lock.
 *
 * Blocking: loader thread and command line tools. */
#ifndef LEDSIGN_MEDIA_PREPARE_STORE_H
#define LEDSIGN_MEDIA_PREPARE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/prepared.h"

struct model;

struct prepare_store {
    char *site_path;
    char *site_folder; /* absolute, without links */
    char *folder;
    struct prepared_list list;
    int lock; /* descriptor, -1: opened for reading only */
};

/* Reads the list; an absent folder is an empty one. For writing, the folder is made, locked, and
 * what an interrupted run left is removed; false after having said what is wrong. */
bool prepare_store_open(struct prepare_store *store, const char *site_path, bool for_writing);
void prepare_store_close(struct prepare_store *store);
bool prepare_store_save(struct prepare_store *store); /* the list; false after having said why */

/* The row about this media file as it is now, or NULL. A row whose file has gone is as good as
 * none. */
const struct prepared_row *prepare_store_find(const struct prepare_store *store,
                                              const struct media *media,
                                              const struct prepared_wish *wish);
/* A row for it, to be filled further and put into the list; the caller frees `source`. False when
 * its name cannot be listed. */
bool prepare_store_row(const struct prepare_store *store, const struct media *media,
                       const struct prepared_wish *wish, struct prepared_row *row);

char *prepare_store_path(const struct prepare_store *store, const char *name);
/* Bytes that may still be written: what is free, less what is left to others. */
int64_t prepare_store_space(const struct prepare_store *store);
/* Puts a finished temporary file in its place, flushed to the medium. */
bool prepare_store_commit(const struct prepare_store *store, const char *temporary,
                          const char *name);
/* Removes rows of this site that it does not want any more, rows of sites that are gone, and files
 * that no row names. Gives the bytes that became free, or would with `only_count`. */
int64_t prepare_store_prune(struct prepare_store *store, const struct model *model, bool only_count,
                            int *files);

/* SHA-256 of a file in hexadecimal digits; false when it cannot be read or *quit is set. */
bool prepare_hash_file(const char *path, const bool *quit, char out[65]);
void prepare_hash_text(const char *text, char out[65]);

/* What playing knows about it. */
struct prepare_used {
    int wanted;     /* files that a prepared version would serve */
    int ready;      /* that have one */
    int missing;    /* that have none and were not found right as they are */
    char names[96]; /* of some that are missing */
};

/* Lets every media file that has a prepared version be opened under it (media->path), with the
 * facts that the decoder meets. What is scheduled from has been computed before and stays. Called
 * between config_load and the first use. */
void prepare_use(struct model *model, struct prepare_used *used);

#endif
