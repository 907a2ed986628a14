#include <stdio.h>

#include "base/log.h"
#include "command/command.h"
#include "media/prepare_store.h"
#include "media/probe_cache.h"
#include "model/config.h"

static bool probe_for_config(void *context, const char *path, enum config_media as,
                             struct media_facts *facts, char *problem, size_t problem_size) {
    static const enum probe_as kinds[] = {
        [CONFIG_VIDEO] = PROBE_VIDEO,
        [CONFIG_AUDIO] = PROBE_AUDIO,
        [CONFIG_IMAGE] = PROBE_IMAGE,
    };
    return probe_cache_file(context, path, kinds[as], facts, problem, problem_size);
}

static struct model *load(const char *path, struct probe_cache *known, struct problems *problems,
                          struct prepare_used *used) {
    struct model *model = config_load(path, probe_for_config, known, problems);
    if (model != NULL) {
        prepare_use(model, used);
    }
    return model;
}

struct model *command_load_originals(const char *path, struct problems *problems) {
    return config_load(path, probe_for_config, NULL, problems);
}

struct model *command_load_model(const char *path, struct probe_cache *known,
                                 struct problems *problems) {
    struct prepare_used used;
    return load(path, known, problems, &used);
}

struct model *command_load_played(const char *path, struct probe_cache *known,
                                  struct problems *problems) {
    struct prepare_used used = {0};
    struct model *model = load(path, known, problems, &used);
    if (used.missing > 0 && !model->screen.prepares_idle) {
        log_info(
            "%d of %d files are not prepared for this screen (%s%s) and cost more to play; run: "
            "ledsign prepare %s",
            used.missing, used.wanted, used.names, used.missing > 3 ? ", ..." : "", path);
    }
    return model;
}

void command_say_problems(const struct problems *problems) {
    struct str line = {0};
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *p = &problems->list[i];
        str_clear(&line);
        problem_locate(p, &line);
        problem_format(p, &line);
        (p->severity == SEVERITY_ERROR ? log_error : log_warning)("%s", str_text(&line));
    }
    str_finish(&line);
}

struct model *command_load_site(const char *path) {
    struct problems problems = {0};
    struct model *model = command_load_model(path, NULL, &problems);
    command_say_problems(&problems);
    problems_finish(&problems);
    return model;
}
