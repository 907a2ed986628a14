#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "base/translate.h"
#include "model/config.h"
#include "model/config_read.h"

#define NESTING_MAX  32
#define INCLUDES_MAX 20 /* in all, which also ends a file that includes itself */

static bool nesting_is_sane(const char *text) {
    int depth = 0;
    bool in_text = false;
    for (const char *c = text; *c != 0; c++) {
        if (in_text) {
            c += *c == '\\' && c[1] != 0;
            in_text = *c != '"';
        } else if (*c == '"') {
            in_text = true;
        } else if (*c == '(' || *c == '{' || *c == '[') {
            if (++depth > NESTING_MAX) {
                return false;
            }
        } else if (*c == ')' || *c == '}' || *c == ']') {
            depth--;
        }
    }
    return true;
}

/* The name in `@include "name"` when the line is that; the caller frees it. */
static char *included_name(const char *line) {
    line += strspn(line, " \t");
    if (strncmp(line, "@include", 8) != 0) {
        return NULL;
    }
    line += 8;
    line += strspn(line, " \t");
    if (*line != '"') {
        return NULL;
    }
    struct str name = {0};
    for (line++; *line != 0 && *line != '"' && *line != '\n'; line++) {
        line += *line == '\\' && line[1] != 0;
        str_add_bytes(&name, line, 1);
    }
    return str_take(&name);
}

static bool is_sane(const char *text, const char *site, struct where where, int *includes,
                    struct problems *problems);

/* A file that is not there is left to libconfig, which names the line. */
static bool include_is_sane(const char *name, const char *site, struct where where, int *includes,
                            struct problems *problems) {
    char *path = config_included_path(site, name);
    size_t length = 0;
    const char *why = NULL;
    char *text = file_read(path, CONFIG_FILE_MAX, &length, &why);
    bool sane = true;
    if (text != NULL) {
        sane = is_sane(text, site, (struct where){path, 0}, includes, problems);
    } else if (strcmp(why, "no such file") != 0) {
        sane = false;
        problems_add(problems, SEVERITY_ERROR, ERROR_FILE, where, NULL, "%s cannot be included: %s",
                     path, _(why));
    }
    free(text);
    free(path);
    return sane;
}

static bool is_sane(const char *text, const char *site, struct where where, int *includes,
                    struct problems *problems) {
    if (!nesting_is_sane(text)) {
        problems_add(problems, SEVERITY_ERROR, ERROR_FILE, where, NULL,
                     "it is not a site file: it is nested too deeply");
        return false;
    }
    bool sane = true;
    where.line = 1;
    for (const char *line = text; sane && line != NULL; where.line++) {
        char *name = included_name(line);
        if (name != NULL && ++*includes <= INCLUDES_MAX) {
            sane = include_is_sane(name, site, where, includes, problems);
        }
        free(name);
        const char *end = strchr(line, '\n');
        line = end != NULL ? end + 1 : NULL;
    }
    if (sane && *includes > INCLUDES_MAX) {
        problems_add(problems, SEVERITY_ERROR, ERROR_FILE, where, NULL,
                     "more than %d files are included; put them together", INCLUDES_MAX);
        return false;
    }
    return sane;
}

bool config_text_is_sane(const char *text, const char *site, struct problems *problems) {
    int includes = 0;
    return is_sane(text, site, (struct where){site, 0}, &includes, problems);
}
