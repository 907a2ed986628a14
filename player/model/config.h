/* config.h: from a site file to a frozen model.
 *
 * Reads the libconfig file (UTF-8; a BOM and CRLF are fine; `@include` works), checks every key
 * against the option table (schema.h), resolves paths and the cascade of defaults, asks `probe`
 * about each media file once, computes durations and validity, and freezes the result. Every
 * mistake is collected in `problems`; a mistake costs the item, entry or key it is in and nothing
 * more, so that what can be shown is shown. Blocking: loader thread and command line tools. */
#ifndef LEDSIGN_MODEL_CONFIG_H
#define LEDSIGN_MODEL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"
#include "model/problem.h"

#define CONFIG_FILE_MAX (4 * 1024 * 1024)

/* What kind of file an item expects; same meaning as enum probe_as in media/probe.h, which model/
 * may not include. */
enum config_media { CONFIG_VIDEO, CONFIG_AUDIO, CONFIG_IMAGE };

/* Finds out facts about one existing file; false with a clause in `problem`. */
typedef bool config_probe(void *context, const char *path, enum config_media as,
                          struct media_facts *facts, char *problem, size_t problem_size);

/* NULL only when the file cannot be read or parsed, or nothing in it can ever be shown; problems
 * then holds at least one error. `probe` NULL: media are taken to be fine and 10 s long (editors,
 * fuzzing). */
struct model *config_load(const char *path, config_probe *probe, void *context,
                          struct problems *problems);

/* The same from memory; `path` names it in messages and anchors relative paths. */
struct model *config_parse(const char *text, size_t length, const char *path, config_probe *probe,
                           void *context, struct problems *problems);

/* The names of the files that a site is made of, as it writes them: what it includes, and the media
 * and texts of its items, also those that are missing. For whoever looks whether one has changed or
 * come; a site that cannot be read to its end names fewer. */
struct config_name {
    char *name;
    bool is_text; /* its changes are followed by whoever shows it: only that it is there counts */
};
struct config_names {
    struct config_name *list; /* owned, freed by config_names_finish */
    size_t count;
};
void config_names_read(const char *site, struct config_names *names);
void config_names_finish(struct config_names *names);

/* The existing file that a name in a site means: beside it, or in media/ beside it or above it,
 * whichever way accents are encoded. NULL: none; the caller frees it. */
char *config_find_file(const char *site, const char *name);

/* docs/config.md, made from the option table; the caller frees it. */
char *config_document(void);

#endif
