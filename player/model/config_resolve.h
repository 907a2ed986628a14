/* config_resolve.h: from what a site file says to frozen items: names become pointers, files are
 * found and probed, durations computed. The second half of config.c; same threads. */
#ifndef LEDSIGN_MODEL_CONFIG_RESOLVE_H
#define LEDSIGN_MODEL_CONFIG_RESOLVE_H

#include "model/config.h"
#include "model/config_read.h"

struct hours;
struct holidays;

/* Everything that is known while a model is being built. */
struct config_builder {
    struct config_reader reader;
    struct model *model;
    const char *folder; /* of the site file */
    config_probe *probe;
    void *probe_context;
    struct holidays *holidays;
    struct schema_item defaults;
    size_t item_capacity;
    const char **playlist_names; /* by item index: the playlist an item names */
    const char *fallback_names[MODEL_ZONES_MAX];
};

/* Fills an item from its keys; false when it is none (said why). Playlists are linked later. */
bool config_build_item(struct config_builder *b, const struct schema_item *keys, struct where where,
                       struct item *item);

/* NULL text: always. false when the expression is wrong (said why). */
bool config_build_when(struct config_builder *b, const char *text, struct where where,
                       const struct hours **out);

/* NULL text: `otherwise`; so is what is no colour, after having said so. */
struct color config_color(struct config_builder *b, const char *text, struct color otherwise,
                          struct where where, const char *key);

const struct playlist *config_find_playlist(struct config_builder *b, const char *name,
                                            struct where where);

/* The existing file or folder that `name` means, in the arena, or NULL. */
const char *config_find_near(struct config_builder *b, const char *name, bool is_folder);

/* The first line of a text, cut after 40 characters, for lists of what plays. */
const char *config_title_of_text(struct config_builder *b, const char *text);

/* config_emergency.c: where the text of an emergency would be, in the arena: beside the site file,
 * unless it is absolute. */
const char *config_emergency_path(struct config_builder *b, const char *name);

/* While that file holds text: a zone above all others that shows it, and silence. After everything
 * else was read, so that nothing can name it. */
void config_add_emergency(struct config_builder *b);

void config_link_playlists(struct config_builder *b); /* nested playlists; cycles are errors */
void config_probe_media(struct config_builder *b);
void config_finish_items(struct config_builder *b); /* durations, validity, keys */

#endif
