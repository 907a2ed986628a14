/* hours_explain.c: a `when` expression as a sentence for people. */
#include "base/str.h"
#include "model/hours.h"
#include "model/hours_private.h"

static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};
static const char *const events[] = {"dawn", "sunrise", "sunset", "dusk"};
static const char *const ordinals[] = {"", "first", "second", "third", "fourth", "fifth"};

/* Between the parts of a list: ", ", before the last " and ". */
static void add_separator(struct str *out, int i, int count) {
    str_add(out, i == 0 ? "" : i == count - 1 ? " and " : ", ");
}

static void add_offset(struct str *out, int days) {
    if (days != 0) {
        str_addf(out, "%d day%s %s ", days < 0 ? -days : days, days == 1 || days == -1 ? "" : "s",
                 days < 0 ? "before" : "after");
    }
}

static void add_step(struct str *out, int step, const char *unit) {
    if (step > 1) {
        str_addf(out, ", every %d %ss", step, unit);
    }
}

static void add_moment(struct str *out, const struct hours_moment *moment) {
    add_offset(out, moment->offset);
    switch (moment->kind) {
    case HOURS_EASTER:
        str_add(out, "Easter Sunday");
        break;
    case HOURS_NTH:
        str_addf(out, "the %s%s %s of %s",
                 moment->nth < -1  ? ordinals[-moment->nth]
                 : moment->nth < 0 ? ""
                                   : ordinals[moment->nth],
                 moment->nth < -1  ? " last"
                 : moment->nth < 0 ? "last"
                                   : "",
                 weekdays[moment->weekday], months[moment->month - 1]);
        break;
    case HOURS_DATE:
        str_addf(out, "%d %s", moment->day, months[moment->month - 1]);
        break;
    }
    if (moment->year > 0) {
        str_addf(out, " %d", moment->year);
    }
}

static bool is_month(const struct hours_dates *d) {
    return d->from.kind == HOURS_DATE && d->to.kind == HOURS_DATE && d->from.day == 1 &&
           d->to.day == 31 && d->from.offset == 0 && d->to.offset == 0 && !d->is_open_ended &&
           d->step == 1;
}

static void add_dates(struct str *out, const struct hours_dates *d) {
    bool is_single = d->from.kind == d->to.kind && d->from.month == d->to.month &&
                     d->from.day == d->to.day && d->from.year == d->to.year &&
                     d->from.nth == d->to.nth && d->from.offset == d->to.offset;
    if (is_month(d)) {
        str_addf(out, "in %s", months[d->from.month - 1]);
        if (d->to.month != d->from.month || d->to.year != d->from.year) {
            str_addf(out, " to %s", months[d->to.month - 1]);
        }
        if (d->only_year > 0 || d->to.year > 0) {
            str_addf(out, "%s %d", d->to.month < d->from.month ? ", in the year" : "",
                     d->only_year > 0 ? d->only_year : d->to.year);
        }
        return;
    }
    str_add(out, is_single && !d->is_open_ended ? "on " : "from ");
    add_moment(out, &d->from);
    if (d->is_open_ended) {
        str_add(out, " on");
    } else if (!is_single) {
        str_add(out, " to ");
        add_moment(out, &d->to);
    }
    add_step(out, d->step, "day");
    if (d->only_year > 0) {
        str_addf(out, " of %d", d->only_year);
    }
}

static void add_nth(struct str *out, const struct hours_days *days) {
    const char *separator = "the ";
    for (int n = 1; n <= 5; n++) {
        if (days->nth >> n & 1) {
            str_addf(out, "%s%s", separator, ordinals[n]);
            separator = " and ";
        }
    }
    for (int n = 1; n <= 5; n++) {
        if (days->nth >> (8 + n) & 1) {
            str_addf(out, "%s%s%slast", separator, n > 1 ? ordinals[n] : "", n > 1 ? " " : "");
            separator = " and ";
        }
    }
    str_addf(out, " %s of the month", weekdays[days->from]);
}

static void add_days(struct str *out, const struct hours_days *days) {
    add_offset(out, days->offset);
    switch (days->kind) {
    case HOURS_PUBLIC:
        str_add(out, "public holidays");
        break;
    case HOURS_SCHOOL:
        str_add(out, "school holidays");
        break;
    case HOURS_NTH_WEEKDAYS:
        add_nth(out, days);
        break;
    case HOURS_WEEKDAYS:
        str_add(out, weekdays[days->from]);
        if (days->to != days->from) {
            str_addf(out, " to %s", weekdays[days->to]);
        }
        break;
    }
}

static void add_time(struct str *out, const struct hours_time *time) {
    int minutes = time->minutes < 0 ? -time->minutes : time->minutes;
    if (!time->is_sun) {
        int hour = minutes > 1440 ? minutes / 60 - 24 : minutes / 60;
        str_addf(out, "%02d:%02d%s", hour, minutes % 60, minutes > 1440 ? " the next day" : "");
        return;
    }
    if (minutes > 0) {
        str_addf(out, "%d:%02d h %s ", minutes / 60, minutes % 60,
                 time->minutes < 0 ? "before" : "after");
    }
    str_add(out, events[time->event]);
}

static void add_numbers(struct str *out, const struct hours_numbers *list, int count,
                        const char *unit) {
    for (int i = 0; i < count; i++) {
        add_separator(out, i, count);
        str_addf(out, "%d", list[i].from);
        if (list[i].to == 9999) {
            str_add(out, " and later");
        } else if (list[i].to != list[i].from) {
            str_addf(out, " to %d", list[i].to);
        }
        add_step(out, list[i].step, unit);
    }
}

static void add_rule(struct str *out, const struct hours_rule *rule) {
    size_t begin = out->length;
    if (rule->year_count > 0) {
        str_add(out, " in ");
        add_numbers(out, rule->years, rule->year_count, "year");
    }
    for (int i = 0; i < rule->date_count; i++) {
        str_add(out, i == 0 ? " " : "");
        add_separator(out, i, rule->date_count);
        add_dates(out, &rule->dates[i]);
    }
    if (rule->week_count > 0) {
        str_add(out, " in week ");
        add_numbers(out, rule->weeks, rule->week_count, "week");
    }
    for (int i = 0; i < rule->holiday_count; i++) {
        str_add(out, i == 0 ? " on those of " : "");
        add_separator(out, i, rule->holiday_count);
        add_days(out, &rule->holidays[i]);
    }
    for (int i = 0; i < rule->day_count; i++) {
        str_add(out, i > 0 ? "" : rule->holiday_count > 0 ? " that are " : " on ");
        add_separator(out, i, rule->day_count);
        add_days(out, &rule->days[i]);
    }
    for (int i = 0; i < rule->time_count; i++) {
        str_add(out, i == 0 ? " from " : "");
        add_separator(out, i, rule->time_count);
        add_time(out, &rule->times[i].start);
        str_add(out, " to ");
        add_time(out, &rule->times[i].end);
    }
    if (out->length == begin) {
        str_add(out, " always");
    }
}

void hours_explain(const struct hours *hours, struct str *out) {
    for (int i = 0; i < hours->rule_count; i++) {
        const struct hours_rule *rule = &hours->rules[i];
        if (i > 0) {
            bool is_group = rule->is_fallback && rule[-1].is_fallback;
            str_add(out, is_group              ? "; also "
                         : rule->is_fallback   ? "; when all of that is closed, "
                         : rule->is_additional ? "; also "
                         : rule->is_open       ? "; instead, where it applies, "
                                               : "; but ");
        }
        str_add(out, rule->is_open ? "open" : "closed");
        add_rule(out, rule);
    }
}
