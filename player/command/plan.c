/* plan.c: `ledsign plan`: what plays when, and why. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/translate.h"
#include "command/command.h"
#include "model/calendar.h"
#include "model/plan_table.h"
#include "model/timezone.h"

#define STRETCH_MAX (INT64_C(366) * 86400 * FLICKS_PER_SECOND)

struct wish {
    const char *at, *day, *from, *to, *html;
    bool items, why, json, ics;
};

static flick_t day_start(const struct model *model, flick_t t, int days_later) {
    const struct timezone_ *zone = model->screen.timezone;
    struct civil c = timezone_civil_at(zone, flick_floor_div(t, FLICKS_PER_SECOND));
    int64_t day = calendar_days_from_civil(c.year, c.month, c.day) + days_later;
    return timezone_instant(zone, day * 86400) * FLICKS_PER_SECOND;
}

/* --day and --from/--to; without either today, for --html the week that begins today. */
static bool stretch_of(const struct wish *wish, const struct model *model, flick_t *from,
                       flick_t *to) {
    const struct timezone_ *zone = model->screen.timezone;
    flick_t day = clock_wall();
    if ((wish->day != NULL && !option_time("--day", wish->day, zone, &day)) ||
        (wish->from != NULL && !option_time("--from", wish->from, zone, &day))) {
        return false;
    }
    *from = wish->from != NULL ? day : day_start(model, day, 0);
    *to = day_start(model, day, wish->html != NULL && wish->day == NULL ? 7 : 1);
    if (wish->to != NULL && !option_time("--to", wish->to, zone, to)) {
        return false;
    }
    if (*to <= *from || *to - *from > STRETCH_MAX) {
        log_error("%s", _("plan: --to has to be later than --from, by at most 366 days"));
        return false;
    }
    return true;
}

static int print_table(const struct wish *wish, const struct model *model) {
    flick_t from, to;
    struct plan_table table;
    struct str out = {0};
    const char *problem = NULL;
    if (!stretch_of(wish, model, &from, &to)) {
        return COMMAND_USAGE;
    }
    plan_table_init(&table, model, from, to, wish->items);
    if (wish->html != NULL) {
        plan_html(&table, &out);
        if (!file_write(wish->html, str_text(&out), out.length, &problem)) {
            log_error(_("%s: the page cannot be written: %s"), wish->html, _(problem));
        }
    } else if (wish->json) {
        plan_json(&table, &out);
    } else if (wish->ics) {
        plan_ics(&table, clock_wall(), &out);
    } else {
        plan_text(&table, &out);
    }
    if (wish->html == NULL) {
        fwrite(str_text(&out), 1, out.length, stdout);
    }
    plan_table_finish(&table);
    str_finish(&out);
    return problem == NULL ? COMMAND_OK : COMMAND_FAILED;
}

static int print_moment(const struct wish *wish, const struct model *model) {
    flick_t t = clock_wall();
    struct str out = {0};
    if (wish->at != NULL && !option_time("--at", wish->at, model->screen.timezone, &t)) {
        return COMMAND_USAGE;
    }
    plan_moment(model, t, wish->why, &out);
    fputs(str_text(&out), stdout);
    str_finish(&out);
    return COMMAND_OK;
}

int command_plan(int argc, char **argv) {
    struct wish wish = {0};
    const char *path = NULL;
    const struct option_row rows[] = {
        {"--at", OPTION_TEXT, &wish.at, NULL},     {"--day", OPTION_TEXT, &wish.day, NULL},
        {"--from", OPTION_TEXT, &wish.from, NULL}, {"--to", OPTION_TEXT, &wish.to, NULL},
        {"--html", OPTION_TEXT, &wish.html, NULL}, {"--items", OPTION_FLAG, NULL, &wish.items},
        {"--why", OPTION_FLAG, NULL, &wish.why},   {"--json", OPTION_FLAG, NULL, &wish.json},
        {"--ics", OPTION_FLAG, NULL, &wish.ics},
    };
    int count = 0;
    if (!options_parse(argc, argv, rows, sizeof rows / sizeof rows[0], &path, 1, &count)) {
        return COMMAND_USAGE;
    }
    bool moment = wish.at != NULL || wish.why;
    bool table = wish.day != NULL || wish.from != NULL || wish.to != NULL || wish.items ||
                 wish.html != NULL || wish.json || wish.ics;
    if (count == 0) {
        log_error("%s", _("plan: which site? Try: ledsign plan playlists/campaign/campaign.cfg"));
        return COMMAND_USAGE;
    }
    if ((moment && table) || (wish.day != NULL && wish.from != NULL) ||
        (wish.html != NULL) + wish.json + wish.ics > 1) {
        log_error(
            "%s",
            _("plan: give either --at (with --why) or a stretch of time in one format; --help "
              "shows them"));
        return COMMAND_USAGE;
    }
    struct model *model = command_load_site(path);
    if (model == NULL) {
        return COMMAND_FAILED;
    }
    int status = moment ? print_moment(&wish, model) : print_table(&wish, model);
    model_unref(&model);
    return status;
}
