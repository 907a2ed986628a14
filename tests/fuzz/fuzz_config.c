/* Any bytes as a site file: it is parsed, checked, and asked what it shows. */
#include <stdlib.h>
#include <string.h>

#include "model/check.h"
#include "model/config.h"
#include "model/schedule.h"

#define NOW     (INT64_C(1788318000) * FLICKS_PER_SECOND)
#define DAY     (24 * 3600 * FLICKS_PER_SECOND)
#define FEW     8 /* lines and items: more makes an input slow, not different */
#define MOMENTS 12

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);
const char *__lsan_default_suppressions(void);

/* libconfig 1.5 forgets a text that is not closed before the end of the file. */
const char *__lsan_default_suppressions(void) {
    return "leak:libconfig.so";
}

static bool is_small(const struct model *model) {
    return model->entry_count <= FEW && model->item_count <= FEW && model->zone_count <= FEW;
}

static void ask(const struct model *model) {
    struct conditions conditions = {0};
    struct plan *plan = calloc(1, sizeof *plan);
    flick_t t = NOW;
    for (int i = 0; i < MOMENTS; i++) {
        schedule_at(model, &conditions, t, plan);
        if (plan->until <= t) {
            abort(); /* time would stand still */
        }
        t = plan->until < NOW + 400 * DAY ? plan->until : t + DAY;
    }
    free(plan);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length) {
    struct problems problems = {0};
    char *text = malloc(length + 1);
    memcpy(text, bytes, length);
    text[length] = 0;
    struct model *model = config_parse(text, length, "/nowhere/site.cfg", NULL, NULL, &problems);
    if (model == NULL && problems.error_count == 0) {
        abort(); /* nothing to show, and nobody says why */
    }
    if (model != NULL && is_small(model)) {
        check_model(model, NOW, NULL, &problems);
        ask(model);
    }
    model_unref(&model);
    problems_finish(&problems);
    free(text);
    return 0;
}
