#include "model/plan_table.h"

#include <stdlib.h>
#include <string.h>

#include "model/calendar.h"
#include "model/hours.h"
#include "model/timezone.h"

enum claim { CLAIM_WINS, CLAIM_BEATEN, CLAIM_SHUT };

/* The highest priority that is open; false when nothing is. */
static bool highest_open(const struct model *model, const struct zone *zone, flick_t t,
                         int *priority) {
    bool any = false;
    for (size_t i = 0; i < model->entry_count; i++) {
        const struct entry *entry = &model->entries[i];
        if (entry->zone == zone && entry->playlist != NULL &&
            schedule_span_at(model, entry->when, t).open && (!any || entry->priority > *priority)) {
            *priority = entry->priority;
            any = true;
        }
    }
    return any;
}

static void label_programme(const struct model *model, const struct zone_plan *plan, flick_t t,
                            struct plan_row *row) {
    struct str label = {0};
    int priority = 0;
    row->is_empty = plan->now.item == NULL;
    row->is_fallback = plan->now.entry == NULL && !row->is_empty;
    if (row->is_empty) {
        str_add(&label, "nothing");
    } else if (row->is_fallback) {
        str_addf(&label, "%s (fallback)", plan->zone->fallback->name);
    } else if (highest_open(model, plan->zone, t, &priority)) {
        for (size_t i = 0; i < model->entry_count; i++) {
            const struct entry *entry = &model->entries[i];
            if (entry->zone == plan->zone && entry->playlist != NULL &&
                entry->priority == priority && schedule_span_at(model, entry->when, t).open) {
                str_addf(&label, "%s%s", label.length > 0 ? " + " : "", entry->playlist->name);
            }
        }
    }
    row->label = str_take(&label);
}

static void add_row(struct plan_table *table, size_t *capacity, const struct plan_row *row) {
    if (table->count == *capacity) {
        *capacity = *capacity > 0 ? *capacity * 2 : 64;
        table->rows = mem_resize(table->rows, *capacity, sizeof *table->rows);
    }
    table->rows[table->count++] = *row;
}

static void add_zone(struct plan_table *table, struct schedule_cache *cache,
                     const struct zone *zone, bool items, size_t *capacity) {
    struct zone_plan plan;
    for (flick_t t = table->from; t < table->to;) {
        if (table->count >= PLAN_ROWS_MAX) {
            table->truncated = true;
            return;
        }
        schedule_zone_at_cached(cache, NULL, zone, t, &plan);
        flick_t end = items ? plan.now.until : plan.segment_until;
        struct plan_row row = {.zone = zone, .start = t, .item = items ? plan.now.item : NULL};
        row.end = end < table->to ? end : table->to;
        /* What an unfinished item runs over still belongs to the programme it comes from. */
        bool begun_here = plan.segment_started != FLICK_ALWAYS && plan.segment_started >= t;
        label_programme(table->model, &plan, begun_here ? plan.segment_started : t, &row);
        add_row(table, capacity, &row);
        t = row.end;
    }
}

void plan_table_init(struct plan_table *table, const struct model *model, flick_t from, flick_t to,
                     bool items) {
    *table = (struct plan_table){.model = model, .from = from, .to = to};
    struct schedule_cache *cache = schedule_cache_create(model);
    size_t capacity = 0;
    for (size_t i = 0; i < model->zone_count; i++) {
        add_zone(table, cache, &model->zones[i], items, &capacity);
    }
    schedule_cache_destroy(&cache);
}

void plan_table_finish(struct plan_table *table) {
    for (size_t i = 0; i < table->count; i++) {
        free(table->rows[i].label);
    }
    free(table->rows);
    *table = (struct plan_table){0};
}

const char *plan_item_title(const struct item *item) {
    if (item == NULL) {
        return "nothing";
    }
    return item->title != NULL ? item->title : "untitled";
}

void plan_time(const struct model *model, flick_t t, struct str *out) {
    if (t == FLICK_ALWAYS || t == FLICK_NEVER) {
        str_add(out, t == FLICK_ALWAYS ? "always" : "no end");
        return;
    }
    struct civil civil =
        timezone_civil_at(model->screen.timezone, flick_floor_div(t, FLICKS_PER_SECOND));
    str_addf(out, "%04d-%02d-%02d %02d:%02d:%02d", civil.year, civil.month, civil.day, civil.hour,
             civil.minute, civil.second);
    int64_t rest = t - flick_floor_div(t, FLICKS_PER_SECOND) * FLICKS_PER_SECOND;
    if (rest != 0) {
        str_addf(out, ".%03d", (int)(rest / FLICKS_PER_MILLISECOND));
    }
}

static void add_weekday(const struct model *model, flick_t t, struct str *out) {
    static const char *const names[] = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};
    struct civil civil =
        timezone_civil_at(model->screen.timezone, flick_floor_div(t, FLICKS_PER_SECOND));
    str_add(out,
            names[calendar_weekday(calendar_days_from_civil(civil.year, civil.month, civil.day))]);
}

void plan_text(const struct plan_table *table, struct str *out) {
    struct str begin = {0}, end = {0};
    for (size_t i = 0; i < table->count; i++) {
        const struct plan_row *row = &table->rows[i];
        if (i == 0 || row->zone != row[-1].zone) {
            str_addf(out, "%szone %s\n", i > 0 ? "\n" : "", row->zone->name);
        }
        str_clear(&begin);
        str_clear(&end);
        add_weekday(table->model, row->start, &begin);
        str_add(&begin, " ");
        plan_time(table->model, row->start, &begin);
        plan_time(table->model, row->end, &end);
        str_addf(out, "  %-26s  %-23s  %s", str_text(&begin), str_text(&end), row->label);
        if (row->item != NULL) {
            str_addf(out, "  %s", plan_item_title(row->item));
        }
        str_add(out, "\n");
    }
    if (table->truncated) {
        str_addf(out, "... and more: only the first %d rows are shown\n", PLAN_ROWS_MAX);
    }
    str_finish(&begin);
    str_finish(&end);
}

/* `any`: something is open, of priority `highest`. */
static void explain_shut(const struct model *model, const struct entry *entry,
                         const struct hours_span *span, bool any, int highest, struct str *out) {
    if (span->until == FLICK_NEVER) {
        str_add(out, "shut for good");
    } else {
        str_add(out, "shut until ");
        plan_time(model, span->until, out);
    }
    str_add(out, "; with a `when` that is open now it would ");
    if (any && entry->priority < highest) {
        str_addf(out, "still be beaten by priority %d", highest);
    } else {
        str_add(out, any && entry->priority == highest ? "join" : "win");
    }
}

static void explain_entry(const struct model *model, const struct entry *entry, flick_t t, bool any,
                          int highest, struct str *out) {
    struct hours_span span = schedule_span_at(model, entry->when, t);
    str_addf(out,
             "    %s:%d  %s (priority %d): ", entry->where.file != NULL ? entry->where.file : "?",
             entry->where.line, entry->playlist->name, entry->priority);
    if (!span.open) {
        explain_shut(model, entry, &span, any, highest, out);
    } else if (entry->priority == highest) {
        str_add(out, "wins; open until ");
        plan_time(model, span.until, out);
    } else {
        str_add(out, "open until ");
        plan_time(model, span.until, out);
        str_addf(out,
                 ", but beaten by priority %d; with priority %d it would join, with %lld it "
                 "would win",
                 highest, highest, (long long)highest + 1);
    }
    str_add(out, "\n");
}

static void explain_zone(const struct model *model, const struct zone *zone,
                         const struct zone_plan *plan, flick_t t, struct str *out) {
    int highest = 0;
    bool any = highest_open(model, zone, t, &highest);
    str_add(out, "  why\n");
    for (size_t i = 0; i < model->entry_count; i++) {
        if (model->entries[i].zone == zone && model->entries[i].playlist != NULL) {
            explain_entry(model, &model->entries[i], t, any, highest, out);
        }
    }
    if (!any) {
        str_add(out, "    no entry is open\n");
    } else if (plan->now.entry == NULL) {
        str_add(out,
                "    what wins has no item to show now: each is missing, unplayable or shut\n");
    }
    if (plan->now.entry == NULL) {
        str_addf(out, "    the zone's fallback: %s\n",
                 zone->fallback != NULL ? zone->fallback->name : "none, only the background");
    }
    const struct entry *now = plan->now.entry;
    if (now != NULL && (!schedule_span_at(model, now->when, t).open || now->priority != highest)) {
        str_addf(out, "    the time of %s is over, but its item plays to its end (end = finish)\n",
                 now->playlist->name);
    }
}

static void add_moment(const struct model *model, struct schedule_cache *cache,
                       const struct zone *zone, flick_t t, bool why, struct str *out) {
    struct zone_plan plan, next;
    schedule_zone_at_cached(cache, NULL, zone, t, &plan);
    str_addf(out, "zone %s: %s\n  programme ", zone->name, plan_item_title(plan.now.item));
    if (plan.now.entry != NULL) {
        str_add(out, plan.now.entry->playlist->name);
    } else {
        str_add(out, plan.now.item != NULL ? "fallback" : "none");
    }
    str_add(out, "\n  since     ");
    plan_time(model, plan.now.started, out);
    str_add(out, "\n  until     ");
    plan_time(model, plan.now.until, out);
    if (plan.now.until != FLICK_NEVER) {
        schedule_zone_at_cached(cache, NULL, zone, plan.now.until, &next);
        str_addf(out, "\n  next      %s", plan_item_title(next.now.item));
    }
    str_add(out, "\n  segment   ");
    plan_time(model, plan.segment_started, out);
    str_add(out, " to ");
    plan_time(model, plan.segment_until, out);
    str_add(out, "\n");
    if (why) {
        explain_zone(model, zone, &plan, t, out);
    }
}

void plan_moment(const struct model *model, flick_t t, bool why, struct str *out) {
    struct schedule_cache *cache = schedule_cache_create(model);
    for (size_t i = 0; i < model->zone_count; i++) {
        add_moment(model, cache, &model->zones[i], t, why, out);
    }
    schedule_cache_destroy(&cache);
}
