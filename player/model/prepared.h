/* prepared.h: which files a site would rather play than the ones it names, and the list of those
 * there are.
 *
 * `ledsign prepare` makes, once, versions of videos and pictures that have the size at which they
 * are shown. This is the pure part of it. The *wish*: what a media file should become, from the
 * zones in which its items are shown (the largest counts, per side, so that no zone loses pixels)
 * and the rate of the canvas; never larger, never faster than the file itself. The *list*: one row
 * for each wish that was looked into, kept as text beside the prepared files. A row is found by the
 * source's path, size and time of change, so that playing never has to read a source to know what
 * has been prepared from it (docs/adr/0006-prepared-files.md).
 *
 * Pure; any thread. Rows own their texts. */
#ifndef LEDSIGN_MODEL_PREPARED_H
#define LEDSIGN_MODEL_PREPARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "base/flick.h"
#include "base/rect.h"

struct media;
struct media_facts;
struct model;

#define PREPARED_FOLDER    ".ledsign/prepared" /* beside the site file */
#define PREPARED_LIST      "list.txt"
#define PREPARED_LIST_MAX  (8 * 1024 * 1024) /* bytes of the list */
#define PREPARED_ROWS_MAX  4000
#define PREPARED_NAME_SIZE 48 /* of a prepared file, with its NUL */

/* What a file should become. size 0x0: it is shown nowhere, or cannot be prepared. */
struct prepared_wish {
    struct size size; /* of the whole picture, upright, in pixels of the canvas */
    struct ratio rate;
    int64_t frames; /* that cover one round; 1 for a still */
};

/* One wish for each of model->media. */
void prepared_wishes(const struct model *model, struct prepared_wish *wishes);

/* The wish for a file that is shown `shown` large on a canvas of this rate. */
struct prepared_wish prepared_wish_of(const struct media_facts *facts, struct size shown,
                                      struct ratio canvas_rate);

/* A still is worth it only when at least a quarter of its pixels is never seen. */
bool prepared_is_worth_it(const struct media_facts *facts, const struct prepared_wish *wish);

/* A guess for people and for the space on the disk. */
int64_t prepared_bytes_guess(const struct media_facts *facts, const struct prepared_wish *wish);

enum prepared_state {
    PREPARED_READY,  /* `name` is to be played instead */
    PREPARED_KEPT,   /* the source is right as it is */
    PREPARED_FAILED, /* could not be made; not tried again until the source changes */
};

struct prepared_row {
    enum prepared_state state;
    struct prepared_wish wish;
    int64_t source_size;
    int64_t source_mtime_ns;
    char hash[65];                 /* SHA-256 of the source, in hexadecimal digits */
    char name[PREPARED_NAME_SIZE]; /* in the folder; "-" unless PREPARED_READY */
    char codec[8];                 /* FFmpeg's name; "-" unless PREPARED_READY */
    int64_t bytes;                 /* of the prepared file */
    char *site;                    /* the site file's name that last wanted it */
    char *source;                  /* seen from the site's folder: "../../media/dance.mp4" */
};

struct prepared_list {
    struct prepared_row *rows;
    size_t count;
};

/* Lines that make no sense are left out: what they spoke of is prepared again. */
void prepared_list_parse(struct prepared_list *list, const char *text);
char *prepared_list_format(const struct prepared_list *list); /* the caller frees it */
void prepared_list_finish(struct prepared_list *list);

/* The row about this version of a source and this wish, or NULL. */
const struct prepared_row *prepared_list_find(const struct prepared_list *list, const char *source,
                                              const struct file_identity *identity,
                                              const struct prepared_wish *wish);
/* Adds a copy; replaces what there was for the same source and wish. */
void prepared_list_put(struct prepared_list *list, const struct prepared_row *row);
void prepared_list_remove(struct prepared_list *list, size_t index);

/* Whether a path can stand in the list. */
bool prepared_can_list(const char *source);

/* <folder of the site>/.ledsign/prepared; the caller frees it. */
char *prepared_folder(const char *site_path);
/* How the list calls a path: seen from the site's folder, so that both may move together. Both are
 * absolute and without links or dots; the caller frees it. */
char *prepared_source_name(const char *site_folder, const char *path);

/* Facts of the prepared file, as far as they differ from its source's: what is scheduled from
 * (size, duration) stays, what the decoder meets changes. */
void prepared_change_facts(struct media_facts *facts, const struct prepared_row *row);

#endif
