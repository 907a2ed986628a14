/* problem.h: mistakes found in a site, collected so that all of them can be shown at once.
 *
 * Filled by config.c, check.c and the loader; printed by `ledsign check` and by `play` at start and
 * at reload. Each kind has a stable number that `ledsign help W012` explains, from one table
 * (problem_table.c), which also makes docs/problems.md. A number is never given to another
 * problem. Tens go together: 00 the file and its keys, 10 names and the schedule, 20 media and
 * fonts, 30 `when`. Texts are in English in the sources and translated as they are added. */
#ifndef LEDSIGN_MODEL_PROBLEM_H
#define LEDSIGN_MODEL_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "model/model.h"

enum severity { SEVERITY_WARNING, SEVERITY_ERROR };

/* Numbers of errors and of warnings count by themselves: E014 and W014 have nothing in common. */
enum error_number {
    ERROR_FILE = 1,
    ERROR_KEY = 2,
    ERROR_TYPE = 3,
    ERROR_TEXT = 4,
    ERROR_RANGE = 5,
    ERROR_CHOICE = 6,
    ERROR_COLOR = 7,
    ERROR_TIMEZONE = 8,
    ERROR_PART_MISSING = 9,
    ERROR_AREA = 10,
    ERROR_ZONE = 11,
    ERROR_HOLIDAY = 12,
    ERROR_NOTHING_TO_SHOW = 13,
    ERROR_PLAYLIST = 14,
    ERROR_ITEM_KIND = 15,
    ERROR_CYCLE = 16,
    ERROR_ZONE_TWICE = 17,
    ERROR_EMERGENCY = 18,
    ERROR_MEDIA_MISSING = 20,
    ERROR_MEDIA_UNPLAYABLE = 21,
    ERROR_FONTS = 22,
    ERROR_WHEN = 30,
};

enum warning_number {
    WARNING_NEVER_OPEN = 10,
    WARNING_ALWAYS_BEATEN = 11,
    WARNING_ONLY_FALLBACK = 12,
    WARNING_MERGED = 13,
    WARNING_NEVER_SHOWN = 14,
    WARNING_LONGER_THAN_WINDOW = 15,
    WARNING_EMPTY_AT_TIMES = 16,
    WARNING_SHARES = 17,
    WARNING_UNUSED_PLAYLIST = 18,
    WARNING_EMERGENCY = 19,
    WARNING_MEDIA_SIZE = 20,
    WARNING_MEDIA_RATE = 21,
    WARNING_MEDIA_CODEC = 22,
    WARNING_GLYPHS = 23,
    WARNING_FONT = 24,
    WARNING_MEDIA_CUT = 25,
    WARNING_QR = 26,
    WARNING_WHEN_SPELLING = 32,
};

struct problem {
    enum severity severity;
    int number;       /* of its row in the table of problems */
    char *file;       /* owned copies */
    int line;         /* 0: the file as a whole */
    char *text;       /* one sentence without full stop */
    int order;        /* in which it was found, for a stable sort */
    char *suggestion; /* "did you mean “duration”?", or NULL */
};

struct problems {
    struct problem *list; /* owned, freed by problems_finish */
    size_t count;
    size_t error_count;
};

/* At most 1000 are kept; the 1001st says that there are more. `suggestion` may be NULL. `format` is
 * translated. */
void problems_add(struct problems *problems, enum severity severity, int number, struct where where,
                  const char *suggestion, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
void problems_sort(struct problems *problems); /* by file and line */
void problems_finish(struct problems *problems);

/* "site.cfg:12: ", without the line where it is the file as a whole. */
void problem_locate(const struct problem *problem, struct str *out);
/* "E012: there is no zone “mian”; did you mean “main”?" */
void problem_format(const struct problem *problem, struct str *out);

/* A kind of problem, for people who want to know more. Texts are English; translate with _(). */
struct problem_row {
    enum severity severity;
    int number;
    const char *title;       /* one line, no full stop */
    const char *explanation; /* what it means and what to do, some sentences */
    const char *example;     /* lines of a site file; "" where none would help */
};
extern const struct problem_row problem_rows[];
extern const size_t problem_row_count;

const struct problem_row *problem_find(enum severity severity, int number); /* or NULL */
/* By its code, "W012", in any case; NULL when there is none. */
const struct problem_row *problem_find_code(const char *code);

char *problem_document(void); /* docs/problems.md; the caller frees it */

#endif
