/* config_emergency.c: the text of an emergency as an ordinary zone, entry and item of the model, so
 * that whoever knows the model knows of it: plan, snapshot, check and the player alike. */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/translate.h"
#include "model/config_resolve.h"

#define EMERGENCY_BYTES_MAX 65536
#define REPLACEMENT         "\xEF\xBF\xBD" /* U+FFFD */

static const struct color white = {255, 255, 255, 255}, red = {0xC0, 0, 0, 255};

const char *config_emergency_path(struct config_builder *b, const char *name) {
    char *path = file_join(b->folder, name);
    const char *kept = arena_strdup(b->reader.arena, path);
    free(path);
    return kept;
}

/* Whatever of it is UTF-8; an emergency is no time to be strict. */
static bool add_legible(struct str *out, const char *bytes, size_t length) {
    size_t good = 0;
    bool is_good = str_is_utf8(bytes, length, &good);
    while (!str_is_utf8(bytes, length, &good)) {
        str_add_bytes(out, bytes, good);
        str_add(out, REPLACEMENT);
        bytes += good + 1;
        length -= good + 1;
    }
    str_add_bytes(out, bytes, length);
    return is_good;
}

/* Composed, without a BOM and blanks around it, in the arena; NULL when nothing is left. */
static const char *trimmed(struct config_builder *b, char *text) {
    static const char blanks[] = " \t\r\n\f\v";
    text += strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    text += strspn(text, blanks);
    size_t length = strlen(text);
    while (length > 0 && strchr(blanks, text[length - 1]) != NULL) {
        text[--length] = 0;
    }
    utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)text);
    const char *kept =
        arena_strdup(b->reader.arena, composed != NULL ? (const char *)composed : text);
    free(composed);
    return length > 0 ? kept : NULL;
}

/* NULL when there is no emergency, or its text cannot be had (said why). */
static const char *read_text(struct config_builder *b, struct where where) {
    size_t length = 0;
    const char *why = NULL, *text = NULL;
    char *bytes = file_read(where.file, EMERGENCY_BYTES_MAX, &length, &why);
    if (bytes != NULL) {
        struct str legible = {0};
        if (!add_legible(&legible, bytes, length)) {
            problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_EMERGENCY, where, NULL,
                         "the text of the emergency is not UTF-8; save the file as UTF-8");
        }
        char *whole = str_take(&legible);
        text = trimmed(b, whole);
        free(whole);
    } else if (strcmp(why, "no such file") != 0 && strcmp(why, "no such folder") != 0) {
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_EMERGENCY, where, NULL,
                     "the text of the emergency is not shown: %s", _(why));
    }
    free(bytes);
    return text;
}

static struct item *add_item(struct config_builder *b, const char *text, struct where where) {
    struct item *item = &b->model->items[b->model->item_count];
    *item = (struct item){
        .kind = ITEM_TEXT,
        .index = (int)b->model->item_count++,
        .where = where,
        .title = config_title_of_text(b, text),
        .text = text,
        .duration = MODEL_DURATION_MAX,
        .fit = FIT_CONTAIN,
        .background = red,
        .style = {.font = "Noto Sans Bold", .color = white, .align = ALIGN_CENTER},
        .weight = 1,
        .every = 1,
    };
    return item;
}

void config_add_emergency(struct config_builder *b) {
    struct model *model = b->model;
    struct where where = {model->screen.emergency, 1};
    const char *text = where.file != NULL ? read_text(b, where) : NULL;
    if (text == NULL || model->screen.size.w == 0) {
        return;
    }
    problems_add(b->reader.problems, SEVERITY_WARNING, WARNING_EMERGENCY, where, NULL,
                 "an emergency covers the screen as long as this file holds text");
    struct playlist *playlist = &model->playlists[model->playlist_count++];
    playlist->name = "emergency";
    playlist->where = where;
    playlist->items = arena_zero(b->reader.arena, 1, sizeof *playlist->items);
    playlist->items[playlist->item_count++] = add_item(b, text, where);
    struct zone *zone = &model->zones[model->zone_count];
    *zone = (struct zone){.name = "emergency",
                          .index = (int)model->zone_count++,
                          .area_on_canvas = {0, 0, model->screen.size.w, model->screen.size.h},
                          .background = red,
                          .where = where};
    model->entries[model->entry_count] = (struct entry){.index = (int)model->entry_count,
                                                        .zone = zone,
                                                        .playlist = playlist,
                                                        .volume = -1,
                                                        .where = where};
    model->entry_count++;
    model->screen.volume = 0; /* silence beneath */
}
