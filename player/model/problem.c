#include "model/problem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/translate.h"

#define PROBLEMS_MAX 1000

/* Site files are hostile input: nothing of them may move the cursor of whoever reads the message.
 */
static char *flat(char *text) {
    for (char *c = text; *c != 0; c++) {
        *c = (unsigned char)*c < ' ' || *c == 0x7F ? ' ' : *c;
    }
    return text;
}

void problems_add(struct problems *problems, enum severity severity, int number, struct where where,
                  const char *suggestion, const char *format, ...) {
    problems->error_count += severity == SEVERITY_ERROR;
    if (problems->count > PROBLEMS_MAX) {
        return;
    }
    struct str text = {0};
    va_list arguments;
    va_start(arguments, format);
    str_addv(&text, gettext(format), arguments);
    va_end(arguments);
    if (problems->count == PROBLEMS_MAX) {
        str_clear(&text);
        str_add(&text, _("there are more problems; these come first"));
        suggestion = NULL;
    }
    problems->list = mem_resize(problems->list, problems->count + 1, sizeof *problems->list);
    problems->list[problems->count] = (struct problem){
        .severity = severity,
        .number = number,
        .file = flat(mem_strdup(where.file != NULL ? where.file : "")),
        .line = where.line,
        .text = flat(str_take(&text)),
        .suggestion = suggestion != NULL ? flat(mem_strdup(suggestion)) : NULL,
        .order = (int)problems->count,
    };
    problems->count++;
}

static int compare(const void *a, const void *b) {
    const struct problem *x = a, *y = b;
    int files = strcmp(x->file, y->file);
    if (files != 0) {
        return files;
    }
    return x->line != y->line ? (x->line > y->line) - (x->line < y->line)
                              : (x->order > y->order) - (x->order < y->order);
}

void problems_sort(struct problems *problems) {
    if (problems->count > 1) {
        qsort(problems->list, problems->count, sizeof *problems->list, compare);
    }
}

void problem_locate(const struct problem *problem, struct str *out) {
    str_addf(out, "%s:", problem->file);
    if (problem->line > 0) {
        str_addf(out, "%d:", problem->line);
    }
    str_add(out, " ");
}

void problem_format(const struct problem *problem, struct str *out) {
    str_addf(out, "%c%03d: %s", problem->severity == SEVERITY_ERROR ? 'E' : 'W', problem->number,
             problem->text);
    if (problem->suggestion != NULL && problem->suggestion[0] != 0) {
        str_addf(out, "; %s", problem->suggestion);
    }
}

void problems_finish(struct problems *problems) {
    for (size_t i = 0; i < problems->count; i++) {
        free(problems->list[i].file);
        free(problems->list[i].text);
        free(problems->list[i].suggestion);
    }
    free(problems->list);
    *problems = (struct problems){0};
}
