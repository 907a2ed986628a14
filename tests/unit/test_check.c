/* Sites as rows: the text of the file, and the warnings that must be given, with their lines. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "model/check.h"
#include "model/config.h"
#include "unit.h"

/* Wednesday, 2026-09-02, 10:00 in Viet Nam */
#define NOW (INT64_C(1788318000) * FLICKS_PER_SECOND)

#define TOP                                                                                        \
    "screen = { size = [ 960, 480 ]; timezone = \"Asia/Ho_Chi_Minh\"; };\n"                        \
    "playlists = { x = ( { color = \"#FF0000\"; } ); y = ( { color = \"#00FF00\"; } );\n"
/* Lines of the schedule from line 5 on; x is always on below them. */
#define LINES(lines) TOP "};\nschedule = ( { play = \"x\"; priority = -9; },\n" lines ");\n"
/* Playlists from line 3 on; line 5 is the schedule with the lines given after it. */
#define LISTS(lists, lines)                                                                        \
    TOP lists                                                                                      \
        "};\nschedule = (\n{ play = \"x\"; priority = -9; }, { play = \"y\"; priority = -8; "      \
        "when = \"Su 05:00-06:00\"; },\n" lines ");\n"

struct row {
    const char *name;
    const char *text;
    const char *problems;
    const char *part; /* of the first one, with its suggestion; NULL: any */
};

#define Y "{ play = \"y\"; "

static const struct row rows[] = {
    {"always", LINES(Y "when = \"Mo-Fr 08:00-17:00\"; }"), "", NULL},
    {"no expression at all", LINES(Y "}"), "W011:4", "has priority 0 and this has -9"},

    {"a year that is over", LINES(Y "when = \"2021 Dec 24-2021 Dec 26\"; }"), "W010:5",
     "is over since 2021-12-27 00:00"},
    {"a year that is to come", LINES(Y "when = \"2031 Dec 24-2031 Dec 26\"; }"), "", NULL},
    {"holidays that are not listed", LINES(Y "when = \"PH\"; }"), "W010:5", "open at no time"},
    {"shut", LINES(Y "when = \"off\"; }"), "W010:5", NULL},
    {"over this morning", LINES(Y "when = \"2026 Sep 2 06:00-09:00\"; }"), "W010:5", NULL},
    {"on at this moment for the last time", LINES(Y "when = \"2026 Sep 2 06:00-10:30\"; }"), "",
     NULL},

    {"beaten at all times", LINES(Y "when = \"Sa\"; }, { play = \"x\"; priority = 5; }"),
     "W011:4 W011:5", NULL},
    {"beaten by two by turns",
     LINES(Y "when = \"Sa\"; },\n{ play = \"x\"; when = \"Sa 00:00-12:00\"; priority = 2; },\n"
             "{ play = \"x\"; when = \"Sa 12:00-24:00\"; priority = 3; }"),
     "W011:5", "never plays"},
    {"beaten most of the time",
     LINES(Y "when = \"Sa\"; },\n{ play = \"x\"; when = \"Sa "
             "00:00-23:00\"; priority = 2; }"),
     "", NULL},

    {"two of one priority",
     LINES(Y "when = \"09:00-11:00\"; },\n{ play = \"x\"; when = "
             "\"10:30-12:00\"; }"),
     "W013:6", "first from 2026-09-02 10:30 until 2026-09-02 11:00: both have priority 0"},
    {"two always", LINES("{ play = \"y\"; priority = -9; }"), "W013:5", "from 2026-09-02 10:00 on"},
    {"two that touch",
     LINES(Y "when = \"09:00-11:00\"; },\n{ play = \"x\"; when = "
             "\"11:00-12:00\"; }"),
     "", NULL},
    {"two with shares",
     LINES(Y "share = 50; when = \"09:00-11:00\"; },\n{ play = \"x\"; share = "
             "50; when = \"10:30-12:00\"; }"),
     "", NULL},
    {"mixed, but both beaten",
     LINES(Y "when = \"09:00-11:00\"; },\n{ play = \"x\"; when = \"10:30-11:30\"; },\n{ play = "
             "\"x\"; when = \"10:30-11:30\"; priority = 1; }"),
     "W011:6", NULL},

    {"shares of lines",
     LINES(Y "share = 60; when = \"09:00-11:00\"; },\n{ play = \"x\"; share = "
             "50; when = \"10:30-12:00\"; }"),
     "W017:6", "add up to 110 percent"},
    {"shares of lines at different times",
     LINES(Y "share = 60; when = \"09:00-11:00\"; },\n{ play = \"x\"; share = 50; when = "
             "\"11:00-12:00\"; }"),
     "", NULL},
    {"shares of items",
     LISTS("z = ( { color = \"#000000\"; share = 70; },\n{ color = \"#000000\"; share = 40; } );\n",
           "{ play = \"z\"; when = \"Mo 10:00-12:00\"; }"),
     "W017:3", "\"z\" add up to 110"},

    {"an item that misses",
     LISTS("z = ( { color = \"#000000\"; },\n{ text = \"night\"; when = \"22:00-24:00\"; } );\n",
           "{ play = \"z\"; when = \"06:00-22:00\"; }"),
     "W014:4", "\"night\" is never shown"},
    {"an item that hits in one of two lines",
     LISTS(
         "z = ( { color = \"#000000\"; },\n{ text = \"night\"; when = \"22:00-24:00\"; } );\n",
         "{ play = \"z\"; when = \"06:00-22:00\"; }, { play = \"z\"; when = \"Mo 23:00-24:00\"; }"),
     "", NULL},
    {"an item that misses through its outer one",
     LISTS("z = ( { color = \"#000000\"; }, { playlist = \"in\"; when = \"Sa\"; } );\n"
           "in = ( { color = \"#000000\"; },\n{ text = \"a\"; when = \"Su\"; } );\n",
           "{ play = \"z\"; when = \"06:00-22:00\"; }"),
     "W014:5", NULL},

    {"a code in a zone that is too small for it",
     "screen = { size = [ 960, 36 ]; timezone = \"Asia/Ho_Chi_Minh\"; };\n"
     "playlists = { z = ( { qr = \"https://example.org/c\"; },\n"
     "{ qr = \"https://example.org/campaign/2026/information?source=screen\"; } ); };\n"
     "schedule = ( { play = \"z\"; } );\n",
     "W026:3", "needs 41x41 pixels, but its zone \"main\" has only 960x36"},
    {"longer than its window",
     LISTS("z = ( { color = \"#000000\"; duration = 600.0; },\n{ text = \"a\"; } );\n",
           "{ play = \"z\"; when = \"10:00-10:05\"; }"),
     "W015:3", "takes 600 s, but never has more than 300 s"},
    {"longer than its window, but alone",
     LISTS("z = ( { color = \"#000000\"; duration = 600.0; } );\n",
           "{ play = \"z\"; when = \"10:00-10:05\"; }"),
     "", NULL},
    {"longer than its window, but played to its end",
     LISTS("z = ( { color = \"#000000\"; duration = 600.0; },\n{ text = \"a\"; } );\n",
           "{ play = \"z\"; when = \"10:00-10:05\"; end = \"finish\"; }"),
     "", NULL},
    {"longer than one of its windows",
     LISTS("z = ( { color = \"#000000\"; duration = 600.0; },\n{ text = \"a\"; } );\n",
           "{ play = \"z\"; when = \"10:00-10:05,11:00-12:00\"; }"),
     "", NULL},

    {"nested, empty at times",
     LISTS("z = ( { color = \"#000000\"; },\n{ playlist = \"in\"; } );\n"
           "in = ( { text = \"a\"; when = \"12:00-22:00\"; } );\n",
           "{ play = \"z\"; when = \"06:00-22:00\"; }"),
     "W016:4", "\"in\" has nothing to show at times"},
    {"nested, shut when it would be empty",
     LISTS("z = ( { color = \"#000000\"; },\n{ playlist = \"in\"; when = \"12:00-22:00\"; } );\n"
           "in = ( { text = \"a\"; when = \"12:00-22:00\"; } );\n",
           "{ play = \"z\"; when = \"06:00-22:00\"; }"),
     "", NULL},
    {"nested, filled by turns",
     LISTS("z = ( { color = \"#000000\"; },\n{ playlist = \"in\"; } );\n"
           "in = ( { text = \"a\"; when = \"12:00-22:00\"; }, { text = \"b\"; when = "
           "\"22:00-12:00\"; } );\n",
           "{ play = \"z\"; when = \"06:00-22:00\"; }"),
     "", NULL},

    {"an unused playlist",
     LISTS("z = ( { color = \"#000000\"; } );\n", "{ play = \"y\"; when = \"Mo 10:00-12:00\"; }"),
     "W018:3", "nothing plays playlist \"z\""},

    {"nothing at night",
     TOP "};\nzones = ( { name = \"a\"; } );\nschedule = ( { play = \"x\"; when = \"06:00-22:00\"; "
         "}, { play = \"y\"; when = \"05:00-06:00\"; } );\n",
     "W012:4", "has nothing to show at times, first from 2026-09-02 22:00 until 2026-09-03 05:00"},
    {"only the fallback at night",
     TOP "};\nzones = ( { name = \"a\"; fallback = \"y\"; } );\nschedule = ( { play = \"x\"; when "
         "= \"06:00-22:00\"; } );\n",
     "W012:4", "nothing but its fallback at times, first from 2026-09-02 22:00 until 2026-09-03"},
    {"only the fallback by an item's fault",
     TOP "z = ( { text = \"a\"; when = \"12:00-13:00\"; } );\n};\nzones = ( { name = \"a\"; "
         "fallback = \"y\"; } );\nschedule = ( { play = \"z\"; }, { play = \"x\"; priority = -1; "
         "when = \"Mo\"; } );\n",
     "W012:5 W011:6", "first from 2026-09-02 10:00 until 2026-09-02 12:00"},
    {"a zone that is made for its fallback",
     TOP "};\nzones = ( { name = \"a\"; fallback = \"y\"; area = [ 0, 0, 9, 9 ]; }, { name = "
         "\"b\"; } );\nschedule = ( { zone = \"b\"; play = \"x\"; } );\n",
     "", NULL},
    {"a zone with nothing",
     TOP
     "};\nzones = ( { name = \"a\"; area = [ 0, 0, 9, 9 ]; },\n{ name = \"b\"; } );\nschedule = "
     "( { zone = \"b\"; play = \"x\"; }, { zone = \"b\"; play = \"y\"; when = \"Su\"; priority "
     "= 1; } );\n",
     "W012:4", "\"a\" has nothing to show for the coming year"},

    {"glyphs",
     LISTS("z = ( { text = \"a@b\"; font = \"Known\"; } );\n", "{ play = \"z\"; when = \"Mo\"; }"),
     "W023:3", "U+1F600 (\xF0\x9F\x98\x80), U+1E7F ("},
    {"a font",
     LISTS("z = ( { text = \"a\"; font = \"Other\"; },\n{ clock = \"%H\"; font = "
           "\"Other\"; } );\n",
           "{ play = \"z\"; when = \"Mo\"; }"),
     "W024:3", "font \"Other\" is not installed"},
};

static size_t missing(void *context, const struct item *item, int32_t *points, size_t max) {
    (void)context;
    assert_true(max >= 2);
    if (item->text == NULL || strchr(item->text, '@') == NULL) {
        return 0;
    }
    points[0] = 0x1F600;
    points[1] = 0x1E7F;
    return 2;
}

static bool is_known(void *context, const char *font) {
    (void)context;
    return strcmp(font, "Known") == 0;
}

static const struct check_fonts fonts = {NULL, missing, is_known};

static char *codes(const struct problems *problems) {
    struct str out = {0};
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *p = &problems->list[i];
        assert_non_null(problem_find(p->severity, p->number));
        str_addf(&out, "%s%c%03d:%d", i > 0 ? " " : "", p->severity == SEVERITY_ERROR ? 'E' : 'W',
                 p->number, p->line);
    }
    return str_take(&out);
}

static void sites(void **state) {
    (void)state;
    int failures = 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct problems problems = {0};
        struct model *model =
            config_parse(rows[i].text, strlen(rows[i].text), "site.cfg", NULL, NULL, &problems);
        assert_non_null(model);
        check_model(model, NOW, &fonts, &problems);
        char *found = codes(&problems);
        struct str all = {0};
        for (size_t k = 0; k < problems.count; k++) {
            str_add(&all, "\n  ");
            problem_format(&problems.list[k], &all);
        }
        if (strcmp(found, rows[i].problems) != 0 ||
            (rows[i].part != NULL && strstr(str_text(&all), rows[i].part) == NULL)) {
            print_error("%s: found \"%s\", expected \"%s\" with \"%s\"%s\n", rows[i].name, found,
                        rows[i].problems, rows[i].part != NULL ? rows[i].part : "", str_text(&all));
            failures++;
        }
        str_finish(&all);
        free(found);
        model_unref(&model);
        problems_finish(&problems);
    }
    assert_int_equal(failures, 0);
}

static bool probe_by_name(void *context, const char *path, enum config_media as,
                          struct media_facts *facts, char *problem, size_t size) {
    static const struct {
        const char *name;
        struct media_facts facts;
    } files[] = {
        {"good.mp4", {.coded = {960, 480}, .rate = {30, 1}, .codec = "h264", .bits = 8}},
        {"rate.mp4", {.coded = {960, 480}, .rate = {60, 1}, .codec = "h264", .bits = 8}},
        {"ntsc.mp4", {.coded = {960, 480}, .rate = {30000, 1001}, .codec = "h264", .bits = 8}},
        {"4k.mp4", {.coded = {3840, 2160}, .rate = {25, 1}, .codec = "hevc", .bits = 8}},
        {"big.mp4", {.coded = {1922, 962}, .rate = {25, 1}, .codec = "h264", .bits = 8}},
        {"av1.mp4", {.coded = {960, 480}, .rate = {25, 1}, .codec = "av1", .bits = 8}},
        {"ten.mp4", {.coded = {960, 480}, .rate = {25, 1}, .codec = "h264", .bits = 10}},
        {"combs.mp4",
         {.coded = {960, 480}, .rate = {25, 1}, .codec = "h264", .bits = 8, .interlaced = true}},
        {"good.png", {.coded = {960, 480}, .is_still = true}},
        {"big.png", {.coded = {8192, 4096}, .is_still = true}},
        {"cover.mp3", {.coded = {3000, 3000}, .codec = "png", .bits = 8, .has_audio = true}},
    };
    (void)context;
    (void)as;
    (void)problem;
    (void)size;
    for (size_t i = 0; i < COUNT(files); i++) {
        if (strcmp(file_name(path), files[i].name) == 0) {
            *facts = files[i].facts;
            facts->size = facts->coded;
            facts->has_video = true;
            facts->duration = facts->is_still ? 0 : 9 * FLICKS_PER_SECOND;
            return true;
        }
    }
    return false;
}

static void media(void **state) {
    (void)state;
    static const struct {
        const char *name, *kind, *problems, *part;
        bool is_idle_first; /* named before by a list that nothing plays */
    } files[] = {
        {"good.mp4", "video", "", NULL, false},
        {"rate.mp4", "video", "W021:3", "60 pictures a second, but the screen shows 30", false},
        {"ntsc.mp4", "video", "", NULL, false},
        {"4k.mp4", "video", "W020:3", "3840x2160 pixels, which is too much", false},
        {"big.mp4", "video", "W020:3", "but its zone \"main\" only 960x480", false},
        {"av1.mp4", "video", "W022:3", "is av1 video", false},
        {"ten.mp4", "video", "W022:3", "10 bits", false},
        {"combs.mp4", "video", "W022:3", "interlaced", false},
        {"good.png", "image", "", NULL, false},
        {"big.png", "image", "W020:3", NULL, false},
        {"cover.mp3", "audio", "", NULL, false}, /* the picture in a sound is no video */
        {"4k.mp4", "video", "W018:3 W020:4", NULL, true},
    };
    char folder[] = "/tmp/ledsign-check-XXXXXX", path[128], text[1024];
    const char *why = NULL;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < COUNT(files); i++) {
        struct problems problems = {0};
        snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
        assert_true(file_write(path, "x", 1, &why));
        const char *kind = files[i].kind;
        if (files[i].is_idle_first) {
            snprintf(text, sizeof text,
                     LISTS("idle = ( { %s = \"%s\"; } );\nz = ( { %s = \"%s\"; } );\n",
                           "{ play = \"z\"; when = \"Mo\"; }"),
                     kind, path, kind, path);
        } else {
            snprintf(text, sizeof text,
                     LISTS("z = ( { %s = \"%s\"; } );\n", "{ play = \"z\"; when = \"Mo\"; }"), kind,
                     path);
        }
        struct model *model =
            config_parse(text, strlen(text), "site.cfg", probe_by_name, NULL, &problems);
        assert_non_null(model);
        check_model(model, NOW, NULL, &problems);
        char *found = codes(&problems);
        if (strcmp(found, files[i].problems) != 0 ||
            (files[i].part != NULL && strstr(problems.list[0].text, files[i].part) == NULL)) {
            fail_msg("%s: %s %s", files[i].name, found,
                     problems.count > 0 ? problems.list[0].text : "");
        }
        free(found);
        model_unref(&model);
        problems_finish(&problems);
        unlink(path);
    }
    assert_int_equal(rmdir(folder), 0);
}

/* A year of a site with many lines and items is looked at in bounded time. */
static void large_sites_are_bounded(void **state) {
    (void)state;
    struct str text = {0};
    str_add(&text, TOP "};\nschedule = ( { play = \"x\"; }");
    for (int i = 0; i < 1999; i++) {
        str_addf(&text, ",{ play = \"y\"; priority = %d; when = \"%02d:%02d-%02d:%02d\"; }",
                 i % 999 + 1, i % 23, i % 60, i % 23 + 1, i % 60);
    }
    str_add(&text, ");\n");
    struct problems problems = {0};
    struct model *model = config_parse(text.text, text.length, "site.cfg", NULL, NULL, &problems);
    int64_t start = clock_monotonic_us();
    check_model(model, NOW, &fonts, &problems);
    assert_true(clock_monotonic_us() - start < 20 * 1000000);
    model_unref(&model);
    problems_finish(&problems);
    str_finish(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites),
        cmocka_unit_test(media),
        cmocka_unit_test(large_sites_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
