#include "model/prepared.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/model.h"

#define HEADER "ledsign prepared files 1\n"

static const char *const states[] = {
    [PREPARED_READY] = "ready", [PREPARED_KEPT] = "kept", [PREPARED_FAILED] = "failed"};

static int min(int a, int b) {
    return a < b ? a : b;
}

static int max(int a, int b) {
    return a > b ? a : b;
}

/* ---- wishes --------------------------------------------------------------------------------- */

/* As many pictures as cover the round; the last one may be cut. */
static int64_t frames_of(const struct media_facts *facts, struct ratio rate) {
    int64_t frames = flick_frame_at(facts->duration, rate);
    return flick_of_frame(frames, rate) < facts->duration ? frames + 1 : frames;
}

static bool is_faster(struct ratio a, struct ratio b) {
    return a.num * b.den > b.num * a.den;
}

static struct size coded_upright(const struct media_facts *facts) {
    struct size c = facts->coded;
    return facts->rotation % 180 == 0 ? c : (struct size){c.h, c.w};
}

struct prepared_wish prepared_wish_of(const struct media_facts *facts, struct size shown,
                                      struct ratio canvas_rate) {
    struct size most = coded_upright(facts);
    struct prepared_wish wish = {
        .size = {min(shown.w, most.w), min(shown.h, most.h)}, .rate = {0, 1}, .frames = 1};
    if (facts->is_still) {
        return wish;
    }
    bool keeps_rate = !facts->variable_rate && facts->rate.num > 0 && facts->frame_count > 0 &&
                      !is_faster(facts->rate, canvas_rate);
    wish.rate = keeps_rate ? facts->rate : canvas_rate;
    wish.frames = keeps_rate ? facts->frame_count : frames_of(facts, canvas_rate);
    if (facts->duration <= 0 || wish.frames < 2) {
        wish.size = (struct size){0, 0};
    }
    return wish;
}

bool prepared_is_worth_it(const struct media_facts *facts, const struct prepared_wish *wish) {
    int64_t source = (int64_t)facts->coded.w * facts->coded.h;
    return 4 * (int64_t)wish->size.w * wish->size.h <= 3 * source;
}

#define BITS_PER_PIXEL      0.11 /* of H.264 at the quality we ask for */
#define BYTES_PER_STILL     1.6  /* a pixel of a PNG of an infographic */
#define AUDIO_BYTES_PER_S   20000
#define CONTAINER_BYTES_MIN 4096

int64_t prepared_bytes_guess(const struct media_facts *facts, const struct prepared_wish *wish) {
    double pixels = (double)wish->size.w * wish->size.h;
    if (wish->rate.num <= 0) {
        return (int64_t)(pixels * BYTES_PER_STILL);
    }
    double seconds = flick_to_seconds(facts->duration);
    double sound = facts->has_audio ? seconds * AUDIO_BYTES_PER_S : 0;
    return (int64_t)(pixels * (double)wish->frames * BITS_PER_PIXEL / 8 + sound) +
           CONTAINER_BYTES_MIN;
}

struct walk {
    const struct model *model;
    struct size area;
    bool *seen;         /* playlists, in this zone */
    struct size *shown; /* media */
};

static void note(const struct walk *walk, const struct media *media, enum fit fit) {
    if (media == NULL || media->state != MEDIA_OK || !media->facts.has_video ||
        media->facts.size.w <= 0 || media->facts.size.h <= 0) {
        return;
    }
    struct size scaled = rect_fit(media->facts.size, walk->area, fit).scaled;
    struct size *shown = &walk->shown[media - walk->model->media];
    *shown = (struct size){max(shown->w, scaled.w), max(shown->h, scaled.h)};
}

/* Nested lists are followed once: they cannot go round in circles. */
static void walk_playlist(const struct walk *walk, const struct playlist *playlist) {
    if (playlist == NULL || walk->seen[playlist - walk->model->playlists]) {
        return;
    }
    walk->seen[playlist - walk->model->playlists] = true;
    for (size_t i = 0; i < playlist->item_count; i++) {
        const struct item *item = playlist->items[i];
        if (item->kind == ITEM_PLAYLIST) {
            walk_playlist(walk, item->playlist);
        } else if (item->kind == ITEM_AUDIO) {
            note(walk, item->still, item->fit);
        } else {
            note(walk, item->media, item->fit);
        }
    }
}

void prepared_wishes(const struct model *model, struct prepared_wish *wishes) {
    struct walk walk = {.model = model};
    walk.shown = mem_zero(model->media_count + 1, sizeof *walk.shown);
    for (size_t z = 0; z < model->zone_count; z++) {
        const struct zone *zone = &model->zones[z];
        walk.area = (struct size){zone->area_on_canvas.w, zone->area_on_canvas.h};
        walk.seen = mem_zero(model->playlist_count + 1, sizeof *walk.seen);
        walk_playlist(&walk, zone->fallback);
        for (size_t i = 0; i < model->entry_count; i++) {
            if (model->entries[i].zone == zone) {
                walk_playlist(&walk, model->entries[i].playlist);
            }
        }
        free(walk.seen);
    }
    for (size_t i = 0; i < model->media_count; i++) {
        bool is_shown = walk.shown[i].w > 0;
        wishes[i] = is_shown
                        ? prepared_wish_of(&model->media[i].facts, walk.shown[i], model->screen.fps)
                        : (struct prepared_wish){0};
    }
    free(walk.shown);
}

/* ---- the list ------------------------------------------------------------------------------- */

bool prepared_can_list(const char *source) {
    return strpbrk(source, "\t\n\r") == NULL;
}

/* Cuts the line into fields in place; false unless there are exactly `count`. */
static bool cut(char *line, char **fields, int count) {
    for (int i = 0; i < count; i++) {
        fields[i] = line;
        char *tab = strchr(line, '\t');
        bool is_last = i == count - 1;
        if (is_last != (tab == NULL)) {
            return false;
        }
        if (tab != NULL) {
            *tab = '\0';
            line = tab + 1;
        }
    }
    return true;
}

static bool is_plain_name(const char *name) {
    size_t length = strlen(name);
    return length > 0 && length < PREPARED_NAME_SIZE && strchr(name, '/') == NULL && name[0] != '.';
}

static bool parse_line(char *line, struct prepared_row *row) {
    char *f[10];
    if (!cut(line, f, 10)) {
        return false;
    }
    int state = -1;
    for (int i = 0; i < 3; i++) {
        state = strcmp(f[0], states[i]) == 0 ? i : state;
    }
    *row = (struct prepared_row){.state = (enum prepared_state)state};
    struct prepared_wish *w = &row->wish;
    bool good =
        state >= 0 &&
        sscanf(f[1], "%dx%d", &w->size.w, &w->size.h) == 2 && /* NOLINT(cert-err34-c): checked */
        sscanf(f[2], "%" SCNd64 "/%" SCNd64, &w->rate.num, &w->rate.den) == 2 && /* NOLINT */
        sscanf(f[3], "%" SCNd64, &w->frames) == 1 &&                             /* NOLINT */
        sscanf(f[4], "%" SCNd64 "@%" SCNd64, &row->source_size, &row->source_mtime_ns) == 2 &&
        sscanf(f[6], "%" SCNd64, &row->bytes) == 1 && /* NOLINT */
        strlen(f[5]) == 64 && is_plain_name(f[7]) && w->size.w > 0 && w->size.h > 0 &&
        w->rate.den > 0 && w->frames > 0;
    if (!good) {
        return false;
    }
    char *codec = strchr(f[7], ':');
    if (codec == NULL || strlen(codec + 1) >= sizeof row->codec) {
        return false;
    }
    *codec++ = '\0';
    memcpy(row->hash, f[5], sizeof row->hash);
    snprintf(row->name, sizeof row->name, "%s", f[7]);
    snprintf(row->codec, sizeof row->codec, "%s", codec);
    row->site = f[8];
    row->source = f[9];
    return true;
}

static struct prepared_row copy_of(const struct prepared_row *row) {
    struct prepared_row copy = *row;
    copy.site = mem_strdup(row->site);
    copy.source = mem_strdup(row->source);
    return copy;
}

static void free_row(struct prepared_row *row) {
    free(row->site);
    free(row->source);
}

static bool wish_equal(const struct prepared_wish *a, const struct prepared_wish *b) {
    return a->size.w == b->size.w && a->size.h == b->size.h &&
           a->rate.num * b->rate.den == b->rate.num * a->rate.den && a->frames == b->frames;
}

void prepared_list_put(struct prepared_list *list, const struct prepared_row *row) {
    struct prepared_row copy = copy_of(row);
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->rows[i].source, row->source) == 0 &&
            wish_equal(&list->rows[i].wish, &row->wish)) {
            free_row(&list->rows[i]);
            list->rows[i] = copy;
            return;
        }
    }
    list->rows = mem_resize(list->rows, list->count + 1, sizeof *list->rows);
    list->rows[list->count++] = copy;
}

void prepared_list_remove(struct prepared_list *list, size_t index) {
    free_row(&list->rows[index]);
    memmove(&list->rows[index], &list->rows[index + 1],
            (list->count - index - 1) * sizeof *list->rows);
    list->count--;
}

void prepared_list_parse(struct prepared_list *list, const char *text) {
    *list = (struct prepared_list){0};
    if (strncmp(text, HEADER, strlen(HEADER)) != 0) {
        return;
    }
    char *copy = mem_strdup(text + strlen(HEADER)), *rest = copy;
    for (char *line; (line = strsep(&rest, "\n")) != NULL && list->count < PREPARED_ROWS_MAX;) {
        struct prepared_row row;
        if (parse_line(line, &row)) {
            prepared_list_put(list, &row);
        }
    }
    free(copy);
}

char *prepared_list_format(const struct prepared_list *list) {
    struct str s = {0};
    str_add(&s, HEADER);
    for (size_t i = 0; i < list->count; i++) {
        const struct prepared_row *r = &list->rows[i];
        str_addf(&s, "%s\t%dx%d\t%" PRId64 "/%" PRId64 "\t%" PRId64, states[r->state],
                 r->wish.size.w, r->wish.size.h, r->wish.rate.num, r->wish.rate.den,
                 r->wish.frames);
        str_addf(&s, "\t%" PRId64 "@%" PRId64 "\t%s\t%" PRId64 "\t%s:%s\t%s\t%s\n", r->source_size,
                 r->source_mtime_ns, r->hash, r->bytes, r->name, r->codec, r->site, r->source);
    }
    return str_take(&s);
}

void prepared_list_finish(struct prepared_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        free_row(&list->rows[i]);
    }
    free(list->rows);
    *list = (struct prepared_list){0};
}

const struct prepared_row *prepared_list_find(const struct prepared_list *list, const char *source,
                                              const struct file_identity *identity,
                                              const struct prepared_wish *wish) {
    for (size_t i = 0; i < list->count; i++) {
        const struct prepared_row *row = &list->rows[i];
        if (row->source_size == identity->size && row->source_mtime_ns == identity->mtime_ns &&
            wish_equal(&row->wish, wish) && strcmp(row->source, source) == 0) {
            return row;
        }
    }
    return NULL;
}

/* ---- names and facts ------------------------------------------------------------------------ */

char *prepared_folder(const char *site_path) {
    char *site = file_folder(site_path);
    char *folder = file_join(site, PREPARED_FOLDER);
    free(site);
    return folder;
}

char *prepared_source_name(const char *site_folder, const char *path) {
    struct str name = {0};
    size_t shared = 0; /* length of the common folders, with the slash */
    for (size_t i = 0; site_folder[i] != '\0' && site_folder[i] == path[i]; i++) {
        shared = path[i] == '/' ? i + 1 : shared;
    }
    size_t length = strlen(site_folder);
    if (strncmp(site_folder, path, length) == 0 && path[length] == '/') {
        str_add(&name, path + length + 1);
        return str_take(&name);
    }
    const char *rest = site_folder + shared;
    for (const char *c = rest; *c != '\0'; c++) {
        if (c == rest || c[-1] == '/') {
            str_add(&name, "../");
        }
    }
    str_add(&name, path + shared);
    return str_take(&name);
}

void prepared_change_facts(struct media_facts *facts, const struct prepared_row *row) {
    if (facts->is_still) {
        return;
    }
    facts->coded = row->wish.size;
    facts->rotation = 0;
    facts->mirrored = false;
    facts->rate = row->wish.rate;
    facts->frame_count = row->wish.frames;
    facts->variable_rate = false;
    facts->interlaced = false;
    facts->bits = 8;
    snprintf(facts->codec, sizeof facts->codec, "%s", row->codec);
    if (facts->has_audio) {
        snprintf(facts->audio_codec, sizeof facts->audio_codec, "aac");
        facts->audio_rate = 48000;
        facts->audio_channels = facts->audio_channels == 1 ? 1 : 2;
    }
}
