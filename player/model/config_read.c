#include "model/config_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/str.h"
#include "base/translate.h"

#define TEXT_MAX 65536

char *config_included_path(const char *site, const char *file) {
    char *folder = file_folder(site);
    char *path = strcmp(folder, ".") != 0 ? file_join(folder, file) : mem_strdup(file);
    free(folder);
    return path;
}

struct where config_where(const struct config_reader *reader, const config_setting_t *setting) {
    const char *file = config_setting_source_file(setting);
    struct where where = {reader->path, (int)config_setting_source_line(setting)};
    if (file != NULL) {
        char *path = config_included_path(reader->path, file);
        where.file = arena_strdup(reader->arena, path);
        free(path);
    }
    return where;
}

const char *config_hint(const struct config_reader *reader, const char *nearest) {
    return nearest != NULL ? arena_printf(reader->arena, _("did you mean \"%s\"?"), nearest) : NULL;
}

static void add_bad_text(const struct config_reader *reader, const config_setting_t *setting,
                         const char *name, bool too_long) {
    struct where where = config_where(reader, setting);
    if (too_long) {
        problems_add(reader->problems, SEVERITY_ERROR, ERROR_TEXT, where, NULL,
                     "\"%s\" is longer than 65536 bytes; put the text into a file of its own",
                     name);
    } else {
        problems_add(reader->problems, SEVERITY_ERROR, ERROR_TEXT, where, NULL,
                     "\"%s\" is not UTF-8; save the file as UTF-8", name);
    }
}

const char *config_read_text(const struct config_reader *reader, const config_setting_t *setting) {
    const char *text = config_setting_get_string(setting);
    const char *name = config_setting_name(setting);
    name = name != NULL ? name : _("entry");
    if (text == NULL) {
        problems_add(reader->problems, SEVERITY_ERROR, ERROR_TYPE, config_where(reader, setting),
                     NULL, "\"%s\" must be a text in double quotes", name);
        return NULL;
    }
    size_t bad_at = 0;
    if (strlen(text) > TEXT_MAX || !str_is_utf8(text, strlen(text), &bad_at)) {
        add_bad_text(reader, setting, name, strlen(text) > TEXT_MAX);
        return NULL;
    }
    utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)text);
    const char *kept = arena_strdup(reader->arena, composed != NULL ? (char *)composed : text);
    free(composed);
    return kept;
}

static bool get_number(const config_setting_t *setting, double *value) {
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        *value = (double)config_setting_get_int64(setting);
        return true;
    case CONFIG_TYPE_FLOAT:
        *value = config_setting_get_float(setting);
        return isfinite(*value);
    default:
        return false;
    }
}

/* A number within the row's range; `name` is the key it belongs to. */
static bool read_number(const struct config_reader *reader, const config_setting_t *setting,
                        const struct schema_row *row, bool whole, double *value) {
    bool is_integer = config_setting_type(setting) != CONFIG_TYPE_FLOAT;
    if (!get_number(setting, value) || (whole && !is_integer)) {
        struct where where = config_where(reader, setting);
        if (whole) {
            problems_add(reader->problems, SEVERITY_ERROR, ERROR_TYPE, where, NULL,
                         "\"%s\" must be a whole number, without quotes", row->key);
        } else {
            problems_add(reader->problems, SEVERITY_ERROR, ERROR_TYPE, where, NULL,
                         "\"%s\" must be a number, without quotes", row->key);
        }
        return false;
    }
    if (*value < row->minimum || *value > row->maximum) {
        problems_add(reader->problems, SEVERITY_ERROR, ERROR_RANGE, config_where(reader, setting),
                     NULL, "\"%s\" is %g; it must be from %g to %g", row->key, *value, row->minimum,
                     row->maximum);
        return false;
    }
    return true;
}

static void read_choice(const struct config_reader *reader, const config_setting_t *setting,
                        const struct schema_row *row, int *target) {
    const char *text = config_setting_get_string(setting);
    size_t count = 0;
    for (; row->choices[count] != NULL; count++) {
        if (text != NULL && strcmp(text, row->choices[count]) == 0) {
            *target = (int)count;
            return;
        }
    }
    struct str list = {0};
    for (size_t i = 0; i < count; i++) {
        str_addf(&list, "%s\"%s\"", i > 0 ? ", " : "", row->choices[i]);
    }
    const char *nearest = text != NULL ? str_nearest(text, row->choices, count) : NULL;
    problems_add(reader->problems, SEVERITY_ERROR, ERROR_CHOICE, config_where(reader, setting),
                 config_hint(reader, nearest), "\"%s\" must be one of %s", row->key, list.text);
    str_finish(&list);
}

static void read_list(const struct config_reader *reader, const config_setting_t *setting,
                      const struct schema_row *row, void *field) {
    bool whole = row->type == SCHEMA_INTEGERS;
    double values[4] = {0};
    if (!config_setting_is_aggregate(setting) || config_setting_is_group(setting) ||
        config_setting_length(setting) != row->length) {
        problems_add(reader->problems, SEVERITY_ERROR, ERROR_TYPE, config_where(reader, setting),
                     NULL, "\"%s\" must be a list of %d numbers in square brackets", row->key,
                     row->length);
        return;
    }
    for (int i = 0; i < row->length; i++) {
        const config_setting_t *one = config_setting_get_elem(setting, (unsigned)i);
        if (!read_number(reader, one, row, whole, &values[i])) {
            return;
        }
    }
    for (int i = 0; i < row->length; i++) {
        if (whole) {
            ((int *)field)[i] = (int)values[i];
        } else {
            ((double *)field)[i] = values[i];
        }
    }
}

static void read_value(const struct config_reader *reader, const config_setting_t *setting,
                       const struct schema_row *row, void *target) {
    void *field = (char *)target + row->offset;
    double number;
    switch (row->type) {
    case SCHEMA_TEXT: {
        const char *text = config_read_text(reader, setting);
        if (text != NULL) {
            *(const char **)field = text;
        }
        break;
    }
    case SCHEMA_INTEGER:
        if (read_number(reader, setting, row, true, &number)) {
            *(int *)field = (int)number;
        }
        break;
    case SCHEMA_NUMBER:
        if (read_number(reader, setting, row, false, &number)) {
            *(double *)field = number;
        }
        break;
    case SCHEMA_FLAG:
        if (config_setting_type(setting) == CONFIG_TYPE_BOOL) {
            *(bool *)field = config_setting_get_bool(setting) != 0;
        } else {
            problems_add(reader->problems, SEVERITY_ERROR, ERROR_TYPE,
                         config_where(reader, setting), NULL,
                         "\"%s\" must be true or false, without quotes", row->key);
        }
        break;
    case SCHEMA_CHOICE:
        read_choice(reader, setting, row, field);
        break;
    case SCHEMA_INTEGERS:
    case SCHEMA_NUMBERS:
        read_list(reader, setting, row, field);
        break;
    }
}

static bool is_default_of(const struct schema *schema, const char *key) {
    const struct schema_row *row = schema != NULL ? schema_find(schema, key) : NULL;
    return row != NULL && row->is_default;
}

static void add_unknown(const struct config_reader *reader, const config_setting_t *setting,
                        const struct schema *schema) {
    const char *key = config_setting_name(setting);
    problems_add(reader->problems, SEVERITY_ERROR, ERROR_KEY, config_where(reader, setting),
                 config_hint(reader, schema_nearest(schema, key)), "\"%s\" is not a key of %s", key,
                 _(schema->name));
}

void config_read_group(const struct config_reader *reader, const config_setting_t *group,
                       const struct schema *schema, bool only_defaults, const struct schema *also,
                       void *target) {
    int length = config_setting_length(group);
    for (int i = 0; i < length; i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const char *key = config_setting_name(setting);
        const struct schema_row *row = schema_find(schema, key);
        if (row != NULL && (!only_defaults || row->is_default)) {
            read_value(reader, setting, row, target);
        } else if (!only_defaults && !is_default_of(also, key)) {
            add_unknown(reader, setting, schema);
        }
    }
}
