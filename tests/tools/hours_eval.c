/* hours_eval: evaluates many `when` expressions, for the comparison with the reference.
 *
 * usage: hours_eval [-h|-s DATE]... <LINES     a line: EXPRESSION TAB ZONE TAB LATITUDE TAB
 * LONGITUDE TAB FROM TAB TO (POSIX seconds) Prints for each line the open intervals as POSIX
 * seconds, "START-END START-END ...", or "error COLUMN: why". -h: a public holiday, like
 * 2026-09-02; -s: a day of the school holidays. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/hours.h"
#include "model/timezone.h"

#define INTERVALS_MAX 20000

static void print_line(char *line, const struct holidays *holidays) {
    static struct hours_interval found[INTERVALS_MAX];
    char *field[6] = {0};
    for (int i = 0; i < 6; i++) {
        field[i] = strsep(&line, "\t\n");
        if (field[i] == NULL) {
            printf("error 0: six fields expected\n");
            return;
        }
    }
    struct arena *arena = arena_create();
    const char *why = NULL;
    struct hours_problem problem;
    struct timezone_ *zone = timezone_load(field[1], &why);
    struct hours *hours = hours_parse(arena, field[0], &problem, NULL);
    if (zone == NULL || hours == NULL) {
        printf("error %d: %s\n", problem.column, zone == NULL ? why : problem.text);
    } else {
        struct hours_place place = {zone, true, strtod(field[2], NULL), strtod(field[3], NULL),
                                    holidays};
        size_t count =
            hours_intervals(hours, &place, strtoll(field[4], NULL, 10) * FLICKS_PER_SECOND,
                            strtoll(field[5], NULL, 10) * FLICKS_PER_SECOND, found, INTERVALS_MAX);
        for (size_t i = 0; i < count && i < INTERVALS_MAX; i++) {
            printf("%s%lld-%lld", i > 0 ? " " : "", (long long)(found[i].start / FLICKS_PER_SECOND),
                   (long long)(found[i].end / FLICKS_PER_SECOND));
        }
        printf("\n");
    }
    timezone_destroy(&zone);
    arena_destroy(&arena);
}

int main(int argc, char **argv) {
    static char line[8192];
    struct arena *arena = arena_create();
    struct holidays *holidays = holidays_create(arena);
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *why = NULL;
        bool is_school = strcmp(argv[i], "-s") == 0;
        if ((!is_school && strcmp(argv[i], "-h") != 0) ||
            !holidays_add(holidays, is_school, argv[i + 1], NULL, &why)) {
            fprintf(stderr, "usage: hours_eval [-h|-s DATE]... <LINES\n");
            return 2;
        }
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        print_line(line, holidays);
    }
    arena_destroy(&arena);
    return 0;
}
