/* Site files as rows: the text of the file, and the problems that must be found, with their lines.
 */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "model/config.h"
#include "unit.h"

#define SCREEN    "screen = { size = [ 960, 480 ]; timezone = \"Asia/Ho_Chi_Minh\"; };\n"
#define PLAYLISTS "playlists = { a = ( { color = \"#FF0000\"; } ); };\n"
#define SCHEDULE  "schedule = ( { play = \"a\"; } );\n"
/* One item, on line 2. */
#define ITEM(keys) SCREEN "playlists = { a = ( { " keys " } ); };\n" SCHEDULE
/* Two items, so that the site can be shown without the first, which is on line 3. */
#define BAD_ITEM(keys)                                                                             \
    SCREEN "playlists = { a = ( { color = \"#FF0000\"; },\n{ " keys " } ); };\n" SCHEDULE
#define ENTRY(keys) SCREEN PLAYLISTS "schedule = ( { " keys " } );\n"
#define ZONES(list)                                                                                \
    SCREEN "zones = (" list ");\n" PLAYLISTS "schedule = ( { zone = \"z\"; play = \"a\"; } );\n"

static struct model *parse(const char *text, struct problems *problems) {
    return config_parse(text, strlen(text), "site.cfg", NULL, NULL, problems);
}

/* "E002:3 W032:5" */
static char *codes(const struct problems *problems) {
    struct str out = {0};
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *p = &problems->list[i];
        assert_non_null(problem_find(p->severity, p->number)); /* every number is in the table */
        str_addf(&out, "%s%c%03d:%d", i > 0 ? " " : "", p->severity == SEVERITY_ERROR ? 'E' : 'W',
                 p->number, p->line);
    }
    return str_take(&out);
}

struct row {
    const char *text;
    const char *problems;
    bool plays;       /* a model comes out */
    const char *part; /* of the first problem with its suggestion; NULL: any */
};

static const struct row rows[] = {
    /* good ones */
    {SCREEN PLAYLISTS SCHEDULE, "", true, NULL},
    {"\xEF\xBB\xBF" SCREEN PLAYLISTS SCHEDULE, "", true, NULL},
    {"screen = { size = [ 9, 9 ]; };\r\n" PLAYLISTS "\r\n" SCHEDULE, "", true, NULL},
    {"// only comments on top\n/* of\nit */\n" SCREEN PLAYLISTS SCHEDULE, "", true, NULL},
    {SCREEN
     "public_holidays = ( \"2026-09-02\", \"2026-02-16..2026-02-20\", \"04-30\" );\n" PLAYLISTS
         SCHEDULE,
     "", true, NULL},
    {ITEM("color = \"#FF0000\"; duration = 5; weight = 2; when = \"Mo-Fr 08:00-17:00\";"), "", true,
     NULL},
    {ITEM("text = \"xin chào\"; color = \"#FFFFFF\"; size = 20;"), "", true, NULL},
    {ENTRY("play = \"a\"; when = \"Mo-Su 06:00-22:00\"; priority = -3; end = \"finish\"; share = "
           "50.0;"),
     "", true, NULL},
    {ZONES("{ name = \"z\"; area = [ 0, 0, 960, 480 ]; fallback = \"a\"; }"), "", true, NULL},

    /* the file as a whole */
    {"", "E009:0 E009:0 E009:0 E013:0", false, NULL},
    {"screen = { size = [ 960, 480 ] }\nplaylists", "E001:2", false, "missing ;"},
    {SCREEN "screen = 3;\n", "E001:2", false, NULL},
    {SCREEN "playlists = { a = ( { color = \"#FF0000\"; } ); a = ( ); };\n", "E001:2", false,
     "used twice"},
    {"// a 24\" screen (in inches\n" SCREEN PLAYLISTS SCHEDULE, "", true, NULL},
    {"// \"\nx = ((((((((((((((((((((((((((((((((((((((((", "E001:0", false, "nested too deeply"},
    {"/* \" */ # \"\nx = ((((((((((((((((((((((((((((((((((((((((", "E001:0", false,
     "nested too deeply"},
    {SCREEN "playlists = { a = ( { text = \"((((((((((((((((((((((((((((((((((((((((\"; } ); "
            "};\n" SCHEDULE,
     "", true, NULL},
    {"@include \"nowhere.cfg\"\n", "E001:1", false, "is not there"},
    {"@include \"/dev/zero\"\n", "E001:1", false, "not a regular file"},
    {"@include \"/tmp\"\n", "E001:1", false, "it is a folder"},
    {"x = ((((((((((((((((((((((((((((((((((((((((", "E001:0", false, "nested too deeply"},
    {SCREEN PLAYLISTS SCHEDULE "zone = 1;\n", "E002:4", true, "did you mean \"zones\"?"},
    {SCREEN PLAYLISTS, "E009:0 E013:0", false, "there is no schedule"},
    {SCREEN SCHEDULE, "E009:0 E013:0 E014:2", false, NULL},
    {PLAYLISTS SCHEDULE, "E009:0 E013:0 E011:2", false, "there is no screen"},
    {"screen = { fps = 30; };\n" PLAYLISTS SCHEDULE, "E013:0 E009:1 E011:3", false, NULL},

    /* kinds and ranges of values */
    {ITEM("color = \"#FF0000\"; duration = \"10\";"), "E003:2", true,
     "must be a number, without quotes"},
    {ITEM("color = \"#FF0000\"; duration = 0.0;"), "E005:2", true, "from 0.04 to 172800"},
    {ITEM("color = \"#FF0000\"; duration = 200000;"), "E005:2", true, NULL},
    {ITEM("color = \"#FF0000\"; weight = 1.5;"), "E003:2", true, "whole number"},
    {ITEM("color = \"#FF0000\"; weight = 101;"), "E005:2", true, NULL},
    {ITEM("color = \"#FF0000\"; shuffle = 1;"), "E003:2", true, "true or false"},
    {ITEM("color = \"#FF0000\"; title = 7;"), "E003:2", true, "double quotes"},
    {ITEM("color = \"#FF0000\"; title = \"\xFF\";"), "E004:2", true, "not UTF-8"},
    {ITEM("color = \"#FF0000\"; fit = \"fill\";"), "E006:2", true, "\"contain\", \"cover\""},
    {ITEM("color = \"#FF0000\"; fit = \"contian\";"), "E006:2", true, "did you mean \"contain\"?"},
    {ITEM("color = \"#FF0000\"; durration = 3;"), "E002:2", true, "did you mean \"duration\"?"},
    {ITEM("color = \"#FF0000\"; qqqqqqq = 3;"), "E002:2", true, "is not a key of an item"},
    {ITEM("color = \"red\";"), "E007:2", true, "write it like"},
    {ITEM("color = \"red\\x1B[2J\\n\";"), "E007:2", true, "\"red [2J \""},
    {ITEM("color = \"#12345\";"), "E007:2", true, NULL},
    {ITEM("text = \"a\"; outline_color = \"black\";"), "E007:2", true, NULL},
    {"screen = { size = [ 960 ]; };\n" PLAYLISTS SCHEDULE, "E013:0 E003:1 E009:1 E011:3", false,
     NULL},
    {"screen = { size = [ 0, 480 ]; };\n" PLAYLISTS SCHEDULE, "E013:0 E005:1 E009:1 E011:3", false,
     NULL},
    {"screen = { size = [ 99999, 480 ]; };\n" PLAYLISTS SCHEDULE, "E013:0 E005:1 E009:1 E011:3",
     false, NULL},
    {"screen = { size = [ 9, 9 ]; fps = 1000; };\n" PLAYLISTS SCHEDULE, "E005:1", true, NULL},
    {"screen = { size = [ 9, 9 ]; timezone = \"Asia/Saigonn\"; };\n" PLAYLISTS SCHEDULE, "E008:1",
     true, NULL},
    {"screen = { size = [ 9, 9 ]; background = \"blue\"; };\n" PLAYLISTS SCHEDULE, "E007:1", true,
     NULL},
    {"screen = { size = [ 9, 9 ]; location = [ 21.03, 105.85 ]; };\n" PLAYLISTS SCHEDULE, "", true,
     NULL},
    {"screen = { size = [ 9, 9 ]; location = [ 105.85, 21.03 ]; };\n" PLAYLISTS SCHEDULE, "E005:1",
     true, "latitude, from -90 to 90, before the longitude"},
    {"screen = { size = [ 9, 9 ]; location = [ 21.03, 181.0 ]; };\n" PLAYLISTS SCHEDULE, "E005:1",
     true, NULL},
    {"screen = { size = [ 9, 9 ]; location = [ 21, 105.85 ]; };\n" PLAYLISTS SCHEDULE, "E001:1",
     false, "[ 21.0, 105.85 ]"},
    {"screen = { size = [ 9, 9 ]; durations = 3; };\n" PLAYLISTS SCHEDULE, "E002:1", true, NULL},

    /* zones */
    {ZONES("{ name = \"z\"; area = [ 0, 440, 960, 80 ]; }"), "E010:2", true, "0,440 of 960x80"},
    {ZONES("{ name = \"z\"; }, { name = \"z\"; area = [ 0, 0, 9, 9 ]; }"), "E017:2", true, NULL},
    {ZONES("{ name = \"y\"; }"), "E013:0 E011:4", false, "no zone \"z\"; did you mean \"y\"?"},
    {ZONES("{ name = \"y\"; fallback = \"a\"; }"), "E011:4", true, NULL},
    {ZONES("{ name = \"z\"; fallback = \"b\"; }"), "E014:2", true, NULL},
    {ZONES("{ name = \"z\"; aera = [ 0, 0, 9, 9 ]; }"), "E002:2", true, "did you mean \"area\"?"},
    {ZONES("\"z\""), "E013:0 E003:2 E011:4", false, NULL},
    {SCREEN "zones = 3;\n" PLAYLISTS SCHEDULE, "E003:2", true, NULL},
    {SCREEN "zones = ( { name = \"y\"; }, { name = \"z\"; } );\n" PLAYLISTS SCHEDULE,
     "E013:0 E011:4", false, "names no zone"},

    /* items and playlists */
    {BAD_ITEM("duration = 3;"), "E015:3", true, "shows nothing"},
    {BAD_ITEM("text = \"a\"; clock = \"%H\";"), "E015:3", true, "both \"text\" and \"clock\""},
    {BAD_ITEM("image = \"nowhere.png\";"), "E020:3", true, "nowhere.png: no such file"},
    {BAD_ITEM("video = \"v.mp4\"; when = \"25:00\";"), "E030:3", true, "column"},
    {BAD_ITEM("color = \"#000000\"; when = \"Mon-Fri 8:00-17:00\";"), "W032:3", true,
     "Mo-Fr 08:00-17:00"},
    {BAD_ITEM("playlist = \"b\";"), "E014:3", true, "there is no playlist \"b\""},
    {BAD_ITEM("playlist = \"a\";"), "E016:3", true, "contain each other"},
    {SCREEN "playlists = { a = ( { color = \"#FF0000\"; }, { playlist = \"b\"; } );\n"
            "b = ( { playlist = \"a\"; } ); };\n" SCHEDULE,
     "E016:3", true, "\"a\" -> \"b\" -> \"a\""},
    {SCREEN "playlists = { a = { color = \"#FF0000\"; }; };\n" SCHEDULE, "E013:0 E003:2 E014:3",
     false, NULL},
    {BAD_ITEM(""), "E015:3", true, NULL},

    /* the schedule */
    {ENTRY("play = \"b\";"), "E013:0 E014:3", false, NULL},
    {ENTRY("when = \"Mo\";"), "E013:0 E009:3", false, "plays nothing"},
    {ENTRY("play = \"a\"; when = \"8am\";"), "E013:0 E030:3", false, NULL},
    {ENTRY("play = \"a\"; prio = 3;"), "E002:3", true, NULL},
    {ENTRY("play = \"a\"; priority = 1001;"), "E005:3", true, NULL},
    {ENTRY("play = \"a\"; end = \"finsh\";"), "E006:3", true, "did you mean \"finish\"?"},
    {SCREEN PLAYLISTS "schedule = ( \"a\" );\n", "E013:0 E003:3", false, NULL},
    {SCREEN "public_holidays = [ \"04-30\", \"05-01\" ];\n" PLAYLISTS SCHEDULE, "", true, NULL},
    {SCREEN "public_holidays = \"2026-09-02\";\n" PLAYLISTS SCHEDULE, "E003:2", true,
     "must be a list"},
    {SCREEN "fonts = \"/nowhere/fonts\";\n" PLAYLISTS SCHEDULE, "E022:2", true, "no such folder"},
    {SCREEN "fonts = 3;\n" PLAYLISTS SCHEDULE, "E003:2", true, NULL},
    {SCREEN "public_holidays = ( \"2 September\" );\n" PLAYLISTS SCHEDULE, "E012:2", true, NULL},
};

static void site_files(void **state) {
    (void)state;
    int failures = 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct problems problems = {0};
        struct model *model = parse(rows[i].text, &problems);
        char *found = codes(&problems);
        struct str first = {0};
        if (problems.count > 0) {
            const struct problem *p = &problems.list[0];
            problem_format(p, &first);
            for (size_t k = 1; k < problems.count && p->number == ERROR_NOTHING_TO_SHOW; k++) {
                str_clear(&first);
                problem_format(&problems.list[k], &first);
                p = &problems.list[k];
            }
        }
        bool right = strcmp(found, rows[i].problems) == 0 && (model != NULL) == rows[i].plays &&
                     (rows[i].part == NULL || strstr(str_text(&first), rows[i].part) != NULL);
        if (!right) {
            print_error("row %zu: found %s%s, first \"%s\"; expected %s in\n%s\n", i, found,
                        model != NULL ? "" : " and no model", str_text(&first), rows[i].problems,
                        rows[i].text);
            failures++;
        }
        str_finish(&first);
        free(found);
        model_unref(&model);
        problems_finish(&problems);
    }
    assert_int_equal(failures, 0);
}

static void cascade_and_defaults(void **state) {
    (void)state;
    static const char text[] =
        "screen = { size = [ 960, 480 ]; fps = 29.97; duration = 7.0; transition = \"fade\"; };\n"
        "playlists = { a = ( { color = \"#FF0000\"; },\n"
        "                    { color = \"#00FF00\"; duration = 1.0; transition = \"cut\"; },\n"
        "                    { color = \"#0000FF\"; duration = 1.0; transition_time = 5.0; } ); "
        "};\n"
        "schedule = ( { play = \"a\"; } );\n";
    struct problems problems = {0};
    struct model *model = parse(text, &problems);
    assert_non_null(model);
    assert_int_equal(problems.count, 0);
    assert_true(model->screen.fps.num == 30000 && model->screen.fps.den == 1001);
    assert_int_equal(model->zone_count, 1); /* the whole canvas when no zones are written */
    assert_int_equal(model->zones[0].area_on_canvas.w, 960);
    assert_true(model->items[0].duration == 7 * FLICKS_PER_SECOND);
    assert_int_equal(model->items[0].transition, TRANSITION_FADE);
    assert_int_equal(model->items[1].transition, TRANSITION_CUT);
    assert_true(model->items[1].transition_time == 0);
    assert_true(model->items[2].transition_time == FLICKS_PER_SECOND / 2); /* half the duration */
    assert_int_equal(model->entries[0].volume, -1);
    assert_int_equal(model->entries[0].where.line, 5);
    model_unref(&model);
    problems_finish(&problems);
}

/* Two spellings of one letter, composed and not, are the same text and the same item. */
static void texts_are_composed(void **state) {
    (void)state;
    struct problems problems = {0};
    struct model *one = parse(ITEM("text = \"Vi\xE1\xBB\x87t\";"), &problems);
    struct model *two = parse(ITEM("text = \"Vie\xCC\xA3\xCC\x82t\";"), &problems);
    assert_non_null(one);
    assert_non_null(two);
    assert_string_equal(one->items[0].text, two->items[0].text);
    assert_true(one->items[0].key == two->items[0].key);
    struct model *three = parse(ITEM("text = \"Viet\";"), &problems);
    assert_true(one->items[0].key != three->items[0].key);
    model_unref(&one);
    model_unref(&two);
    model_unref(&three);
    problems_finish(&problems);
}

static void limits_hold(void **state) {
    (void)state;
    struct str text = {0};
    str_add(&text, SCREEN "playlists = { a = (");
    for (int i = 0; i < MODEL_ITEMS_MAX + 5; i++) {
        str_addf(&text, "%s{ color = \"#FF0000\"; }", i > 0 ? "," : "");
    }
    str_add(&text, "); };\n" SCHEDULE);
    struct problems problems = {0};
    struct model *model = parse(text.text, &problems);
    assert_non_null(model);
    assert_int_equal(model->item_count, MODEL_ITEMS_MAX);
    assert_int_equal(problems.count, 1);
    assert_int_equal(problems.list[0].number, ERROR_RANGE);
    model_unref(&model);
    problems_finish(&problems);

    str_clear(&text);
    str_add(&text,
            SCREEN "zones = ( { name = \"z\"; fallback = \"a\"; } );\n" PLAYLISTS "schedule = (");
    for (int i = 0; i < 1500; i++) {
        str_addf(&text, "%s{ play = \"b\"; }", i > 0 ? "," : "");
    }
    str_add(&text, ");\n");
    model = parse(text.text, &problems);
    assert_non_null(model);
    assert_int_equal(problems.count, 1001); /* the last says that there are more */
    assert_int_equal(problems.error_count, 1500);
    model_unref(&model);
    problems_finish(&problems);
    str_finish(&text);

    static const char zero[] = SCREEN "\0" PLAYLISTS;
    assert_null(config_parse(zero, sizeof zero - 1, "site.cfg", NULL, NULL, &problems));
    assert_int_equal(problems.list[0].number, ERROR_FILE);
    problems_finish(&problems);
}

static bool probe_by_name(void *context, const char *path, enum config_media as,
                          struct media_facts *facts, char *problem, size_t size) {
    (*(int *)context)++;
    *facts = (struct media_facts){.has_video = true,
                                  .is_still = as == CONFIG_IMAGE,
                                  .duration = as == CONFIG_IMAGE ? 0 : 3 * FLICKS_PER_SECOND};
    snprintf(problem, size, "no video stream");
    return strstr(path, "bad") == NULL;
}

/* File systems keep accents as they were given, composed or not; both are found by both. */
static void files_are_found_however_accents_are_written(void **state) {
    (void)state;
    static const char *const spellings[] = {"ti\xE1\xBA\xBFt.png", "tie\xCC\x82\xCC\x81t.png"};
    for (size_t i = 0; i < 4; i++) {
        char folder[] = "/tmp/ledsign-config-XXXXXX", path[256], site[64];
        const char *why = NULL;
        assert_non_null(mkdtemp(folder));
        snprintf(path, sizeof path, "%s/%s", folder, spellings[i / 2]);
        snprintf(site, sizeof site, "%s/site.cfg", folder);
        assert_true(file_write(path, "x", 1, &why));
        char *found = config_find_file(site, spellings[i % 2]);
        assert_non_null(found);
        assert_string_equal(found, path);
        free(found);
        assert_null(config_find_file(site, "tiet.png"));
        snprintf(path, sizeof path, "rm -r %s", folder);
        assert_int_equal(system(path), 0);
    }
}

/* A site on disk: files beside it and in media/ above it, an include, one bad file. */
static void files_are_found_and_probed_once(void **state) {
    (void)state;
    static const char *const files[] = {"media/good.mp4", "sites/bad.mp4", "sites/near.png"};
    char folder[] = "/tmp/ledsign-config-XXXXXX", path[256];
    const char *why = NULL;
    assert_non_null(mkdtemp(folder));
    static const char *const folders[] = {"media", "sites"};
    for (size_t i = 0; i < COUNT(folders); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        assert_true(file_write(path, "x", 1, &why));
    }
    snprintf(path, sizeof path, "%s/sites/self.cfg", folder);
    static const char self[] = "@include \"self.cfg\"\n";
    struct problems problems = {0};
    assert_true(file_write(path, self, strlen(self), &why));
    assert_null(config_load(path, NULL, NULL, &problems));
    assert_int_equal(problems.count, 1);
    problems_finish(&problems);

    static const char included[] = "schedule = ( { play = \"a\"; },\n{ play = \"b\"; } );\n";
    snprintf(path, sizeof path, "%s/sites/more.cfg", folder);
    assert_true(file_write(path, included, strlen(included), &why));
    static const char site[] = SCREEN "playlists = { a = ( { video = \"good.mp4\"; }, { video = "
                                      "\"good.mp4\"; duration = 2.0; },\n"
                                      "{ video = \"bad.mp4\"; },\n"
                                      "{ image = \"neer.png\"; }, { image = \"near.png\"; } ); };\n"
                                      "@include \"more.cfg\"\n";
    snprintf(path, sizeof path, "%s/sites/site.cfg", folder);
    assert_true(file_write(path, site, strlen(site), &why));

    int probes = 0;
    struct model *model = config_load(path, probe_by_name, &probes, &problems);
    assert_non_null(model);
    char *found = codes(&problems);
    assert_string_equal(found, "E014:2 E021:3 E020:4");
    assert_string_equal(basename(problems.list[0].file), "more.cfg");
    assert_non_null(strstr(problems.list[1].text, "no video stream"));
    assert_string_equal(problems.list[2].suggestion, "did you mean \"near.png\"?");
    assert_int_equal(probes, 3);
    assert_true(model->items[0].duration == 3 * FLICKS_PER_SECOND);
    assert_true(model->items[1].duration == 2 * FLICKS_PER_SECOND);
    assert_true(model->items[0].valid && !model->items[2].valid && !model->items[3].valid);
    free(found);
    model_unref(&model);
    problems_finish(&problems);

    assert_null(config_load("/tmp/ledsign-nowhere.cfg", probe_by_name, &probes, &problems));
    assert_int_equal(problems.list[0].number, ERROR_FILE);
    problems_finish(&problems);
    snprintf(path, sizeof path, "rm -r %s", folder);
    assert_int_equal(system(path), 0);
}

/* What the file of an emergency holds, and what comes of it. */
static void emergencies(void **state) {
    (void)state;
    static const char site[] =
        "screen = { size = [ 960, 480 ]; volume = 80; emergency = \"now.txt\"; };\n"
        "zones = ( { name = \"left\"; area = [ 0, 0, 480, 480 ]; } );\n" PLAYLISTS
        "schedule = ( { zone = \"left\"; play = \"a\"; volume = 90; } );\n";
    static const struct {
        const char *bytes; /* NULL: no file */
        size_t length;
        const char *text; /* NULL: no emergency */
        const char *problems;
    } files[] = {
        {NULL, 0, NULL, ""},
        {"", 0, NULL, ""},
        {" \r\n\t\n", 5, NULL, ""},
        {"\xEF\xBB\xBF\n", 4, NULL, ""},
        {"\xEF\xBB\xBF S\xC6\xA1 t\xC3\xA1n\r\nngay \n", 20, "S\xC6\xA1 t\xC3\xA1n\r\nngay",
         "W019:1"},
        {"te\xCC\x82n", 5, "t\xC3\xAAn", "W019:1"}, /* composed */
        {"F\xFEire\0!", 7, "F\xEF\xBF\xBDire\xEF\xBF\xBD!", "E018:1 W019:1"},
    };
    char folder[] = "/tmp/ledsign-config-XXXXXX", path[256], file[256];
    const char *why = NULL;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/site.cfg", folder);
    snprintf(file, sizeof file, "%s/now.txt", folder);
    assert_true(file_write(path, site, strlen(site), &why));
    for (size_t i = 0; i < COUNT(files); i++) {
        struct problems problems = {0};
        unlink(file);
        if (files[i].bytes != NULL) {
            assert_true(file_write(file, files[i].bytes, files[i].length, &why));
        }
        struct model *model = config_load(path, NULL, NULL, &problems);
        assert_non_null(model);
        char *found = codes(&problems);
        assert_string_equal(found, files[i].problems);
        assert_string_equal(model->screen.emergency, file);
        assert_int_equal(model->zone_count, files[i].text != NULL ? 2 : 1);
        assert_int_equal(model->entry_count, model->zone_count);
        assert_int_equal(model->screen.volume, files[i].text != NULL ? 0 : 80);
        if (files[i].text != NULL) {
            const struct item *item = model->entries[1].playlist->items[0];
            assert_ptr_equal(model->entries[1].zone, &model->zones[1]);
            assert_int_equal(model->zones[1].area_on_canvas.w, 960);
            assert_string_equal(item->text, files[i].text);
            assert_true(item->valid && item->index == 1 && item->key != model->items[0].key);
        }
        free(found);
        model_unref(&model);
        problems_finish(&problems);
    }
    /* What is no text at all is said; the programme plays. */
    struct problems problems = {0};
    unlink(file);
    assert_int_equal(mkdir(file, 0700), 0);
    struct model *model = config_load(path, NULL, NULL, &problems);
    char *found = codes(&problems);
    assert_string_equal(found, "E018:1");
    assert_int_equal(model->zone_count, 1);
    free(found);
    model_unref(&model);
    problems_finish(&problems);
    snprintf(path, sizeof path, "rm -r %s", folder);
    assert_int_equal(system(path), 0);
}

static void table_of_problems(void **state) {
    (void)state;
    for (size_t i = 0; i < problem_row_count; i++) {
        const struct problem_row *row = &problem_rows[i];
        assert_ptr_equal(problem_find(row->severity, row->number), row); /* no number twice */
        assert_true(strlen(row->title) > 10 && strlen(row->title) < 80);
        assert_true(strlen(row->explanation) > 60);
        assert_null(strstr(row->title, "."));
    }
    assert_int_equal(problem_find_code("E014")->number, 14);
    assert_int_equal(problem_find_code("w012")->severity, SEVERITY_WARNING);
    static const char *const bad[] = {"", "E", "E14", "X014", "E0140", "E 14", "E-14", "E999"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_null(problem_find_code(bad[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(site_files),
        cmocka_unit_test(cascade_and_defaults),
        cmocka_unit_test(texts_are_composed),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(files_are_found_however_accents_are_written),
        cmocka_unit_test(files_are_found_and_probed_once),
        cmocka_unit_test(emergencies),
        cmocka_unit_test(table_of_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
