#include "model/timezone.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/flick.h"
#include "base/str.h"
#include "base/translate.h"
#include "model/calendar.h"

#define TZIF_BYTES_MAX  (256 * 1024)
#define TRANSITIONS_MAX 4096
#define TYPES_MAX       256
#define ZONE_FOLDER     "/usr/share/zoneinfo"
#define DAY_S           86400

/* One rule of the POSIX footer: when a half of the year begins. */
struct change_rule {
    char kind; /* 'M' month.week.day, 'J' day 1-365 without Feb 29, 'D' day 0-365 */
    int month;
    int week;
    int day;
    int32_t time_s; /* local seconds after midnight, may be negative or beyond a day */
};

struct timezone_ {
    int64_t *instants; /* sorted; the offset of type[i] holds from instants[i] on */
    uint8_t *types;
    size_t instant_count;
    int32_t offsets[TYPES_MAX];
    bool is_dst[TYPES_MAX];
    size_t type_count;
    bool has_footer;
    int32_t standard_s; /* footer: seconds east */
    int32_t summer_s;
    bool has_summer;
    struct change_rule to_summer;
    struct change_rule to_standard;
};

struct reader {
    const unsigned char *at;
    const unsigned char *end;
    bool failed;
};

static int64_t read_be(struct reader *r, int bytes) {
    if (r->end - r->at < bytes) {
        r->failed = true;
        return 0;
    }
    uint64_t value = r->at[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < bytes; i++) {
        value = value << 8 | r->at[i];
    }
    r->at += bytes;
    return (int64_t)value;
}

static void skip(struct reader *r, int64_t bytes) {
    if (bytes < 0 || r->end - r->at < bytes) {
        r->failed = true;
        r->at = r->end;
        return;
    }
    r->at += bytes;
}

/* The counts of one TZif header, in file order (RFC 8536, 3.1). */
struct header {
    int64_t isut, isstd, leap, time, type, chars;
};

static struct header read_header(struct reader *r, int *version) {
    bool is_tzif = r->end - r->at >= 44 && memcmp(r->at, "TZif", 4) == 0;
    r->failed = r->failed || !is_tzif;
    *version = is_tzif ? r->at[4] : 0;
    skip(r, 20);
    struct header h = {0};
    h.isut = read_be(r, 4);
    h.isstd = read_be(r, 4);
    h.leap = read_be(r, 4);
    h.time = read_be(r, 4);
    h.type = read_be(r, 4);
    h.chars = read_be(r, 4);
    r->failed = r->failed || h.time < 0 || h.time > TRANSITIONS_MAX || h.type < 1 ||
                h.type > TYPES_MAX || h.chars < 0 || h.leap < 0 || h.isut < 0 || h.isstd < 0;
    return h;
}

static void skip_block(struct reader *r, struct header h, int time_size) {
    skip(r, h.time * time_size + h.time + h.type * 6 + h.chars + h.leap * (time_size + 4) +
                h.isstd + h.isut);
}

static void read_block(struct reader *r, struct header h, struct timezone_ *zone) {
    zone->instant_count = (size_t)h.time;
    zone->type_count = (size_t)h.type;
    zone->instants = mem_zero((size_t)h.time, sizeof *zone->instants);
    zone->types = mem_zero((size_t)h.time, sizeof *zone->types);
    for (int64_t i = 0; i < h.time; i++) {
        zone->instants[i] = read_be(r, 8);
        r->failed = r->failed || (i > 0 && zone->instants[i] <= zone->instants[i - 1]);
    }
    for (int64_t i = 0; i < h.time; i++) {
        zone->types[i] = (uint8_t)(read_be(r, 1) & 0xFF);
        r->failed = r->failed || zone->types[i] >= h.type;
    }
    for (int64_t i = 0; i < h.type; i++) {
        zone->offsets[i] = (int32_t)read_be(r, 4);
        zone->is_dst[i] = read_be(r, 1) != 0;
        skip(r, 1);
    }
    skip(r, h.chars + h.leap * 12 + h.isstd + h.isut);
}

static bool parse_number(const char **at, int *out) {
    int value = 0, digits = 0;
    for (; **at >= '0' && **at <= '9' && digits < 6; (*at)++, digits++) {
        value = value * 10 + (**at - '0');
    }
    *out = value;
    return digits > 0;
}

static bool skip_name(const char **at) {
    bool quoted = **at == '<';
    const char *start = *at;
    while (**at != 0 && (quoted ? **at != '>' : (**at | 32) >= 'a' && (**at | 32) <= 'z')) {
        (*at)++;
    }
    if (quoted && **at == '>') {
        (*at)++;
    }
    return *at > start;
}

/* [+-]hh[:mm[:ss]] */
static bool parse_hms(const char **at, int32_t *seconds) {
    int sign = **at == '-' ? -1 : 1, part[3] = {0};
    if (**at == '-' || **at == '+') {
        (*at)++;
    }
    if (!parse_number(at, &part[0])) {
        return false;
    }
    for (int i = 1; i < 3 && **at == ':'; i++) {
        (*at)++;
        if (!parse_number(at, &part[i])) {
            return false;
        }
    }
    *seconds = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
    return part[0] <= 167;
}

static bool parse_rule(const char **at, struct change_rule *rule) {
    if (*(*at)++ != ',') {
        return false;
    }
    rule->kind = **at == 'M' || **at == 'J' ? **at : 'D';
    *at += rule->kind != 'D';
    bool good = parse_number(at, rule->kind == 'M' ? &rule->month : &rule->day);
    if (good && rule->kind == 'M') {
        good = *(*at)++ == '.' && parse_number(at, &rule->week) && *(*at)++ == '.' &&
               parse_number(at, &rule->day) && rule->month >= 1 && rule->month <= 12 &&
               rule->week >= 1 && rule->week <= 5 && rule->day <= 6;
    }
    rule->time_s = 2 * 3600;
    if (good && **at == '/') {
        (*at)++;
        good = parse_hms(at, &rule->time_s);
    }
    return good && rule->day <= 366;
}

/* "CET-1CEST,M3.5.0,M10.5.0/3": POSIX counts offsets westwards. */
static bool parse_footer(const char *text, struct timezone_ *zone) {
    const char *at = text;
    int32_t west;
    if (!skip_name(&at) || !parse_hms(&at, &west)) {
        return false;
    }
    zone->standard_s = -west;
    zone->has_footer = true;
    if (*at == 0) {
        return true;
    }
    if (!skip_name(&at)) {
        return false;
    }
    zone->summer_s = zone->standard_s + 3600;
    if (*at != ',' && *at != 0) {
        if (!parse_hms(&at, &west)) {
            return false;
        }
        zone->summer_s = -west;
    }
    zone->has_summer = true;
    return parse_rule(&at, &zone->to_summer) && parse_rule(&at, &zone->to_standard) && *at == 0;
}

static bool parse_tzif(const char *bytes, size_t length, struct timezone_ *zone) {
    struct reader r = {(const unsigned char *)bytes, (const unsigned char *)bytes + length, false};
    int version;
    struct header first = read_header(&r, &version);
    if (r.failed || version < '2') {
        return false;
    }
    skip_block(&r, first, 4);
    struct header second = read_header(&r, &version);
    if (r.failed) {
        return false;
    }
    read_block(&r, second, zone);
    if (r.failed || r.at >= r.end || *r.at != '\n') {
        return false;
    }
    const unsigned char *line = r.at + 1;
    const unsigned char *stop = memchr(line, '\n', (size_t)(r.end - line));
    if (stop == NULL || stop == line) {
        return stop != NULL;
    }
    struct str footer = {0};
    str_add_bytes(&footer, (const char *)line, (size_t)(stop - line));
    bool good = parse_footer(footer.text, zone);
    str_finish(&footer);
    return good;
}

static struct timezone_ *load_file(const char *path, const char **why) {
    size_t length = 0;
    char *bytes = file_read(path, TZIF_BYTES_MAX, &length, why);
    if (bytes == NULL) {
        return NULL;
    }
    struct timezone_ *zone = mem_zero(1, sizeof *zone);
    if (!parse_tzif(bytes, length, zone)) {
        *why =
            N_("the system's description of this time zone is damaged; install the package tzdata");
        timezone_destroy(&zone);
    }
    free(bytes);
    return zone;
}

static struct timezone_ *make_utc(void) {
    struct timezone_ *zone = mem_zero(1, sizeof *zone);
    zone->has_footer = true;
    return zone;
}

static bool is_safe_name(const char *name) {
    return name[0] != 0 && name[0] != '/' && strstr(name, "..") == NULL && strlen(name) < 128;
}

static struct timezone_ *load_system(const char **why) {
    const char *tz = getenv("TZ");
    if (tz != NULL && is_safe_name(tz[0] == ':' ? tz + 1 : tz)) {
        struct timezone_ *zone = timezone_load(tz[0] == ':' ? tz + 1 : tz, why);
        if (zone != NULL) {
            return zone;
        }
    }
    struct timezone_ *zone = load_file("/etc/localtime", why);
    return zone != NULL ? zone : make_utc();
}

struct timezone_ *timezone_load(const char *name, const char **why) {
    if (name == NULL) {
        return load_system(why);
    }
    if (strcmp(name, "UTC") == 0) {
        return make_utc();
    }
    *why = N_("it is not an IANA time zone name such as \"Asia/Ho_Chi_Minh\"");
    if (!is_safe_name(name)) {
        return NULL;
    }
    char *path = file_join(ZONE_FOLDER, name);
    const char *reason = NULL;
    struct timezone_ *zone = load_file(path, &reason);
    if (zone == NULL && reason != NULL && strstr(reason, "damaged") != NULL) {
        *why = reason;
    }
    free(path);
    return zone;
}

void timezone_destroy(struct timezone_ **zone) {
    if (*zone != NULL) {
        free((*zone)->instants);
        free((*zone)->types);
        free(*zone);
        *zone = NULL;
    }
}

/* Local seconds since the epoch at which a footer rule takes effect in a year. */
static int64_t rule_local_s(const struct change_rule *rule, int year) {
    int64_t day;
    if (rule->kind == 'M') {
        int64_t first = calendar_days_from_civil(year, rule->month, 1);
        int sunday_based = (calendar_weekday(first) + 1) % 7;
        day = first + (rule->day - sunday_based + 7) % 7 + (int64_t)(rule->week - 1) * 7;
        if (day >= first + calendar_days_in_month(year, rule->month)) {
            day -= 7;
        }
    } else {
        day = calendar_days_from_civil(year, 1, 1) + rule->day - (rule->kind == 'J');
        day += rule->kind == 'J' && calendar_is_leap(year) && rule->day >= 60;
    }
    return day * DAY_S + rule->time_s;
}

static int32_t footer_offset(const struct timezone_ *zone, int64_t utc_s) {
    if (!zone->has_summer) {
        return zone->standard_s;
    }
    int64_t local_day = flick_floor_div(utc_s + zone->standard_s, DAY_S);
    int year = calendar_civil_from_days(local_day).year;
    int64_t to_summer = rule_local_s(&zone->to_summer, year) - zone->standard_s;
    int64_t to_standard = rule_local_s(&zone->to_standard, year) - zone->summer_s;
    bool summer = to_summer < to_standard ? utc_s >= to_summer && utc_s < to_standard
                                          : utc_s >= to_summer || utc_s < to_standard;
    return summer ? zone->summer_s : zone->standard_s;
}

/* Before the first transition: the first type that is not summer time (RFC 8536, 3.2). */
static int32_t first_offset(const struct timezone_ *zone) {
    for (size_t i = 0; i < zone->type_count; i++) {
        if (!zone->is_dst[i]) {
            return zone->offsets[i];
        }
    }
    return zone->offsets[0];
}

int32_t timezone_offset_at(const struct timezone_ *zone, int64_t utc_s) {
    size_t count = zone->instant_count;
    if (count == 0 || utc_s >= zone->instants[count - 1]) {
        if (zone->has_footer) {
            return footer_offset(zone, utc_s);
        }
        return count > 0 ? zone->offsets[zone->types[count - 1]] : first_offset(zone);
    }
    size_t low = 0, high = count; /* the number of transitions at or before utc_s */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (zone->instants[middle] <= utc_s) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 ? zone->offsets[zone->types[low - 1]] : first_offset(zone);
}

struct civil timezone_civil_at(const struct timezone_ *zone, int64_t utc_s) {
    int64_t local_s = utc_s + timezone_offset_at(zone, utc_s);
    int64_t day = flick_floor_div(local_s, DAY_S);
    int second = (int)(local_s - day * DAY_S);
    struct calendar_date date = calendar_civil_from_days(day);
    return (struct civil){date.year,     date.month,       date.day,
                          second / 3600, second / 60 % 60, second % 60};
}

/* Offsets a day before and after bracket at most one change. With the earlier one first: a reading
 * that exists under it is its first occurrence; one that exists only under the later is after the
 * change; one that exists under neither was skipped, and the change itself is the first valid
 * instant. */
int64_t timezone_instant(const struct timezone_ *zone, int64_t local_s) {
    int32_t before = timezone_offset_at(zone, local_s - DAY_S - DAY_S / 2);
    int32_t after = timezone_offset_at(zone, local_s + DAY_S + DAY_S / 2);
    int64_t early = local_s - before, late = local_s - after;
    if (timezone_offset_at(zone, early) == before) {
        return early;
    }
    if (timezone_offset_at(zone, late) == after) {
        return late;
    }
    int64_t low = late < early ? late : early, high = late < early ? early : late;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (middle + timezone_offset_at(zone, middle) >= local_s) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return high;
}
