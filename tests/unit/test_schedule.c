#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "schedule_site.h"

static struct zone_plan at(struct site *site, const struct conditions *conditions, flick_t t) {
    struct zone_plan plan;
    schedule_zone_at(&site->model, conditions, &site->zones[0], t, &plan);
    return plan;
}

static int index_of(const struct showing *showing) {
    return showing->item != NULL ? showing->item->index : -1;
}

static int index_at(struct site *site, const struct conditions *conditions, flick_t t) {
    struct zone_plan plan = at(site, conditions, t);
    return index_of(&plan.now);
}

/* Spells the items shown from `from` on as letters, '-' for nothing. */
static const char *spell(struct site *site, const struct conditions *conditions, flick_t from,
                         int count) {
    static char text[256];
    for (int i = 0; i < count; i++) {
        struct zone_plan plan = at(site, conditions, from);
        text[i] = plan.now.item != NULL ? (char)('A' + plan.now.item->index) : '-';
        from = plan.now.until;
    }
    text[count] = 0;
    return text;
}

/* Every stretch is the same from its first to its last flick, and they meet without a gap. */
static void check_stretches(struct site *site, const struct conditions *conditions, flick_t from,
                            flick_t to) {
    struct schedule_cache *cache = schedule_cache_create(&site->model);
    struct zone_plan plan, other;
    schedule_zone_at(&site->model, conditions, &site->zones[0], from, &plan);
    while (plan.now.until < to) {
        flick_t t = plan.now.until;
        assert_true(plan.now.started < plan.now.until);
        flick_t inside[] = {plan.now.started, plan.now.started + (t - plan.now.started) / 2, t - 1};
        for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
            if (inside[i] < from) {
                continue;
            }
            schedule_zone_at_cached(cache, conditions, &site->zones[0], inside[i], &other);
            assert_int_equal(index_of(&other.now), index_of(&plan.now));
            assert_int_equal(other.now.started, plan.now.started);
            assert_int_equal(other.now.until, plan.now.until);
            assert_int_equal(other.segment_started, plan.segment_started);
            assert_int_equal(other.segment_until, plan.segment_until);
        }
        struct showing before = plan.now;
        schedule_zone_at(&site->model, conditions, &site->zones[0], t, &plan);
        assert_int_equal(plan.now.started, t);
        if (before.repeats) {
            assert_int_equal(index_of(&plan.now), index_of(&before));
        }
    }
    schedule_cache_destroy(&cache);
}

static void test_loop_starts_with_its_segment(void **state) {
    (void)state;
    struct site *site = site_create(1);
    site_item(site, 0, 10 * SECOND);
    site_item(site, 0, 7 * SECOND);
    site_entry(site, 0, 0, site_window(site, 100 * DAY + 6 * HOUR, 16 * HOUR, DAY));
    flick_t open = 100 * DAY + 6 * HOUR;
    struct zone_plan plan = at(site, NULL, open + 1000 * 17 * SECOND + 10 * SECOND);
    assert_int_equal(index_of(&plan.now), 1);
    assert_int_equal(plan.now.loop, 1000);
    assert_int_equal(plan.now.started, open + 17010 * SECOND);
    assert_int_equal(plan.segment_started, open);
    plan = at(site, NULL, open - 1);
    assert_int_equal(index_of(&plan.now), -1);
    assert_int_equal(plan.now.until, open);
    plan = at(site, NULL, open + 16 * HOUR - 1);
    assert_int_equal(plan.now.until, open + 16 * HOUR);
    check_stretches(site, NULL, open - HOUR, open + HOUR);
    free(site);
}

static void test_always_open_is_anchored_at_the_epoch(void **state) {
    (void)state;
    struct site *site = site_create(1);
    site_item(site, 0, 10 * SECOND);
    site_item(site, 0, 7 * SECOND);
    site_entry(site, 0, 0, NULL);
    struct zone_plan plan = at(site, NULL, INT64_C(17) * SECOND * 90000000);
    assert_int_equal(index_of(&plan.now), 0);
    assert_int_equal(plan.now.loop, 90000000);
    assert_int_equal(plan.segment_started, FLICK_ALWAYS);
    check_stretches(site, NULL, -HOUR, HOUR);
    free(site);
}

static void test_losers_restart_nothing(void **state) {
    (void)state;
    struct site *site = site_create(1);
    site_item(site, 0, 10 * SECOND);
    site_item(site, 1, 10 * SECOND);
    site_entry(site, 0, 5, site_window(site, 0, 20 * HOUR, DAY));
    site_entry(site, 1, 0, site_window(site, 7 * SECOND, 13 * SECOND, MINUTE));
    struct zone_plan plan = at(site, NULL, 19 * HOUR);
    assert_int_equal(plan.segment_started, 0);
    assert_int_equal(plan.segment_until, 20 * HOUR);
    plan = at(site, NULL, 22 * HOUR + 8 * SECOND);
    assert_int_equal(index_of(&plan.now), 1);
    assert_int_equal(plan.segment_started, 22 * HOUR + 7 * SECOND);
    free(site);
}

static void test_sequences(void **state) {
    (void)state;
    struct site *site = site_create(1);
    site_item(site, 0, SECOND);
    site_nested(site, 0, 1);
    site_item(site, 0, SECOND)->every = 3;
    site_item(site, 1, SECOND);
    site_item(site, 1, SECOND)->every = 2;
    site_entry(site, 0, 0, NULL);
    /* loop 0: A D E C, 1: A D, 2: A D E, 3: A D C */
    assert_string_equal(spell(site, NULL, 0, 16), "ADECADADEADCADEA");
    assert_int_equal(at(site, NULL, 9 * SECOND).now.loop, 3);
    check_stretches(site, NULL, 0, 5 * MINUTE);
    free(site);

    site = site_create(1);
    site_item(site, 0, SECOND);
    site_item(site, 0, SECOND);
    site_item(site, 0, SECOND);
    site_item(site, 0, SECOND)->weight = 2;
    site_entry(site, 0, 0, NULL);
    assert_string_equal(spell(site, NULL, 0, 10), "ADBDCADBDC");
    free(site);

    site = site_create(1);
    site_item(site, 0, SECOND);
    site_item(site, 1, SECOND);
    site_entry(site, 1, 3, NULL);
    site_entry(site, 0, 3, NULL);
    assert_string_equal(spell(site, NULL, 0, 4), "BABA");
    free(site);
}

static void test_shuffle(void **state) {
    (void)state;
    struct site *site = site_create(1);
    for (int i = 0; i < 6; i++) {
        site_item(site, 0, SECOND);
    }
    site_nested(site, 1, 0)->shuffle = true;
    site_entry(site, 1, 0, NULL);
    int different = 0, first = -1;
    char last = 0, text[7] = "";
    for (int loop = 0; loop < 200; loop++) {
        const char *order = spell(site, NULL, loop * 6 * SECOND, 6);
        assert_true(order[0] != last);
        for (char c = 'A'; c <= 'F'; c++) {
            assert_non_null(strchr(order, c));
        }
        different += strcmp(order, text) != 0;
        memcpy(text, order, 7);
        last = order[5];
        first = first < 0 ? order[0] : first;
    }
    assert_true(different > 190);
    assert_string_equal(spell(site, NULL, 0, 12), "ABFDECABDCFE");
    check_stretches(site, NULL, 0, 10 * MINUTE);
    free(site);
}

static void test_failures(void **state) {
    (void)state;
    struct site *site = site_create(1);
    site_item(site, 0, 10 * SECOND);
    site_item(site, 0, 4 * SECOND);
    site_item(site, 0, 3 * SECOND);
    site_item(site, 1, 2 * SECOND);
    site->zones[0].fallback = &site->playlists[1];
    site_entry(site, 0, 0, NULL);
    struct failure failures[] = {{0, 2 * SECOND, 20 * SECOND},
                                 {1, 1000 * SECOND, 1100 * SECOND},
                                 {0, 1000 * SECOND, 1100 * SECOND},
                                 {2, 1000 * SECOND, 1100 * SECOND}};
    struct conditions conditions = {.failures = failures, .failure_count = 1};
    /* A fails at 2 s of its 10: B 4 s, C 3 s, B 1 s; then B and C in their own time; at 17 s A is
     * still failed, at 34 s it is tried again. */
    assert_string_equal(spell(site, &conditions, 0, 10), "ABCBBCBCBB");
    assert_int_equal(index_at(site, &conditions, 34 * SECOND), 0);
    check_stretches(site, &conditions, 0, 5 * MINUTE);
    conditions.failure_count = 4;
    assert_int_equal(index_at(site, &conditions, 1050 * SECOND), 3);
    assert_int_equal(index_at(site, &conditions, 1150 * SECOND), 1);
    check_stretches(site, &conditions, 900 * SECOND, 1300 * SECOND);
    free(site);
}

static void test_finish(void **state) {
    (void)state;
    struct site *site = site_create(1);
    site_item(site, 0, 7 * MINUTE);
    site_item(site, 1, 11 * MINUTE);
    site_entry(site, 0, 0, site_window(site, 0, HOUR, 2 * HOUR))->end = END_FINISH;
    site_entry(site, 1, 0, site_window(site, HOUR, HOUR, 2 * HOUR))->end = END_FINISH;
    /* A nine times to 63 min; B from there six times to 129 min; A from there. Monday is day 4. */
    flick_t monday = 4 * DAY;
    struct zone_plan plan = at(site, NULL, monday + 62 * MINUTE);
    assert_int_equal(index_of(&plan.now), 0);
    assert_int_equal(plan.now.until, monday + 63 * MINUTE);
    plan = at(site, NULL, monday + 63 * MINUTE);
    assert_int_equal(index_of(&plan.now), 1);
    assert_int_equal(plan.now.started, monday + 63 * MINUTE);
    assert_int_equal(plan.segment_started, monday + 63 * MINUTE);
    plan = at(site, NULL, monday + 125 * MINUTE);
    assert_int_equal(index_of(&plan.now), 1);
    assert_int_equal(plan.now.until, monday + 129 * MINUTE);
    assert_int_equal(at(site, NULL, monday + 130 * MINUTE).now.started, monday + 129 * MINUTE);
    check_stretches(site, NULL, monday + 20 * MINUTE, monday + 2 * DAY);
    free(site);
}

static void test_share(void **state) {
    (void)state;
    static const struct {
        double share[3];
        double expected[3];
    } rows[] = {{{25, 0, 0}, {25, -1, -1}},
                {{10, 33.3, 0}, {10, 33.3, -1}},
                {{80, 80, 40}, {40, 40, 20}},
                {{50, 50, 0}, {50, 50, 0}}};
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        struct site *site = site_create(1);
        static const int seconds[] = {15, 8, 11};
        for (int i = 0; i < 3; i++) {
            site_item(site, 0, seconds[i] * SECOND)->share = rows[row].share[i];
        }
        site_entry(site, 0, 0, NULL);
        flick_t shown[3] = {0}, total = 0;
        struct zone_plan plan = at(site, NULL, 0);
        while (plan.now.loop == 0) {
            shown[index_of(&plan.now)] += plan.now.until - plan.now.started;
            total += plan.now.until - plan.now.started;
            plan = at(site, NULL, plan.now.until);
        }
        for (int i = 0; i < 3; i++) {
            double percent = 100.0 * (double)shown[i] / (double)total;
            double expected = rows[row].expected[i];
            assert_true(expected < 0 || (percent > expected - 1 && percent < expected + 1));
        }
        free(site);
    }
}

static void test_max_per_hour(void **state) {
    (void)state;
    for (int limit = 1; limit <= 9; limit++) {
        for (int variant = 0; variant < 4; variant++) {
            struct site *site = site_create(1);
            struct item *limited = site_item(site, 0, 15 * SECOND);
            limited->max_per_hour = limit;
            limited->weight = variant == 2 ? 3 : 1;
            if (variant != 3) {
                site_item(site, 0, 40 * SECOND);
                site_item(site, 0, 35 * SECOND);
            }
            site_nested(site, 1, 0)->shuffle = variant == 1;
            site_entry(site, 1, 0, NULL);
            flick_t starts[200];
            int count = 0;
            struct schedule_cache *cache = schedule_cache_create(&site->model);
            struct zone_plan plan = {0};
            for (flick_t t = 0; t < 12 * HOUR; t = plan.now.until) {
                schedule_zone_at_cached(cache, NULL, &site->zones[0], t, &plan);
                if (plan.now.item == limited) {
                    assert_true(count < 200);
                    starts[count++] = plan.now.started;
                }
            }
            assert_true(count >= 12 / 2);
            for (int i = limit; i < count; i++) {
                assert_true(starts[i] - starts[i - limit] >= HOUR);
            }
            schedule_cache_destroy(&cache);
            free(site);
        }
    }
}

static void test_transition(void **state) {
    (void)state;
    struct site *site = site_create(1);
    site_item(site, 0, 10 * SECOND);
    struct item *fading = site_item(site, 0, 10 * SECOND);
    fading->transition = TRANSITION_FADE;
    fading->transition_time = SECOND;
    site_entry(site, 0, 0, NULL)->volume = 50;
    struct zone_plan plan = at(site, NULL, 10 * SECOND + SECOND / 2);
    assert_int_equal(index_of(&plan.leaving), 0);
    assert_int_equal(plan.transition_until, 11 * SECOND);
    assert_int_equal(plan.now.volume, 50);
    assert_null(at(site, NULL, 11 * SECOND).leaving.item);
    free(site);
}

static void test_single_item_repeats(void **state) {
    (void)state;
    struct site *site = site_create(1);
    struct item *item = site_item(site, 0, 1001);
    item->transition = TRANSITION_FADE;
    item->transition_time = 500;
    site_entry(site, 0, 0, NULL);
    struct zone_plan plan = at(site, NULL, INT64_C(1001) * 1000000007 + 3);
    assert_true(plan.now.repeats);
    assert_null(plan.leaving.item);
    assert_int_equal(plan.now.started, INT64_C(1001) * 1000000007);
    free(site);
}

static unsigned random_below(unsigned *seed, unsigned bound) {
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % bound;
}

static struct site *random_site(unsigned *seed) {
    struct site *site = site_create(1);
    for (int list = 0; list < 3; list++) {
        unsigned count = 1 + random_below(seed, 5);
        for (unsigned i = 0; i < count; i++) {
            struct item *item = list > 0 && random_below(seed, 4) == 0
                                    ? site_nested(site, list, list - 1)
                                    : site_item(site, list, (1 + random_below(seed, 400)) * SECOND);
            item->shuffle = item->kind == ITEM_PLAYLIST && random_below(seed, 2) == 0;
            item->weight = 1 + (int)random_below(seed, 3);
            item->every = 1 + (int)(random_below(seed, 4) == 0 ? random_below(seed, 4) : 0);
            item->share = random_below(seed, 9) == 0 ? random_below(seed, 60) : 0;
            item->max_per_hour = random_below(seed, 9) == 0 ? (int)random_below(seed, 20) : 0;
            if (random_below(seed, 6) == 0 && site->hours_count < 10) {
                item->when = site_window(site, random_below(seed, 86400) * SECOND,
                                         (1 + random_below(seed, 7200)) * SECOND, 3 * HOUR);
            }
        }
    }
    for (unsigned i = 0; i < 4; i++) {
        struct entry *entry =
            site_entry(site, (int)random_below(seed, 3), (int)random_below(seed, 2),
                       site_window(site, random_below(seed, 86400) * SECOND,
                                   (1 + random_below(seed, 36000)) * SECOND, DAY));
        entry->end = random_below(seed, 3) == 0 ? END_FINISH : END_CUT;
    }
    site->zones[0].fallback = random_below(seed, 2) == 0 ? &site->playlists[0] : NULL;
    return site;
}

/* Over a week that begins in the middle of one, so that a week's anchor lies inside. */
static void test_random_sites(void **state) {
    (void)state;
    for (unsigned i = 1; i <= 60; i++) {
        unsigned seed = i * 7919;
        struct site *site = random_site(&seed);
        struct failure failures[4];
        for (int k = 0; k < 4; k++) {
            flick_t since = (20000 * DAY) + random_below(&seed, 2 * 86400) * SECOND;
            failures[k] = (struct failure){(int)random_below(&seed, 6), since,
                                           since + random_below(&seed, 20000) * SECOND};
        }
        struct conditions conditions = {failures, i % 2 == 0 ? 4 : 0};
        check_stretches(site, &conditions, 20000 * DAY, 20002 * DAY);
        free(site);
    }
}

static void test_speed(void **state) {
    (void)state;
    struct site *site = site_create(1);
    for (int i = 0; i < 60; i++) {
        site_item(site, 1, 10 * SECOND);
    }
    site_nested(site, 0, 1)->shuffle = true;
    site_entry(site, 0, 0, site_window(site, 0, 20 * HOUR, DAY));
    struct schedule_cache *cache = schedule_cache_create(&site->model);
    static struct plan plan;
    int64_t begun = clock_monotonic_us();
    const int count = 200000;
    for (int i = 0; i < count; i++) {
        schedule_at_cached(cache, NULL, 1000 * DAY + (flick_t)i * (SECOND / 60), &plan);
    }
    int64_t took = clock_monotonic_us() - begun;
    print_message("schedule_at_cached: %.3f us\n", (double)took / count);
    assert_true(took / count < 20);
    schedule_cache_destroy(&cache);
    free(site);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loop_starts_with_its_segment),
        cmocka_unit_test(test_always_open_is_anchored_at_the_epoch),
        cmocka_unit_test(test_losers_restart_nothing),
        cmocka_unit_test(test_sequences),
        cmocka_unit_test(test_shuffle),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_finish),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_max_per_hour),
        cmocka_unit_test(test_transition),
        cmocka_unit_test(test_single_item_repeats),
        cmocka_unit_test(test_random_sites),
        cmocka_unit_test(test_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
