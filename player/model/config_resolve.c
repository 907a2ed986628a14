#include "model/config_resolve.h"

#include <dirent.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/translate.h"
#include "model/hours.h"

#define MISSING_MIN      (FLICKS_PER_SECOND / 5)
#define DEFAULT_DURATION (10 * FLICKS_PER_SECOND)
#define FOLDERS_UP_MAX   16

static bool exists(const char *path, bool is_folder) {
    struct stat info;
    return stat(path, &info) == 0 && (is_folder ? S_ISDIR(info.st_mode) : !S_ISDIR(info.st_mode));
}

/* A name as it is written and, where they differ, with its accents composed and decomposed: file
 * systems keep what they were given, and a stick that was filled on a Mac has the latter. */
struct spellings {
    char *list[3];
    int count;
};

static void add_spelling(struct spellings *spellings, char *name) {
    for (int i = 0; name != NULL && i < spellings->count; i++) {
        if (strcmp(spellings->list[i], name) == 0) {
            free(name);
            name = NULL;
        }
    }
    if (name != NULL) {
        spellings->list[spellings->count++] = name;
    }
}

static struct spellings spellings_of(const char *name) {
    struct spellings spellings = {0};
    add_spelling(&spellings, mem_strdup(name));
    add_spelling(&spellings, (char *)utf8proc_NFC((const utf8proc_uint8_t *)name));
    add_spelling(&spellings, (char *)utf8proc_NFD((const utf8proc_uint8_t *)name));
    return spellings;
}

static char *try_folder(const char *folder, const struct spellings *spellings, bool is_folder) {
    for (int i = 0; i < spellings->count; i++) {
        char *path = file_join(folder, spellings->list[i]);
        if (exists(path, is_folder)) {
            return path;
        }
        free(path);
    }
    return NULL;
}

/* Beside the site; then folders above it, files in media/ there. The caller frees it. */
static char *find_near(const char *site_folder, const char *name, bool is_folder) {
    struct spellings spellings = spellings_of(name);
    struct str folder = {0};
    str_add(&folder, site_folder);
    char *found = try_folder(site_folder, &spellings, is_folder);
    for (int i = 0; i < FOLDERS_UP_MAX && found == NULL && name[0] != '/'; i++) {
        char *media = is_folder ? mem_strdup(folder.text) : file_join(folder.text, "media");
        found = try_folder(media, &spellings, is_folder);
        free(media);
        str_add(&folder, "/..");
    }
    str_finish(&folder);
    for (int i = 0; i < spellings.count; i++) {
        free(spellings.list[i]);
    }
    return found;
}

const char *config_find_near(struct config_builder *b, const char *name, bool is_folder) {
    char *found = find_near(b->folder, name, is_folder);
    const char *kept = arena_strdup(b->reader.arena, found);
    free(found);
    return kept;
}

char *config_find_file(const char *site, const char *name) {
    char *folder = file_folder(site);
    char *found = find_near(folder, name, false);
    free(folder);
    return found;
}

/* The name in `folder` that is most like the missing one. */
static const char *nearest_in_folder(struct config_builder *b, const char *folder,
                                     const char *name) {
    DIR *listing = opendir(folder);
    const char *best = NULL;
    int limit = (int)(strlen(name) + 2) / 3;
    for (int seen = 0; listing != NULL && seen < 5000; seen++) {
        const struct dirent *one = readdir(listing);
        if (one == NULL) {
            break;
        }
        int distance = str_distance(name, one->d_name, limit);
        if (one->d_name[0] != '.' && distance <= limit && (best == NULL || distance < limit)) {
            best = arena_strdup(b->reader.arena, one->d_name);
            limit = distance;
        }
    }
    if (listing != NULL) {
        closedir(listing);
    }
    return best;
}

static const char *suggest_file(struct config_builder *b, const char *name) {
    const char *media = config_find_near(b, "media", true);
    const char *nearest = nearest_in_folder(b, b->folder, file_name(name));
    if (nearest == NULL && media != NULL) {
        nearest = nearest_in_folder(b, media, file_name(name));
    }
    return config_hint(&b->reader, nearest);
}

static struct media *use_media(struct config_builder *b, const char *name, enum config_media as,
                               struct where where) {
    const char *path = config_find_near(b, name, false);
    const char *kept = path != NULL ? path : arena_strdup(b->reader.arena, name);
    for (size_t i = 0; i < b->model->media_count; i++) {
        if (strcmp(b->model->media[i].path, kept) == 0 && b->model->media[i].expected == (int)as) {
            return &b->model->media[i];
        }
    }
    struct media *media = &b->model->media[b->model->media_count++];
    *media = (struct media){.name = name,
                            .path = kept,
                            .state = path != NULL ? MEDIA_OK : MEDIA_MISSING,
                            .expected = (int)as,
                            .where = where};
    if (path == NULL) {
        media->problem = "no such file";
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_MEDIA_MISSING, where,
                     suggest_file(b, name), "%s: no such file beside the site file or in media/",
                     name);
    }
    return media;
}

static void probe_one(struct config_builder *b, struct media *media) {
    char problem[256] = "";
    if (media->state != MEDIA_OK) {
        return;
    }
    if (b->probe == NULL) {
        media->facts = (struct media_facts){.has_video = media->expected != CONFIG_AUDIO,
                                            .has_audio = media->expected != CONFIG_IMAGE,
                                            .is_still = media->expected == CONFIG_IMAGE,
                                            .duration = DEFAULT_DURATION};
        return;
    }
    if (!file_identify(media->path, &media->identity)) {
        snprintf(problem, sizeof problem, "%s", file_why_unreadable(media->path));
    } else if (b->probe(b->probe_context, media->path, (enum config_media)media->expected,
                        &media->facts, problem, sizeof problem)) {
        if (media->facts.missing > MISSING_MIN) {
            problems_add(b->reader.problems, SEVERITY_WARNING, WARNING_MEDIA_CUT, media->where,
                         NULL, "the last %.1f s of %s are missing; copy it again",
                         flick_to_seconds(media->facts.missing), media->name);
        }
        return;
    }
    media->state = MEDIA_UNPLAYABLE;
    media->problem = arena_strdup(b->reader.arena, problem);
    problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_MEDIA_UNPLAYABLE, media->where, NULL,
                 "%s cannot be played: %s", media->name, _(problem));
}

void config_probe_media(struct config_builder *b) {
    for (size_t i = 0; i < b->model->media_count; i++) {
        probe_one(b, &b->model->media[i]);
    }
}

bool config_build_when(struct config_builder *b, const char *text, struct where where,
                       const struct hours **out) {
    struct hours_problem problem = {0};
    const char *canonical = NULL;
    struct str hint = {0};
    *out = NULL;
    if (text == NULL) {
        return true;
    }
    struct hours *hours = hours_parse(b->reader.arena, text, &problem, &canonical);
    if (hours == NULL) {
        if (problem.suggestion[0] != 0) {
            str_addf(&hint, _("did you mean \"%s\"?"), problem.suggestion);
        }
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_WHEN, where, hint.text,
                     "when = \"%s\", column %d: %s", text, problem.column, problem.text);
        str_finish(&hint);
        return false;
    }
    if (hours_needs_location(hours) && !b->model->screen.has_location) {
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_WHEN, where,
                     _("give the screen its location, like location = [ 21.03, 105.85 ]"),
                     _("when = \"%s\" names the sun, and nobody knows where the screen is"), text);
        return false;
    }
    if (canonical != NULL && strcmp(canonical, text) != 0 && problem.text[0] != 0) {
        str_addf(&hint, _("write it as \"%s\""), canonical);
        problems_add(b->reader.problems, SEVERITY_WARNING, WARNING_WHEN_SPELLING, where, hint.text,
                     "when = \"%s\": %s", text, problem.text);
        str_finish(&hint);
    }
    *out = hours;
    return true;
}

const struct playlist *config_find_playlist(struct config_builder *b, const char *name,
                                            struct where where) {
    size_t count = b->model->playlist_count;
    const char **names = mem_zero(count, sizeof *names);
    const struct playlist *found = NULL;
    for (size_t i = 0; i < count; i++) {
        names[i] = b->model->playlists[i].name;
        if (strcmp(names[i], name) == 0) {
            found = &b->model->playlists[i];
        }
    }
    if (found == NULL) {
        const char *nearest = str_nearest(name, names, count);
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_PLAYLIST, where,
                     config_hint(&b->reader, nearest), "there is no playlist \"%s\"", name);
    }
    free(names);
    return found;
}

/* The keys that decide what an item is; the first that is given wins. */
struct kind_row {
    enum item_kind kind;
    const char *name;
    size_t offset;
};
static const struct kind_row kinds[] = {
    {ITEM_VIDEO, "video", offsetof(struct schema_item, video)},
    {ITEM_AUDIO, "audio", offsetof(struct schema_item, audio)},
    {ITEM_IMAGE, "image", offsetof(struct schema_item, image)},
    {ITEM_TEXT, "text", offsetof(struct schema_item, text)},
    {ITEM_CLOCK, "clock", offsetof(struct schema_item, clock)},
    {ITEM_QR, "qr", offsetof(struct schema_item, qr)},
    {ITEM_PLAYLIST, "playlist", offsetof(struct schema_item, playlist)},
    {ITEM_TEXT, "file", offsetof(struct schema_item, file)},
    {ITEM_COLOR, "color", offsetof(struct schema_item, color)},
};

static const char *value_of(const struct schema_item *keys, const struct kind_row *row) {
    return *(const char *const *)((const char *)keys + row->offset);
}

static const struct kind_row *kind_of(struct config_builder *b, const struct schema_item *keys,
                                      struct where where) {
    const struct kind_row *found = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct kind_row *row = &kinds[i];
        if (value_of(keys, row) == NULL) {
            continue;
        }
        bool belongs_to_it =
            found != NULL && (row->kind == ITEM_COLOR || row->kind == ITEM_TEXT ||
                              (found->kind == ITEM_AUDIO && row->kind == ITEM_IMAGE));
        if (found == NULL) {
            found = row;
        } else if (!belongs_to_it) {
            problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_ITEM_KIND, where, NULL,
                         "the item is both \"%s\" and \"%s\"; make it two items", found->name,
                         row->name);
        }
    }
    if (found == NULL) {
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_ITEM_KIND, where, NULL,
                     "the item shows nothing; give it video, audio, image, text, clock, qr, color "
                     "or playlist");
    }
    return found;
}

struct color config_color(struct config_builder *b, const char *text, struct color otherwise,
                          struct where where, const char *key) {
    struct color color = otherwise;
    if (text != NULL && !color_parse(text, &color)) {
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_COLOR, where, NULL,
                     "\"%s\" is \"%s\", which is not a colour; write it like \"#003366\"", key,
                     text);
    }
    return color;
}

const char *config_title_of_text(struct config_builder *b, const char *text) {
    size_t length = strcspn(text, "\n"), characters = 0, at = 0;
    while (at < length && characters < 40) {
        at++;
        while (at < length && ((unsigned char)text[at] & 0xC0) == 0x80) {
            at++;
        }
        characters++;
    }
    return arena_printf(b->reader.arena, "\"%.*s%s\"", (int)at, text, at < strlen(text) ? "…" : "");
}

static const char *title_of(struct config_builder *b, const struct schema_item *keys,
                            const struct kind_row *kind) {
    const char *value = value_of(keys, kind);
    switch (kind->kind) {
    case ITEM_VIDEO:
    case ITEM_AUDIO:
    case ITEM_IMAGE:
        return file_name(value);
    case ITEM_TEXT:
        return keys->file == NULL ? config_title_of_text(b, keys->text) : file_name(keys->file);
    case ITEM_CLOCK:
        return "clock";
    case ITEM_QR:
        return arena_printf(b->reader.arena, "QR %s", value);
    case ITEM_COLOR:
    case ITEM_PLAYLIST:
        break;
    }
    return value;
}

static void build_content(struct config_builder *b, const struct schema_item *keys,
                          struct where where, struct item *item) {
    static const struct color white = {255, 255, 255, 255}, black = {0, 0, 0, 255};
    if (item->kind == ITEM_VIDEO || item->kind == ITEM_AUDIO || item->kind == ITEM_IMAGE) {
        static const enum config_media as[] = {
            [ITEM_VIDEO] = CONFIG_VIDEO, [ITEM_AUDIO] = CONFIG_AUDIO, [ITEM_IMAGE] = CONFIG_IMAGE};
        const char *name = item->kind == ITEM_VIDEO   ? keys->video
                           : item->kind == ITEM_AUDIO ? keys->audio
                                                      : keys->image;
        item->media = use_media(b, name, as[item->kind], where);
        item->still = item->kind == ITEM_AUDIO && keys->image != NULL
                          ? use_media(b, keys->image, CONFIG_IMAGE, where)
                          : NULL;
    }
    item->text = item->kind == ITEM_CLOCK ? keys->clock
                 : item->kind == ITEM_QR  ? keys->qr
                                          : keys->text;
    if (keys->file != NULL) {
        item->text_file = config_find_near(b, keys->file, false);
        if (item->text_file == NULL) {
            problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_MEDIA_MISSING, where,
                         suggest_file(b, keys->file),
                         "%s: no such file beside the site file or in media/", keys->file);
        }
    }
    item->color =
        config_color(b, keys->color, item->kind == ITEM_COLOR ? black : white, where, "color");
    item->style = (struct text_style){
        .font = keys->font,
        .size_px = keys->size,
        .color = item->color,
        .outline_px = keys->outline,
        .outline_color = config_color(b, keys->outline_color, black, where, "outline_color"),
        .align = (enum align)keys->align,
        .scroll_px_per_s = keys->scroll,
    };
}

bool config_build_item(struct config_builder *b, const struct schema_item *keys, struct where where,
                       struct item *item) {
    const struct kind_row *kind = kind_of(b, keys, where);
    if (kind == NULL || !config_build_when(b, keys->when, where, &item->when)) {
        return false;
    }
    item->kind = kind->kind;
    item->where = where;
    item->title = keys->title != NULL ? keys->title : title_of(b, keys, kind);
    build_content(b, keys, where, item);
    item->duration = flick_from_seconds(keys->duration);
    item->fit = (enum fit)keys->fit;
    item->transition = (enum transition)keys->transition;
    item->transition_time =
        item->transition == TRANSITION_CUT ? 0 : flick_from_seconds(keys->transition_time);
    item->volume = keys->volume;
    item->background = config_color(b, keys->background, (struct color){0}, where, "background");
    item->weight = keys->weight;
    item->every = keys->every;
    item->share = keys->share;
    item->max_per_hour = keys->max_per_hour;
    item->shuffle = keys->shuffle;
    b->playlist_names[item->index] = kind->kind == ITEM_PLAYLIST ? keys->playlist : NULL;
    return true;
}

/* Depth first; `path` is the chain of playlists being visited. A cycle is cut where it closes. */
static void cut_cycles(struct config_builder *b, const struct playlist *playlist,
                       const struct playlist **path, size_t depth, char *state) {
    size_t index = (size_t)(playlist - b->model->playlists);
    path[depth] = playlist;
    state[index] = 1;
    for (size_t i = 0; i < playlist->item_count; i++) {
        struct item *item = playlist->items[i];
        if (item->playlist == NULL) {
            continue;
        }
        char next = state[item->playlist - b->model->playlists];
        if (next == 0) {
            cut_cycles(b, item->playlist, path, depth + 1, state);
        } else if (next == 1) {
            struct str chain = {0};
            size_t first = depth;
            while (first > 0 && path[first] != item->playlist) {
                first--;
            }
            for (size_t k = first; k <= depth; k++) {
                str_addf(&chain, "\"%s\" -> ", path[k]->name);
            }
            problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_CYCLE, item->where, NULL,
                         "playlists contain each other: %s\"%s\"; take one of them out",
                         str_text(&chain), item->playlist->name);
            str_finish(&chain);
            item->playlist = NULL;
        }
    }
    state[index] = 2;
}

void config_link_playlists(struct config_builder *b) {
    size_t count = b->model->playlist_count;
    for (size_t i = 0; i < b->model->item_count; i++) {
        struct item *item = &b->model->items[i];
        if (item->kind == ITEM_PLAYLIST) {
            item->playlist = config_find_playlist(b, b->playlist_names[i], item->where);
        }
    }
    char *state = mem_zero(count, 1);
    const struct playlist **path = mem_zero(count + 1, sizeof *path);
    for (size_t i = 0; i < count; i++) {
        if (state[i] == 0) {
            cut_cycles(b, &b->model->playlists[i], path, 0, state);
        }
    }
    free(path);
    free(state);
}

static flick_t own_length(const struct item *item) {
    bool has_length =
        item->media != NULL && item->kind != ITEM_IMAGE && item->media->facts.duration > 0;
    return has_length ? item->media->facts.duration : DEFAULT_DURATION;
}

static flick_t bounded(flick_t duration) {
    return duration < MODEL_DURATION_MIN   ? MODEL_DURATION_MIN
           : duration > MODEL_DURATION_MAX ? MODEL_DURATION_MAX
                                           : duration;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): all bytes are set */
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001B3);
    }
    return hash;
}

static uint64_t mix_text(uint64_t hash, const char *text) {
    return mix(hash, text != NULL ? text : "\1", (text != NULL ? strlen(text) : 1) + 1);
}

static uint64_t mix_media(uint64_t hash, const struct media *media) {
    if (media == NULL) {
        return mix_text(hash, NULL);
    }
    hash = mix_text(hash, media->path);
    hash = mix(hash, &media->identity.size, sizeof media->identity.size);
    return mix(hash, &media->identity.mtime_ns, sizeof media->identity.mtime_ns);
}

/* FNV-1a over everything that decides what is seen and heard. */
static uint64_t key_of(const struct item *item) {
    int numbers[] = {(int)item->kind,        (int)item->fit,         item->style.size_px,
                     item->style.outline_px, (int)item->style.align, item->style.scroll_px_per_s};
    struct color colors[] = {item->color, item->background, item->style.outline_color};
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    hash = mix(hash, numbers, sizeof numbers);
    hash = mix(hash, colors, sizeof colors);
    hash = mix(hash, &item->duration, sizeof item->duration);
    hash = mix_media(mix_media(hash, item->media), item->still);
    return mix_text(mix_text(mix_text(hash, item->text), item->text_file), item->style.font);
}

static bool is_playable(const struct item *item) {
    switch (item->kind) {
    case ITEM_VIDEO:
    case ITEM_AUDIO:
    case ITEM_IMAGE:
        return item->media->state == MEDIA_OK;
    case ITEM_TEXT:
        return item->text != NULL || item->text_file != NULL;
    case ITEM_PLAYLIST:
        return false; /* decided by its items, below */
    default:
        return true;
    }
}

void config_finish_items(struct config_builder *b) {
    for (size_t i = 0; i < b->model->item_count; i++) {
        struct item *item = &b->model->items[i];
        item->valid = is_playable(item);
        if (item->kind == ITEM_PLAYLIST) {
            item->duration = 0;
        } else {
            item->duration = bounded(item->duration > 0 ? item->duration : own_length(item));
        }
        if (item->transition_time > item->duration / 2) {
            item->transition_time = item->duration / 2;
        }
        item->key = key_of(item);
    }
    /* A nested playlist is valid when something in it is: from the inside outwards. */
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < b->model->item_count; i++) {
            struct item *item = &b->model->items[i];
            const struct playlist *nested = item->kind == ITEM_PLAYLIST ? item->playlist : NULL;
            for (size_t k = 0; nested != NULL && !item->valid && k < nested->item_count; k++) {
                item->valid = nested->items[k]->valid;
                changed = changed || item->valid;
            }
        }
    }
}
