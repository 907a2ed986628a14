#include "model/prepared.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/model.h"
#include "unit.h"

static const struct ratio canvas = {30, 1};

static void test_wish(void **state) {
    (void)state;
    const flick_t s = FLICKS_PER_SECOND;
    static const struct {
        struct size coded;
        int rotation;
        struct ratio rate;
        int64_t count;
        bool variable;
        struct size shown;
        struct size size;
        struct ratio wanted;
        int64_t frames; /* of two seconds */
    } rows[] = {
        {{1920, 1080}, 0, {30, 1}, 60, false, {384, 216}, {384, 216}, {30, 1}, 60},
        {{1920, 1080}, 90, {25, 1}, 50, false, {216, 384}, {216, 384}, {25, 1}, 50},
        {{1920, 1080}, 0, {60, 1}, 120, false, {384, 216}, {384, 216}, {30, 1}, 60},
        {{1920, 1080}, 0, {50, 1}, 100, true, {384, 216}, {384, 216}, {30, 1}, 60},
        {{320, 180}, 0, {25, 1}, 50, false, {1920, 1080}, {320, 180}, {25, 1}, 50},
        {{320, 180}, 0, {25, 1}, 50, false, {200, 1080}, {200, 180}, {25, 1}, 50},
        {{1080, 1920}, 90, {25, 1}, 50, false, {4000, 4000}, {1920, 1080}, {25, 1}, 50},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct media_facts facts = {.has_video = true,
                                    .coded = rows[i].coded,
                                    .rotation = rows[i].rotation,
                                    .rate = rows[i].rate,
                                    .frame_count = rows[i].count,
                                    .variable_rate = rows[i].variable,
                                    .duration = 2 * s};
        struct prepared_wish wish = prepared_wish_of(&facts, rows[i].shown, canvas);
        assert_int_equal(wish.size.w, rows[i].size.w);
        assert_int_equal(wish.size.h, rows[i].size.h);
        assert_int_equal(wish.rate.num, rows[i].wanted.num);
        assert_int_equal(wish.frames, rows[i].frames);
    }
}

static void test_wish_covers_the_round(void **state) {
    (void)state;
    struct media_facts facts = {.coded = {640, 360},
                                .rate = {50, 1},
                                .frame_count = 51,
                                .duration = flick_of_frame(51, (struct ratio){50, 1})};
    struct prepared_wish wish = prepared_wish_of(&facts, (struct size){64, 36}, canvas);
    assert_int_equal(wish.frames, 31); /* 1.02 s at 30 a second: the last one is cut */
}

static void test_list_comes_back(void **state) {
    (void)state;
    struct prepared_list list = {0}, again;
    struct prepared_row row = {.state = PREPARED_READY,
                               .wish = {{384, 216}, {30000, 1001}, 960},
                               .source_size = 12345,
                               .source_mtime_ns = 67890,
                               .name = "abc.mp4",
                               .codec = "h264",
                               .bytes = 99,
                               .site = (char *)(uintptr_t) "site.cfg",
                               .source = (char *)(uintptr_t) "../media/Múa: điệu.mp4"};
    memset(row.hash, 'a', 64);
    prepared_list_put(&list, &row);
    row.bytes = 100; /* the same source and wish: replaced */
    prepared_list_put(&list, &row);
    char *text = prepared_list_format(&list);
    prepared_list_parse(&again, text);
    assert_int_equal(again.count, 1);
    struct file_identity identity = {.size = 12345, .mtime_ns = 67890};
    const struct prepared_row *found = prepared_list_find(&again, row.source, &identity, &row.wish);
    assert_non_null(found);
    assert_int_equal(found->bytes, 100);
    assert_string_equal(found->name, "abc.mp4");
    assert_string_equal(found->codec, "h264");
    identity.mtime_ns++;
    assert_null(prepared_list_find(&again, row.source, &identity, &row.wish));
    free(text);
    prepared_list_finish(&list);
    prepared_list_finish(&again);
}

static void test_bad_lists_are_empty(void **state) {
    (void)state;
    static const char *const hash =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    static const char *const lines[] = {
        "",
        "ready",
        "ready\t1x1\t1/1\t1\t1@1\t%s\t1\t../../etc/passwd:h264\ts\tp", /* leaves the folder */
        "ready\t1x1\t1/1\t1\t1@1\t%s\t1\t.hidden:h264\ts\tp",
        "ready\t0x1\t1/1\t1\t1@1\t%s\t1\ta.mp4:h264\ts\tp",
        "ready\t1x1\t1/0\t1\t1@1\t%s\t1\ta.mp4:h264\ts\tp",
        "maybe\t1x1\t1/1\t1\t1@1\t%s\t1\ta.mp4:h264\ts\tp",
        "ready\t1x1\t1/1\t1\t1@1\tshort%.0s\t1\ta.mp4:h264\ts\tp",
        "ready\t1x1\t1/1\t1\t1@1\t%s\t1\ta.mp4:h264\ts\tp\ttoo many",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct str text = {0};
        struct prepared_list list;
        str_add(&text, "ledsign prepared files 1\n");
        const char *slot = strstr(lines[i], "%s");
        str_add_bytes(&text, lines[i], slot != NULL ? (size_t)(slot - lines[i]) : strlen(lines[i]));
        if (slot != NULL) {
            str_add(&text, hash);
            str_add(&text, slot + 2);
        }
        prepared_list_parse(&list, str_text(&text));
        assert_int_equal(list.count, 0);
        prepared_list_finish(&list);
        str_finish(&text);
    }
}

static void test_source_names(void **state) {
    (void)state;
    static const char *const rows[][3] = {
        {"/site", "/site/a.mp4", "a.mp4"},
        {"/a/playlists/campaign", "/a/media/x.mp4", "../../media/x.mp4"},
        {"/a/b", "/a/bc/x.mp4", "../bc/x.mp4"},
        {"/a", "/x.mp4", "../x.mp4"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *name = prepared_source_name(rows[i][0], rows[i][1]);
        assert_string_equal(name, rows[i][2]);
        free(name);
    }
}

static void test_what_is_scheduled_stays(void **state) {
    (void)state;
    struct media_facts facts = {.size = {1920, 1080},
                                .coded = {1440, 1080},
                                .rotation = 90,
                                .rate = {60, 1},
                                .frame_count = 61,
                                .interlaced = true,
                                .duration = 717360000};
    struct prepared_row row = {.wish = {{385, 217}, {30, 1}, 31}, .codec = "h264"};
    prepared_change_facts(&facts, &row);
    assert_int_equal(facts.duration, 717360000);
    assert_int_equal(facts.size.w, 1920);
    assert_int_equal(facts.coded.w, 385);
    assert_int_equal(facts.rotation, 0);
    assert_int_equal(facts.frame_count, 31);
    assert_false(facts.interlaced);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wish),
        cmocka_unit_test(test_wish_covers_the_round),
        cmocka_unit_test(test_list_comes_back),
        cmocka_unit_test(test_bad_lists_are_empty),
        cmocka_unit_test(test_source_names),
        cmocka_unit_test(test_what_is_scheduled_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
