#include <stdio.h>

#include "base/log.h"
#include "command/command.h"
#include "model/model.h"
#include "model/problem.h"

int command_check(int argc, char **argv) {
    const char *path = NULL;
    int count = 0;
    if (!options_parse(argc, argv, NULL, 0, &path, 1, &count)) {
        return COMMAND_USAGE;
    }
    if (count == 0) {
        log_error("check: which site? Try: ledsign check playlists/campaign/campaign.cfg");
        return COMMAND_USAGE;
    }
    struct problems problems = {0};
    struct model *model = command_load_model(path, &problems);
    for (size_t i = 0; i < problems.count; i++) {
        const struct problem *p = &problems.list[i];
        printf("%s:%d: %s: %s%s%s\n", p->file, p->line,
               p->severity == SEVERITY_ERROR ? "error" : "warning", p->text,
               p->suggestion != NULL && p->suggestion[0] != 0 ? "; " : "",
               p->suggestion != NULL ? p->suggestion : "");
    }
    size_t warnings = problems.count - problems.error_count;
    if (problems.count == 0) {
        printf("%s: no mistakes found in %zu items, %zu zones and %zu lines of the schedule\n",
               path, model->item_count, model->zone_count, model->entry_count);
    } else {
        printf("%s: %zu error%s, %zu warning%s%s\n", path, problems.error_count,
               problems.error_count == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s",
               model != NULL ? "; the rest plays" : "; nothing can be shown");
    }
    int status = problems.error_count > 0 || model == NULL ? COMMAND_FAILED : COMMAND_OK;
    problems_finish(&problems);
    model_unref(&model);
    return status;
}
