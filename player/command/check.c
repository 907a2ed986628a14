#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/translate.h"
#include "command/command.h"
#include "media/font.h"
#include "media/source_text_content.h"
#include "model/check.h"
#include "model/model.h"
#include "model/problem.h"

static size_t find_missing(void *context, const struct item *item, int32_t *points, size_t max) {
    struct text_content content = {.item = item};
    char *text = text_content_read(&content);
    size_t count = text != NULL ? font_missing_glyphs(context, text, &item->style, points, max) : 0;
    free(text);
    return count;
}

static bool is_known(void *context, const char *font) {
    return font_is_known(context, font);
}

static void check_deeply(const struct model *model, struct problems *problems) {
    struct fonts *fonts = fonts_create(model->fonts, (int)model->font_count);
    const struct check_fonts asked = {fonts, find_missing, is_known};
    check_model(model, clock_wall(), fonts != NULL ? &asked : NULL, problems);
    fonts_destroy(&fonts);
}

static void print_problem(const struct problem *problem) {
    struct str text = {0};
    problem_locate(problem, &text);
    str_addf(&text, "%s ", problem->severity == SEVERITY_ERROR ? _("error") : _("warning"));
    problem_format(problem, &text);
    puts(str_text(&text));
    str_finish(&text);
}

static void print_sum(const char *path, const struct model *model,
                      const struct problems *problems) {
    unsigned long errors = problems->error_count, warnings = problems->count - errors;
    if (model != NULL && problems->count == 0) {
        printf(_("%s: no mistakes found in %zu items, %zu zones and %zu lines of the schedule\n"),
               path, model->item_count, model->zone_count, model->entry_count);
        return;
    }
    printf("%s: ", path);
    printf(ngettext("%lu error", "%lu errors", errors), errors);
    printf(", ");
    printf(ngettext("%lu warning", "%lu warnings", warnings), warnings);
    printf("; %s\n", model == NULL ? _("nothing can be shown")
                     : errors > 0  ? _("the rest plays")
                                   : _("all of it plays"));
    const struct problem *first = &problems->list[0];
    printf(_("`ledsign help %c%03d` explains a number\n"),
           first->severity == SEVERITY_ERROR ? 'E' : 'W', first->number);
}

int command_check(int argc, char **argv) {
    const char *path = NULL;
    int count = 0;
    if (!options_parse(argc, argv, NULL, 0, &path, 1, &count)) {
        return COMMAND_USAGE;
    }
    if (count == 0) {
        log_error("%s", _("check: which site? Try: ledsign check playlists/campaign/campaign.cfg"));
        return COMMAND_USAGE;
    }
    struct problems problems = {0};
    struct model *model = command_load_model(path, NULL, &problems);
    if (model != NULL) {
        check_deeply(model, &problems);
    }
    for (size_t i = 0; i < problems.count; i++) {
        print_problem(&problems.list[i]);
    }
    print_sum(path, model, &problems);
    int status = problems.error_count > 0 || model == NULL ? COMMAND_FAILED : COMMAND_OK;
    problems_finish(&problems);
    model_unref(&model);
    return status;
}
