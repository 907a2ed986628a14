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

/* The text of a site file as settings of `config`, which the caller has initialised and destroys;
 * false after having said what is wrong. libconfig opens included files without limits, also
 * devices, and recurses where brackets are nested, so everything is looked through before.
 * `included` receives the names of included files; may be NULL. */
struct config_names;
bool config_read_settings(config_t *config, const char *text, size_t length, const char *site,
                          struct config_names *included, struct problems *problems);
void config_names_add(struct config_names *names, const char *name, bool is_text);

struct where config_where(const struct config_reader *reader, const config_setting_t *setting);

/* Fills `target` (the schema's struct) from a group. A value of the wrong type or range is named
 * and left out. With only_defaults, keys that are not item defaults are passed over. The item
 * defaults of `also` (may be NULL) may stand in the group too and are somebody else's to read. */
void config_read_group(const struct config_reader *reader, const config_setting_t *group,
                       const struct schema *schema, bool only_defaults, const struct schema *also,
                       void *target);

/* "did you mean “main”?" in the arena, NULL for NULL. */
const char *config_hint(const struct config_reader *reader, const char *nearest);

/* A text setting as valid UTF-8 in NFC, in the arena; NULL after having said what is wrong. */
const char *config_read_text(const struct config_reader *reader, const config_setting_t *setting);

#endif
