/* The names of the files that a site is made of. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/config.h"
#include "model/config_read.h"

void config_names_add(struct config_names *names, const char *name, bool is_text) {
    names->list = mem_resize(names->list, names->count + 1, sizeof *names->list);
    names->list[names->count++] = (struct config_name){mem_strdup(name), is_text};
}

void config_names_finish(struct config_names *names) {
    for (size_t i = 0; i < names->count; i++) {
        free(names->list[i].name);
    }
    free(names->list);
    *names = (struct config_names){0};
}

/* How deep settings are nested was looked at before they were read. */
static void collect(const config_setting_t *setting, struct config_names *names) {
    static const char *const keys[] = {"video", "audio", "image", "file", "emergency"};
    const char *key = config_setting_name(setting), *text = config_setting_get_string(setting);
    for (size_t i = 0; key != NULL && text != NULL && i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(keys[i], key) == 0) {
            config_names_add(names, text, strcmp(key, "file") == 0);
        }
    }
    int length = config_setting_is_aggregate(setting) ? config_setting_length(setting) : 0;
    for (int i = 0; i < length; i++) {
        collect(config_setting_get_elem(setting, (unsigned)i), names);
    }
}

void config_names_read(const char *site, struct config_names *names) {
    struct problems ignored = {0};
    config_t config;
    size_t length = 0;
    const char *why = NULL;
    char *text = file_read(site, CONFIG_FILE_MAX, &length, &why);
    *names = (struct config_names){0};
    config_init(&config);
    if (text != NULL && config_read_settings(&config, text, length, site, names, &ignored)) {
        collect(config_root_setting(&config), names);
    }
    config_destroy(&config);
    problems_finish(&ignored);
    free(text);
}
