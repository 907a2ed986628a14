/* problem.h: mistakes found in a site, collected so that all of them can be shown at once.
 *
 * Filled by config.c, check.c and the loader; printed by `ledsign check` and by `play` at start and
 * at reload. Each kind of warning has a stable number (W012) that `ledsign help W012` explains. */
#ifndef LEDSIGN_MODEL_PROBLEM_H
#define LEDSIGN_MODEL_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"

enum severity { SEVERITY_WARNING, SEVERITY_ERROR };

struct problem {
    enum severity severity;
    int number;       /* of its row in the table of problems (problem.c): E001.., W001.. */
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

/* At most 1000 are kept; the 1001st says that there are more. `suggestion` may be NULL. */
void problems_add(struct problems *problems, enum severity severity, int number, struct where where,
                  const char *suggestion, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
void problems_sort(struct problems *problems); /* by file and line */
void problems_finish(struct problems *problems);

#endif
