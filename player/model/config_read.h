/* config_read.h: libconfig settings into the structs of schema.h, with every mistake named.
 *
 * The only door to libconfig besides config.c. Loader thread and command line tools. */
#ifndef LEDSIGN_MODEL_CONFIG_READ_H
#define LEDSIGN_MODEL_CONFIG_READ_H

#include <libconfig.h>

#include "model/problem.h"
#include "model/schema.h"

struct arena;

struct config_reader {
    struct arena *arena;
    struct problems *problems;
    const char *path; /* of the site file: settings of included files name their own */
};

/* The path of an included file, which is written relative to the site file's folder; the caller
 * frees it. */
char *config_included_path(const char *site, const char *file);

/* Whether libconfig may read the text and what it includes: it opens included files without limits,
 * also devices, and recurses where brackets are nested. false after having said what is wrong. */
bool config_text_is_sane(const char *text, const char *site, struct problems *problems);

struct where config_where(const struct config_reader *reader, const config_setting_t *setting);

/* Fills `target` (the schema's struct) from a group. A value of the wrong type or range is named
 * and left out. With only_defaults, keys that are not item defaults are passed over. Keys in
 * `others` (NULL terminated, may be NULL) belong to somebody else. */
void config_read_group(const struct config_reader *reader, const config_setting_t *group,
                       const struct schema *schema, bool only_defaults, const char *const *others,
                       void *target);

/* "did you mean “main”?" in the arena, NULL for NULL. */
const char *config_hint(const struct config_reader *reader, const char *nearest);

/* A text setting as valid UTF-8 in NFC, in the arena; NULL after having said what is wrong. */
const char *config_read_text(const struct config_reader *reader, const config_setting_t *setting);

#endif
