#include "model/config.h"

#include <libconfig.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/translate.h"
#include "model/config_read.h"
#include "model/config_resolve.h"
#include "model/hours.h"
#include "model/timezone.h"

#define HOLIDAYS_MAX 4000

static const char *const top_keys[] = {
    "screen",          "zones",           "playlists", "schedule",
    "public_holidays", "school_holidays", "fonts",     NULL};

/* NULL: the file as a whole. */
static struct where where_of(const struct config_builder *b, const config_setting_t *at) {
    return at != NULL ? config_where(&b->reader, at) : (struct where){b->reader.path, 0};
}

static void add_error(struct config_builder *b, const config_setting_t *at, int number,
                      const char *text) {
    problems_add(b->reader.problems, SEVERITY_ERROR, number, where_of(b, at), NULL, "%s", _(text));
}

/* 29.97, 23.976, 59.94 mean the broadcast rates. */
static struct ratio read_rate(double fps) {
    double whole = ceil(fps);
    if (fabs(fps - whole * 1000 / 1001) < 0.005 && fps != whole) {
        return (struct ratio){(int64_t)whole * 1000, 1001};
    }
    if (fps == whole) {
        return (struct ratio){(int64_t)fps, 1};
    }
    return (struct ratio){llround(fps * 1000), 1000};
}

static void read_timezone(struct config_builder *b, const config_setting_t *at, const char *name) {
    const char *why = NULL;
    struct timezone_ *zone = timezone_load(name, &why);
    if (zone == NULL) {
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_TIMEZONE,
                     config_where(&b->reader, at), NULL,
                     "timezone \"%s\" is not known: %s; the system's is used", name, _(why));
        zone = timezone_load(NULL, &why);
    }
    b->model->timezone = zone;
    b->model->screen.timezone = zone;
    b->model->screen.timezone_name = name;
}

static void item_defaults(struct schema_item *item) {
    *item = (struct schema_item){
        .fit = FIT_CONTAIN, .transition_time = 0.8, .volume = 100, .weight = 1, .every = 1};
}

static void read_screen(struct config_builder *b, const config_setting_t *root) {
    struct screen *screen = &b->model->screen;
    struct schema_screen keys = {.fps = 30, .volume = 100, .location = {1000, 1000}};
    const config_setting_t *group = config_setting_get_member(root, "screen");
    struct where where = where_of(b, group);
    item_defaults(&b->defaults);
    if (group == NULL || !config_setting_is_group(group)) {
        add_error(b, group, ERROR_PART_MISSING,
                  "there is no screen; write screen = { size = [ 960, 480 ]; };");
        group = NULL;
    } else {
        config_read_group(&b->reader, group, &schema_screen, false, &schema_item, &keys);
        config_read_group(&b->reader, group, &schema_item, true, NULL, &b->defaults);
        b->defaults.background = NULL; /* the screen's own background, not the items' */
    }
    if (group != NULL && keys.size[0] == 0) {
        add_error(b, group, ERROR_PART_MISSING,
                  "the screen has no size; write size = [ 960, 480 ];");
    }
    screen->size = (struct size){keys.size[0], keys.size[1]};
    screen->fps = read_rate(keys.fps);
    screen->prepares_idle = keys.prepare == 1;
    screen->has_location = keys.location[0] <= 90 && keys.location[0] >= -90;
    if (!screen->has_location && keys.location[0] <= 180) {
        problems_add(
            b->reader.problems, SEVERITY_ERROR, ERROR_RANGE, where, NULL,
            "\"location\" has the latitude %g; write the latitude, from -90 to 90, before the "
            "longitude",
            keys.location[0]);
    }
    screen->latitude = screen->has_location ? keys.location[0] : 0;
    screen->longitude = screen->has_location ? keys.location[1] : 0;
    screen->background =
        config_color(b, keys.background, (struct color){0, 0, 0, 255}, where, "background");
    screen->volume = keys.volume;
    screen->emergency = keys.emergency != NULL ? config_emergency_path(b, keys.emergency) : NULL;
    read_timezone(b, group, keys.timezone);
}

static void check_area(struct config_builder *b, const struct zone *zone,
                       const config_setting_t *at) {
    struct rect canvas = {0, 0, b->model->screen.size.w, b->model->screen.size.h};
    if (rect_is_empty(zone->area_on_canvas) || !rect_contains(canvas, zone->area_on_canvas)) {
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_AREA, config_where(&b->reader, at),
                     NULL, "zone \"%s\" at %d,%d of %dx%d does not lie on the canvas of %dx%d",
                     zone->name, zone->area_on_canvas.x, zone->area_on_canvas.y,
                     zone->area_on_canvas.w, zone->area_on_canvas.h, canvas.w, canvas.h);
    }
}

static void check_name(struct config_builder *b, const struct zone *zone) {
    for (int i = 0; i < zone->index; i++) {
        if (strcmp(b->model->zones[i].name, zone->name) == 0) {
            problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_ZONE_TWICE, zone->where, NULL,
                         "there is already a zone \"%s\" on line %d; give this one another name",
                         zone->name, b->model->zones[i].where.line);
            return;
        }
    }
}

static void read_zone(struct config_builder *b, const config_setting_t *group) {
    struct size size = b->model->screen.size;
    struct schema_zone keys = {.area = {0, 0, size.w, size.h}, .volume = 100};
    config_read_group(&b->reader, group, &schema_zone, false, NULL, &keys);
    struct zone *zone = &b->model->zones[b->model->zone_count];
    zone->where = config_where(&b->reader, group);
    zone->index = (int)b->model->zone_count;
    zone->name =
        keys.name != NULL ? keys.name : arena_printf(b->reader.arena, "zone %d", zone->index + 1);
    zone->area_on_canvas = (struct rect){keys.area[0], keys.area[1], keys.area[2], keys.area[3]};
    zone->background =
        config_color(b, keys.background, (struct color){0}, zone->where, "background");
    zone->volume = keys.volume;
    check_name(b, zone);
    check_area(b, zone, group);
    zone->area_on_canvas =
        rect_intersect(zone->area_on_canvas, (struct rect){0, 0, size.w, size.h});
    b->fallback_names[zone->index] = keys.fallback;
    if (!rect_is_empty(zone->area_on_canvas)) {
        b->model->zone_count++;
    }
}

/* The members of a list that must be groups; complains about the others. */
static const config_setting_t *group_at(struct config_builder *b, const config_setting_t *list,
                                        int i, const char *what) {
    const config_setting_t *group = config_setting_get_elem(list, (unsigned)i);
    if (config_setting_is_group(group)) {
        return group;
    }
    problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_TYPE, config_where(&b->reader, group),
                 NULL, "%s", _(what));
    return NULL;
}

static const config_setting_t *list_of(struct config_builder *b, const config_setting_t *root,
                                       const char *key, int most) {
    const config_setting_t *list = config_setting_get_member(root, key);
    if (list == NULL) {
        return NULL;
    }
    bool is_list = config_setting_is_list(list) || config_setting_is_array(list);
    if (!is_list || config_setting_length(list) > most) {
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_TYPE, config_where(&b->reader, list),
                     NULL, "\"%s\" must be a list in round brackets of at most %d entries", key,
                     most);
        return NULL;
    }
    return list;
}

static void read_zones(struct config_builder *b, const config_setting_t *root) {
    const config_setting_t *list = list_of(b, root, "zones", MODEL_ZONES_MAX - 1);
    b->model->zones = arena_zero(b->reader.arena, MODEL_ZONES_MAX, sizeof *b->model->zones);
    int length = list != NULL ? config_setting_length(list) : 0;
    for (int i = 0; i < length; i++) {
        const config_setting_t *group =
            group_at(b, list, i, N_("a zone must be written in braces: { ... }"));
        if (group != NULL) {
            read_zone(b, group);
        }
    }
    struct size size = b->model->screen.size;
    if (list == NULL && size.w > 0) {
        b->model->zones[0] = (struct zone){.name = "main",
                                           .area_on_canvas = {0, 0, size.w, size.h},
                                           .volume = 100,
                                           .where = {b->reader.path, 0}};
        b->model->zone_count = 1;
    }
}

static void read_playlist(struct config_builder *b, const config_setting_t *list) {
    struct playlist *playlist = &b->model->playlists[b->model->playlist_count];
    const char *name = config_setting_name(list);
    if (!config_setting_is_list(list)) {
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_TYPE, config_where(&b->reader, list),
                     NULL, "playlist \"%s\" must be a list in round brackets: ( { ... }, { ... } )",
                     name);
        return;
    }
    int length = config_setting_length(list);
    playlist->name = arena_strdup(b->reader.arena, name);
    playlist->where = config_where(&b->reader, list);
    playlist->items = arena_zero(b->reader.arena, (size_t)length, sizeof *playlist->items);
    for (int i = 0; i < length; i++) {
        const config_setting_t *group =
            group_at(b, list, i, N_("an item must be written in braces: { ... }"));
        if (group == NULL || b->model->item_count == b->item_capacity) {
            continue;
        }
        struct schema_item keys = b->defaults;
        config_read_group(&b->reader, group, &schema_item, false, NULL, &keys);
        struct item *item = &b->model->items[b->model->item_count];
        item->index = (int)b->model->item_count;
        if (config_build_item(b, &keys, config_where(&b->reader, group), item)) {
            playlist->items[playlist->item_count++] = item;
            b->model->item_count++;
        }
    }
    b->model->playlist_count++;
}

static void read_playlists(struct config_builder *b, const config_setting_t *root) {
    const config_setting_t *group = config_setting_get_member(root, "playlists");
    bool is_group = group != NULL && config_setting_is_group(group);
    int length = is_group ? config_setting_length(group) : 0, items = 0;
    if (!is_group) {
        add_error(b, group, ERROR_PART_MISSING,
                  "there are no playlists; write playlists = { name = ( ... ); };");
    }
    for (int i = 0; i < length; i++) {
        items += config_setting_length(config_setting_get_elem(group, (unsigned)i));
    }
    if (items > MODEL_ITEMS_MAX) {
        add_error(b, group, ERROR_RANGE, "there are more than 20000 items; the rest is left out");
        items = MODEL_ITEMS_MAX;
    }
    b->item_capacity = (size_t)items;
    b->model->items = arena_zero(b->reader.arena, (size_t)items + 1, sizeof *b->model->items);
    b->playlist_names = arena_zero(b->reader.arena, (size_t)items, sizeof *b->playlist_names);
    b->model->media = arena_zero(b->reader.arena, 2 * (size_t)items, sizeof *b->model->media);
    b->model->playlists =
        arena_zero(b->reader.arena, (size_t)length + 1, sizeof *b->model->playlists);
    for (int i = 0; i < length; i++) {
        read_playlist(b, config_setting_get_elem(group, (unsigned)i));
    }
}

static const struct zone *find_zone(struct config_builder *b, const char *name,
                                    struct where where) {
    const char *names[MODEL_ZONES_MAX];
    if (name == NULL && b->model->zone_count == 1) {
        return &b->model->zones[0];
    }
    for (size_t i = 0; i < b->model->zone_count; i++) {
        names[i] = b->model->zones[i].name;
        if (name != NULL && strcmp(name, names[i]) == 0) {
            return &b->model->zones[i];
        }
    }
    const char *nearest = name != NULL ? str_nearest(name, names, b->model->zone_count) : NULL;
    if (name != NULL) {
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_ZONE, where,
                     config_hint(&b->reader, nearest), "there is no zone \"%s\"", name);
    } else {
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_ZONE, where, NULL,
                     "the line names no zone; write zone = \"main\";");
    }
    return NULL;
}

static void read_entry(struct config_builder *b, const config_setting_t *group) {
    struct schema_entry keys = {.volume = -1};
    struct where where = config_where(&b->reader, group);
    config_read_group(&b->reader, group, &schema_entry, false, NULL, &keys);
    if (keys.play == NULL) {
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_PART_MISSING, where, NULL,
                     "the entry plays nothing; write play = \"campaign\";");
        return;
    }
    struct entry *entry = &b->model->entries[b->model->entry_count];
    entry->zone = find_zone(b, keys.zone, where);
    entry->playlist = config_find_playlist(b, keys.play, where);
    bool when_is_good = config_build_when(b, keys.when, where, &entry->when);
    if (entry->zone == NULL || entry->playlist == NULL || !when_is_good) {
        return;
    }
    entry->index = (int)b->model->entry_count++;
    entry->priority = keys.priority;
    entry->share = keys.share;
    entry->volume = keys.volume;
    entry->end = (enum segment_end)keys.end;
    entry->where = where;
}

static void read_schedule(struct config_builder *b, const config_setting_t *root) {
    const config_setting_t *list = list_of(b, root, "schedule", MODEL_ENTRIES_MAX);
    int length = list != NULL ? config_setting_length(list) : 0;
    b->model->entries = arena_zero(b->reader.arena, (size_t)length + 1, sizeof *b->model->entries);
    for (int i = 0; i < length; i++) {
        const config_setting_t *group =
            group_at(b, list, i, N_("a line of the schedule must be written in braces: { ... }"));
        if (group != NULL) {
            read_entry(b, group);
        }
    }
    if (list == NULL) {
        add_error(b, NULL, ERROR_PART_MISSING,
                  "there is no schedule; write schedule = ( { play = \"campaign\"; } );");
    }
}

static void read_holidays(struct config_builder *b, const config_setting_t *root) {
    static const char *const keys[] = {"public_holidays", "school_holidays"};
    b->holidays = holidays_create(b->reader.arena);
    b->model->holidays = b->holidays;
    for (int school = 0; school < 2; school++) {
        const config_setting_t *list = list_of(b, root, keys[school], HOLIDAYS_MAX);
        int length = list != NULL ? config_setting_length(list) : 0;
        for (int i = 0; i < length; i++) {
            const config_setting_t *one = config_setting_get_elem(list, (unsigned)i);
            const char *text = config_read_text(&b->reader, one), *why = NULL;
            if (text != NULL && !holidays_add(b->holidays, school != 0, text, NULL, &why)) {
                problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_HOLIDAY,
                             config_where(&b->reader, one), NULL, "\"%s\" is not a date: %s", text,
                             _(why));
            }
        }
    }
}

static void read_fonts(struct config_builder *b, const config_setting_t *root) {
    const config_setting_t *setting = config_setting_get_member(root, "fonts");
    const char *name = setting != NULL ? config_read_text(&b->reader, setting) : "fonts";
    const char **folders = arena_zero(b->reader.arena, 1, sizeof *folders);
    folders[0] = name != NULL ? config_find_near(b, name, true) : NULL;
    b->model->fonts = folders;
    b->model->font_count = folders[0] != NULL;
    if (setting != NULL && name != NULL && folders[0] == NULL) {
        problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_FONTS, where_of(b, setting), NULL,
                     "%s: no such folder beside the site file or above it", name);
    }
}

static void check_top_keys(struct config_builder *b, const config_setting_t *root) {
    int length = config_setting_length(root);
    size_t known = sizeof top_keys / sizeof top_keys[0] - 1;
    for (int i = 0; i < length; i++) {
        const config_setting_t *setting = config_setting_get_elem(root, (unsigned)i);
        const char *key = config_setting_name(setting),
                   *nearest = str_nearest(key, top_keys, known);
        bool is_known = nearest != NULL && strcmp(nearest, key) == 0;
        if (!is_known) {
            problems_add(b->reader.problems, SEVERITY_ERROR, ERROR_KEY,
                         config_where(&b->reader, setting), config_hint(&b->reader, nearest),
                         "\"%s\" is not a part of a site", key);
        }
    }
}

static void build(struct config_builder *b, const config_setting_t *root) {
    check_top_keys(b, root);
    read_screen(b, root);
    read_holidays(b, root);
    read_fonts(b, root);
    read_zones(b, root);
    read_playlists(b, root);
    config_link_playlists(b);
    for (size_t i = 0; i < b->model->zone_count; i++) {
        struct zone *zone = &b->model->zones[i];
        zone->fallback = b->fallback_names[i] != NULL
                             ? config_find_playlist(b, b->fallback_names[i], zone->where)
                             : NULL;
    }
    read_schedule(b, root);
    config_add_emergency(b);
    config_probe_media(b);
    config_finish_items(b);
}

/* Also false where mistakes have left no line of the schedule: a player that reloads the site keeps
 * what it had then, instead of going dark. */
static bool can_show_anything(const struct model *model) {
    bool has_item = false, is_asked_for = model->entry_count > 0;
    for (size_t i = 0; i < model->item_count; i++) {
        has_item = has_item || model->items[i].valid;
    }
    for (size_t i = 0; i < model->zone_count; i++) {
        is_asked_for = is_asked_for || model->zones[i].fallback != NULL;
    }
    return has_item && is_asked_for && model->zone_count > 0;
}

struct model *config_parse(const char *text, size_t length, const char *path, config_probe *probe,
                           void *context, struct problems *problems) {
    config_t config;
    struct model *model = NULL;
    config_init(&config);
    if (config_read_settings(&config, text, length, path, NULL, problems)) {
        struct where top = {path, 0};
        struct arena *arena = arena_create();
        struct config_builder *b = mem_zero(1, sizeof *b);
        char *folder = file_folder(path);
        b->reader = (struct config_reader){arena, problems, arena_strdup(arena, path)};
        b->folder = folder;
        b->probe = probe;
        b->probe_context = context;
        b->model = model = model_create(arena);
        model->path = b->reader.path;
        build(b, config_root_setting(&config));
        free(folder);
        free(b);
        if (!can_show_anything(model)) {
            problems_add(problems, SEVERITY_ERROR, ERROR_NOTHING_TO_SHOW, top, NULL,
                         "nothing in it can be shown; correct the other mistakes first");
            model_unref(&model);
        }
    }
    config_destroy(&config);
    problems_sort(problems);
    return model;
}

struct model *config_load(const char *path, config_probe *probe, void *context,
                          struct problems *problems) {
    size_t length = 0;
    const char *why = NULL;
    char *text = file_read(path, CONFIG_FILE_MAX, &length, &why);
    if (text == NULL) {
        struct where top = {path, 0};
        problems_add(problems, SEVERITY_ERROR, ERROR_FILE, top, NULL,
                     "the site file cannot be read: %s", _(why));
        return NULL;
    }
    struct model *model = config_parse(text, length, path, probe, context, problems);
    free(text);
    return model;
}
