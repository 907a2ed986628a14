/* The timetable for programs (JSON), calendars (RFC 5545) and managers (HTML). */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "model/calendar.h"
#include "model/plan_table.h"
#include "model/timezone.h"

#define ICS_LINE_MAX 75 /* octets, RFC 5545 3.1 */
#define LEGEND_MAX   40
#define NARROW_S     (75 * 60) /* blocks too narrow for words; the legend names them */

static int64_t second_of(flick_t t) {
    return flick_floor_div(t, FLICKS_PER_SECOND);
}

static struct civil utc_civil(int64_t utc_s) {
    int64_t days = flick_floor_div(utc_s, 86400);
    int rest = (int)(utc_s - days * 86400);
    struct calendar_date date = calendar_civil_from_days(days);
    return (struct civil){date.year, date.month, date.day, rest / 3600, rest / 60 % 60, rest % 60};
}

/* ISO 8601 by the screen's clock, with its offset and with milliseconds where there are some. */
static void add_iso(const struct model *model, flick_t t, struct str *out) {
    int64_t utc_s = second_of(t);
    int offset = timezone_offset_at(model->screen.timezone, utc_s);
    struct civil c = timezone_civil_at(model->screen.timezone, utc_s);
    int ms = (int)((t - utc_s * FLICKS_PER_SECOND) / FLICKS_PER_MILLISECOND);
    int minutes = abs(offset) / 60;
    str_addf(out, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
             c.second);
    if (ms != 0) {
        str_addf(out, ".%03d", ms);
    }
    str_addf(out, "%c%02d:%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static void add_json_time(const struct model *model, cJSON *object, const char *name, flick_t t) {
    struct str text = {0};
    add_iso(model, t, &text);
    cJSON_AddStringToObject(object, name, str_text(&text));
    str_finish(&text);
}

void plan_json(const struct plan_table *table, struct str *out) {
    cJSON *root = cJSON_CreateObject(), *rows = NULL;
    add_json_time(table->model, root, "from", table->from);
    add_json_time(table->model, root, "to", table->to);
    cJSON_AddBoolToObject(root, "truncated", table->truncated);
    cJSON *zones = cJSON_AddArrayToObject(root, "zones");
    for (size_t i = 0; i < table->count; i++) {
        const struct plan_row *row = &table->rows[i];
        if (i == 0 || row->zone != row[-1].zone) {
            cJSON *zone = cJSON_CreateObject();
            cJSON_AddItemToArray(zones, zone);
            cJSON_AddStringToObject(zone, "name", row->zone->name);
            rows = cJSON_AddArrayToObject(zone, "rows");
        }
        cJSON *object = cJSON_CreateObject();
        cJSON_AddItemToArray(rows, object);
        add_json_time(table->model, object, "start", row->start);
        add_json_time(table->model, object, "end", row->end);
        cJSON_AddStringToObject(object, "programme", row->label);
        cJSON_AddBoolToObject(object, "fallback", row->is_fallback);
        if (row->item != NULL) {
            cJSON_AddStringToObject(object, "item", plan_item_title(row->item));
        }
    }
    char *text = cJSON_Print(root);
    str_addf(out, "%s\n", text != NULL ? text : "{}");
    cJSON_free(text);
    cJSON_Delete(root);
}

/* One content line, folded before 75 octets but never inside a UTF-8 sequence. */
static void add_ics_line(struct str *out, const char *line) {
    size_t used = 0;
    for (const char *at = line; *at != 0;) {
        size_t length = 1;
        while (((unsigned char)at[length] & 0xc0) == 0x80) {
            length++;
        }
        if (used + length > ICS_LINE_MAX) {
            str_add(out, "\r\n ");
            used = 1;
        }
        str_add_bytes(out, at, length);
        used += length;
        at += length;
    }
    str_add(out, "\r\n");
}

static void add_ics_text(struct str *out, const char *name, const char *value) {
    struct str line = {0};
    str_addf(&line, "%s:", name);
    for (; *value != 0; value++) {
        if (*value == '\n') {
            str_add(&line, "\\n");
        } else if ((unsigned char)*value >= ' ') {
            str_addf(&line, "%s%c", strchr("\\;,", *value) != NULL ? "\\" : "", *value);
        }
    }
    add_ics_line(out, str_text(&line));
    str_finish(&line);
}

static void add_ics_time(struct str *out, const char *name, flick_t t) {
    struct civil c = utc_civil(second_of(t));
    struct str line = {0};
    str_addf(&line, "%s:%04d%02d%02dT%02d%02d%02dZ", name, c.year, c.month, c.day, c.hour, c.minute,
             c.second);
    add_ics_line(out, str_text(&line));
    str_finish(&line);
}

/* Events are in UTC: exact across every change of the clocks, without a VTIMEZONE. */
void plan_ics(const struct plan_table *table, flick_t stamp, struct str *out) {
    struct str text = {0};
    str_add(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ledsign//plan//EN\r\n");
    for (size_t i = 0; i < table->count; i++) {
        const struct plan_row *row = &table->rows[i];
        if (row->is_empty) {
            continue;
        }
        str_clear(&text);
        /* Screens are told apart: their calendars may be read together. */
        str_addf(&text, "%lld-%d-%s@ledsign", (long long)row->start, row->zone->index,
                 table->model->path != NULL ? file_name(table->model->path) : "");
        str_add(out, "BEGIN:VEVENT\r\n");
        add_ics_text(out, "UID", str_text(&text));
        add_ics_time(out, "DTSTAMP", stamp);
        add_ics_time(out, "DTSTART", row->start);
        if (second_of(row->end) > second_of(row->start)) {
            add_ics_time(out, "DTEND", row->end);
        }
        str_clear(&text);
        str_addf(&text, "%s: %s", row->zone->name,
                 row->item != NULL ? plan_item_title(row->item) : row->label);
        add_ics_text(out, "SUMMARY", str_text(&text));
        str_add(out, "END:VEVENT\r\n");
    }
    str_add(out, "END:VCALENDAR\r\n");
    str_finish(&text);
}

static void add_escaped(struct str *out, const char *text) {
    for (; *text != 0; text++) {
        switch (*text) {
        case '<':
            str_add(out, "&lt;");
            break;
        case '>':
            str_add(out, "&gt;");
            break;
        case '&':
            str_add(out, "&amp;");
            break;
        case '"':
            str_add(out, "&quot;");
            break;
        default:
            str_add_bytes(out, text, 1);
        }
    }
}

/* One colour a programme, the same on every page of a site: the golden angle times the number of
 * the (first) playlist it plays, so that few are alike. */
static int hue_of(const struct model *model, const char *label) {
    size_t best = 0, best_length = 0;
    for (size_t i = 0; i < model->playlist_count; i++) {
        size_t length = strlen(model->playlists[i].name);
        if (length > best_length && strncmp(label, model->playlists[i].name, length) == 0) {
            best = i;
            best_length = length;
        }
    }
    return (int)(best * 1375 / 10 + 200) % 360;
}

/* Local midnight after t; days have 23, 24 or 25 hours. */
static flick_t next_midnight(const struct model *model, flick_t t) {
    struct civil c = timezone_civil_at(model->screen.timezone, second_of(t));
    int64_t days = calendar_days_from_civil(c.year, c.month, c.day);
    int64_t utc_s = timezone_instant(model->screen.timezone, (days + 1) * 86400);
    flick_t midnight = utc_s * FLICKS_PER_SECOND;
    return midnight > t ? midnight : t + INT64_C(3600) * FLICKS_PER_SECOND;
}

static const char *const weekday_names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

static void add_block(const struct plan_table *table, const struct plan_row *row, flick_t begin,
                      flick_t end, struct str *out) {
    struct civil a = timezone_civil_at(table->model->screen.timezone, second_of(begin));
    struct civil b = timezone_civil_at(table->model->screen.timezone, second_of(end));
    int from_s = a.hour * 3600 + a.minute * 60 + a.second;
    int to_s = b.hour * 3600 + b.minute * 60 + b.second;
    to_s = b.day != a.day || to_s <= from_s ? 86400 : to_s;
    bool is_narrow = to_s - from_s < NARROW_S;
    str_addf(out, "<div class=\"%s\" style=\"left:%d.%03d%%;width:%d.%03d%%;--h:%d\" title=\"",
             row->is_empty ? "n" : "b", from_s * 100 / 86400,
             (int)((int64_t)from_s * 100000 / 86400 % 1000), (to_s - from_s) * 100 / 86400,
             (int)((int64_t)(to_s - from_s) * 100000 / 86400 % 1000),
             hue_of(table->model, row->label));
    plan_time(table->model, row->start, out);
    str_add(out, " – ");
    plan_time(table->model, row->end, out);
    str_add(out, " ");
    add_escaped(out, row->label);
    str_add(out, "\">");
    if (!is_narrow) {
        add_escaped(out, row->label);
        str_addf(out, "<br><small>%02d:%02d–%02d:%02d</small>", a.hour, a.minute,
                 to_s == 86400 ? 24 : b.hour, to_s == 86400 ? 0 : b.minute);
    }
    str_add(out, "</div>");
}

static void add_day(const struct plan_table *table, size_t first, size_t last, flick_t begin,
                    flick_t end, struct str *out) {
    struct civil c = timezone_civil_at(table->model->screen.timezone, second_of(begin));
    int weekday = calendar_weekday(calendar_days_from_civil(c.year, c.month, c.day));
    str_addf(out, "<div class=\"d\"><b>%s %02d-%02d</b><div class=\"t\">", weekday_names[weekday],
             c.month, c.day);
    for (size_t i = first; i < last; i++) {
        const struct plan_row *row = &table->rows[i];
        if (row->start < end && row->end > begin) {
            add_block(table, row, row->start > begin ? row->start : begin,
                      row->end < end ? row->end : end, out);
        }
    }
    str_add(out, "</div></div>\n");
}

static bool is_labelled_before(const struct plan_row *rows, size_t first, size_t i) {
    for (size_t k = first; k < i; k++) {
        if (strcmp(rows[k].label, rows[i].label) == 0) {
            return true;
        }
    }
    return false;
}

/* What the colours mean, in the order in which they come. */
static void add_legend(const struct plan_table *table, size_t first, size_t last, struct str *out) {
    int count = 0;
    str_add(out, "<p class=\"l\">");
    for (size_t i = first; i < last && count < LEGEND_MAX; i++) {
        const struct plan_row *row = &table->rows[i];
        if (!row->is_empty && !is_labelled_before(table->rows, first, i)) {
            str_addf(out, "<span class=\"b\" style=\"--h:%d\">", hue_of(table->model, row->label));
            add_escaped(out, row->label);
            str_add(out, "</span> ");
            count++;
        }
    }
    str_add(out, "</p>\n");
}

static void add_zone(const struct plan_table *table, size_t first, size_t last, struct str *out) {
    str_add(out, "<section><h2>");
    add_escaped(out, table->rows[first].zone->name);
    str_add(out, "</h2>\n<div class=\"d s\"><b></b><div class=\"t\">");
    for (int hour = 0; hour < 24; hour += 3) {
        str_addf(out, "<i style=\"left:%d.%d%%\">%02d:00</i>", hour * 1000 / 240,
                 hour * 1000 / 24 % 10, hour);
    }
    str_add(out, "</div></div>\n");
    for (flick_t begin = table->from; begin < table->to;) {
        flick_t midnight = next_midnight(table->model, begin);
        flick_t end = midnight < table->to ? midnight : table->to;
        add_day(table, first, last, begin, end, out);
        begin = end;
    }
    add_legend(table, first, last, out);
    str_add(out, "</section>\n");
}

/* "Mon 2026-11-23"; the time only where it is not midnight. */
static void add_date(const struct model *model, flick_t t, flick_t shown, struct str *out) {
    struct civil c = timezone_civil_at(model->screen.timezone, second_of(t));
    struct civil day = timezone_civil_at(model->screen.timezone, second_of(shown));
    int64_t days = calendar_days_from_civil(day.year, day.month, day.day);
    str_addf(out, "%s %04d-%02d-%02d", weekday_names[calendar_weekday(days)], day.year, day.month,
             day.day);
    if (c.hour + c.minute + c.second > 0) {
        str_addf(out, " %02d:%02d", c.hour, c.minute);
    }
}

/* Whole days are named by the first and the last, other stretches by their ends. */
static void add_stretch(const struct plan_table *table, struct str *out) {
    struct civil c = timezone_civil_at(table->model->screen.timezone, second_of(table->to));
    bool is_midnight = c.hour + c.minute + c.second == 0;
    add_date(table->model, table->from, table->from, out);
    str_add(out, " – ");
    add_date(table->model, table->to, is_midnight ? table->to - 1 : table->to, out);
}

void plan_html(const struct plan_table *table, struct str *out) {
    str_add(out,
            "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Plan</title>\n"
            "<style>body{font:14px sans-serif;margin:2em;color:#222}.d{display:flex;height:2.9em;"
            "margin:2px "
            "0;break-inside:avoid}.d>b{width:7em;align-self:center}.t{position:relative;flex:1;"
            "background:"
            "#f0f0f0}.t>*{position:absolute;top:0;bottom:0;overflow:hidden;white-space:nowrap;"
            "text-overflow:ellipsis;"
            "box-sizing:border-box}.b{background:hsl(var(--h) 60% 82%);border-left:2px solid "
            "hsl(var(--h) 60% 40%)}.b,.n{padding:.35em "
            ".4em;line-height:1.1}.n{color:#999}small{opacity:.7}.s{height:"
            "1.4em}.s .t{background:none}i{color:#666;font-size:12px}"
            ".l{margin:.5em 0 1.5em 7em;line-height:2.2}h2{margin:0}section{break-inside:avoid}"
            "@page{size:A4 landscape;margin:12mm}@media print{body{margin:0;font-size:12px}*{"
            "-webkit-print-color-adjust:exact;print-color-adjust:exact}}</style>\n<h1>");
    add_escaped(out, table->model->path != NULL ? file_name(table->model->path) : "Plan");
    str_add(out, "</h1>\n<p>");
    add_stretch(table, out);
    str_addf(out, ", %s</p>\n",
             table->model->screen.timezone_name != NULL ? table->model->screen.timezone_name
                                                        : "local time");
    for (size_t first = 0, i = 1; i <= table->count; i++) {
        if (i == table->count || table->rows[i].zone != table->rows[first].zone) {
            add_zone(table, first, i, out);
            first = i;
        }
    }
    str_add(out, "</html>\n");
}
