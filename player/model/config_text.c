/* The text of a site file as libconfig's settings, looked through before libconfig may read it. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "base/translate.h"
#include "model/config.h"
#include "model/config_read.h"

#define NESTING_MAX  32
#define INCLUDES_MAX 20 /* in all, which also ends a file that includes itself */

/* The end of the comment or quoted text that begins at `c`; `c` where none does. */
static const char *skip_passive(const char *c) {
    if (*c == '"') {
        for (c++; *c != 0 && *c != '"'; c++) {
            c += *c == '\\' && c[1] != 0;
        }
        return c + (*c == '"');
    }
    if (*c == '#' || (c[0] == '/' && c[1] == '/')) {
        return c + strcspn(c, "\n");
    }
    if (c[0] == '/' && c[1] == '*') {
        const char *end = strstr(c + 2, "*/");
        return end != NULL ? end + 2 : c + strlen(c);
    }
    return c;
}

static bool nesting_is_sane(const char *text) {
    int depth = 0;
    for (const char *c = text; *c != 0 && depth <= NESTING_MAX;) {
        const char *after = skip_passive(c);
        if (after == c) {
            depth += strchr("({[", *c) != NULL;
            depth -= strchr(")}]", *c) != NULL;
            after++;
        }
        c = after;
    }
    return depth <= NESTING_MAX;
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

/* What is passed down while a text and what it includes is looked through. */
struct look {
    const char *site;
    int includes;
    struct config_names *names; /* of the included files; or NULL */
    struct problems *problems;
};

static bool is_sane(struct look *look, const char *text, struct where where);

/* A file that is not there is left to libconfig, which names the line. */
static bool include_is_sane(struct look *look, const char *name, struct where where) {
    char *path = config_included_path(look->site, name);
    size_t length = 0;
    const char *why = NULL;
    char *text = file_read(path, CONFIG_FILE_MAX, &length, &why);
    bool sane = true;
    if (text != NULL) {
        sane = is_sane(look, text, (struct where){path, 0});
    } else if (strcmp(why, "no such file") != 0) {
        sane = false;
        problems_add(look->problems, SEVERITY_ERROR, ERROR_FILE, where, NULL,
                     "%s cannot be included: %s", path, _(why));
    }
    free(text);
    free(path);
    return sane;
}

static bool is_sane(struct look *look, const char *text, struct where where) {
    if (!nesting_is_sane(text)) {
        problems_add(look->problems, SEVERITY_ERROR, ERROR_FILE, where, NULL,
                     "it is not a site file: it is nested too deeply");
        return false;
    }
    bool sane = true;
    where.line = 1;
    for (const char *line = text; sane && line != NULL; where.line++) {
        char *name = included_name(line);
        if (name != NULL && ++look->includes <= INCLUDES_MAX) {
            if (look->names != NULL) {
                config_names_add(look->names, name, false);
            }
            sane = include_is_sane(look, name, where);
        }
        free(name);
        const char *end = strchr(line, '\n');
        line = end != NULL ? end + 1 : NULL;
    }
    if (sane && look->includes > INCLUDES_MAX) {
        problems_add(look->problems, SEVERITY_ERROR, ERROR_FILE, where, NULL,
                     "more than %d files are included; put them together", INCLUDES_MAX);
        return false;
    }
    return sane;
}

/* What libconfig says, in words for people. */
static const char *explain_syntax(const char *text) {
    static const struct {
        const char *libconfig, *ours;
    } rows[] = {
        {"duplicate setting name", N_("this name is used twice; take one of them out")},
        {"mismatched element type in array",
         N_("the numbers of a list must all have a decimal point or all have none, as in "
            "[ 21.0, 105.85 ]")},
        {"cannot open include file", N_("the file to include is not there")},
        {"include file nesting too deep", N_("included files include each other")},
    };
    for (size_t i = 0; text != NULL && i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].libconfig, text) == 0) {
            return rows[i].ours;
        }
    }
    return N_("this cannot be read; look for a missing ; or , or quote here or on the line before");
}

static void add_syntax_error(struct problems *problems, const char *path, const config_t *config) {
    const char *file = config_error_file(config);
    char *included = file != NULL ? config_included_path(path, file) : NULL;
    struct where where = {included != NULL ? included : path, config_error_line(config)};
    problems_add(problems, SEVERITY_ERROR, ERROR_FILE, where, NULL, "%s",
                 _(explain_syntax(config_error_text(config))));
    free(included);
}

bool config_read_settings(config_t *config, const char *text, size_t length, const char *site,
                          struct config_names *included, struct problems *problems) {
    bool has_bom = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0;
    struct where top = {site, 0};
    struct look look = {.site = site, .names = included, .problems = problems};
    text += has_bom ? 3 : 0;
    if (strlen(text) != length - (has_bom ? 3 : 0)) {
        problems_add(problems, SEVERITY_ERROR, ERROR_FILE, top, NULL,
                     "it is not UTF-8 text, as it holds a zero byte; save it as UTF-8");
        return false;
    }
    if (!is_sane(&look, text, top)) {
        return false;
    }
    char *folder = file_folder(site);
    config_set_include_dir(config, folder);
    free(folder);
    bool is_read = config_read_string(config, text) != CONFIG_FALSE;
    if (!is_read) {
        add_syntax_error(problems, site, config);
    }
    return is_read;
}
