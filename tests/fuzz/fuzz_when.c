/* Any bytes as a `when` expression: parsed, explained, and asked when it is open. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/hours.h"
#include "model/timezone.h"

#define NOW (INT64_C(1788318000) * FLICKS_PER_SECOND)
#define DAY (INT64_C(86400) * FLICKS_PER_SECOND)

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

/* Sorted, disjoint, not touching, inside; and what hours_span_at says of their beginnings. */
static void ask(const struct hours *hours, const struct hours_place *place) {
    struct hours_interval found[200];
    size_t count = hours_intervals(hours, place, NOW, NOW + 40 * DAY, found, 200);
    for (size_t i = 0; i < count && i < 200; i++) {
        struct hours_span span = hours_span_at(hours, place, found[i].start);
        bool is_apart = i == 0 || found[i - 1].end < found[i].start;
        if (found[i].start >= found[i].end || !is_apart || !span.open ||
            span.until < found[i].end) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length) {
    const char *why = NULL;
    struct hours_problem problem;
    const char *canonical = NULL;
    struct arena *arena = arena_create();
    struct timezone_ *zone = timezone_load("Europe/Berlin", &why);
    struct hours_place place = {
        .timezone = zone, .has_location = true, .latitude = 52.5, .longitude = 13.4};
    char *text = malloc(length + 1);
    memcpy(text, bytes, length);
    text[length] = 0;
    struct hours *hours = hours_parse(arena, text, &problem, &canonical);
    if (hours != NULL && zone != NULL) {
        struct str sentence = {0};
        hours_explain(hours, &sentence);
        str_finish(&sentence);
        ask(hours, &place);
        /* What is recommended instead is in the language. */
        if (problem.text[0] != 0 && hours_parse(arena, canonical, &problem, NULL) == NULL) {
            abort();
        }
    }
    free(text);
    timezone_destroy(&zone);
    arena_destroy(&arena);
    return 0;
}
