#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "base/translate.h"
#include "command/command.h"
#include "model/calendar.h"
#include "model/timezone.h"

#define OPTION_ROWS_MAX 32
/* A lifetime within what 64 bits of flicks reach, so that what is looked for around it is, too. */
#define YEAR_MIN 1600
#define YEAR_MAX 2300

static const struct option_row *find_row(const char *word, size_t length,
                                         const struct option_row *rows, int count) {
    for (int i = 0; i < count; i++) {
        if (strlen(rows[i].name) == length && strncmp(rows[i].name, word, length) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

static void say_unknown(const char *word, const struct option_row *rows, int count) {
    const char *names[OPTION_ROWS_MAX];
    for (int i = 0; i < count && i < OPTION_ROWS_MAX; i++) {
        names[i] = rows[i].name;
    }
    const char *nearest = str_nearest(word, names, (size_t)count);
    if (nearest != NULL) {
        log_error(_("%s: unknown option; did you mean %s? --help lists all of them"), word,
                  nearest);
    } else {
        log_error(_("%s: unknown option; --help lists all of them"), word);
    }
}

/* Handles the option at argv[i]; returns how many words it took, 0 after having said what is wrong.
 */
static int take_option(int argc, char **argv, int i, const struct option_row *rows, int count) {
    const char *equals = strchr(argv[i], '=');
    size_t length = equals != NULL ? (size_t)(equals - argv[i]) : strlen(argv[i]);
    const struct option_row *row = find_row(argv[i], length, rows, count);
    if (row == NULL) {
        say_unknown(argv[i], rows, count);
        return 0;
    }
    if (row->kind == OPTION_FLAG) {
        if (equals != NULL) {
            log_error(_("%s takes no value"), row->name);
            return 0;
        }
        *row->flag = true;
        return 1;
    }
    if (equals == NULL && i + 1 >= argc) {
        log_error(_("%s needs a value after it; --help shows an example"), row->name);
        return 0;
    }
    *row->text = equals != NULL ? equals + 1 : argv[i + 1];
    return equals != NULL ? 1 : 2;
}

bool options_parse(int argc, char **argv, const struct option_row *rows, int row_count,
                   const char **positional, int max_positional, int *positional_count) {
    bool only_words = false;
    *positional_count = 0;
    for (int i = 0; i < argc;) {
        bool is_option = !only_words && argv[i][0] == '-' && argv[i][1] != 0;
        if (is_option && strcmp(argv[i], "--") == 0) {
            only_words = true;
            i++;
        } else if (is_option) {
            int taken = take_option(argc, argv, i, rows, row_count);
            if (taken == 0) {
                return false;
            }
            i += taken;
        } else if (*positional_count < max_positional) {
            positional[(*positional_count)++] = argv[i++];
        } else {
            log_error(_("\"%s\" is one argument too many; --help shows what is expected"), argv[i]);
            return false;
        }
    }
    return true;
}

/* Reads exactly `digits` digits. */
static bool read_number(const char **at, int digits, int *out) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
        if (!isdigit((unsigned char)(*at)[i])) {
            return false;
        }
        value = value * 10 + (*at)[i] - '0';
    }
    *at += digits;
    *out = value;
    return true;
}

static bool read_separator(const char **at, char separator) {
    if (**at != separator) {
        return false;
    }
    (*at)++;
    return true;
}

static bool read_date(const char **at, struct civil *out) {
    return read_number(at, 4, &out->year) && read_separator(at, '-') &&
           read_number(at, 2, &out->month) && read_separator(at, '-') &&
           read_number(at, 2, &out->day) && out->month >= 1 && out->month <= 12 && out->day >= 1 &&
           out->day <= calendar_days_in_month(out->year, out->month);
}

/* "HH:MM", "HH:MM:SS" or "HH:MM:SS.fff"; 24:00 is the day's end. */
static bool read_clock(const char **at, struct civil *out, flick_t *fraction) {
    if (!read_number(at, 2, &out->hour) || !read_separator(at, ':') ||
        !read_number(at, 2, &out->minute)) {
        return false;
    }
    if (read_separator(at, ':') && !read_number(at, 2, &out->second)) {
        return false;
    }
    flick_t unit = FLICKS_PER_SECOND;
    if (read_separator(at, '.')) {
        if (!isdigit((unsigned char)**at)) {
            return false;
        }
        for (; isdigit((unsigned char)**at); (*at)++) {
            unit /= 10;
            *fraction += (**at - '0') * unit;
        }
    }
    bool is_day_end = out->hour == 24 && out->minute == 0 && out->second == 0;
    return (out->hour < 24 || is_day_end) && out->minute < 60 && out->second < 60;
}

/* "", "Z" or "+07:00"; *has_offset tells them apart. */
static bool read_offset(const char **at, bool *has_offset, int *seconds) {
    *has_offset = **at != 0;
    if (read_separator(at, 'Z')) {
        return **at == 0;
    }
    int hours = 0, minutes = 0;
    char sign = **at;
    if (!*has_offset) {
        return true;
    }
    (*at)++;
    if ((sign != '+' && sign != '-') || !read_number(at, 2, &hours)) {
        return false;
    }
    read_separator(at, ':');
    if (!read_number(at, 2, &minutes) || **at != 0 || hours > 14 || minutes > 59) {
        return false;
    }
    *seconds = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);
    return true;
}

bool option_time(const char *option, const char *text, const struct timezone_ *zone, flick_t *out) {
    struct civil civil = {0};
    const char *at = text;
    flick_t fraction = 0;
    bool has_offset = false;
    int offset = 0;
    bool good = read_date(&at, &civil);
    if (good && (*at == 'T' || *at == ' ')) {
        at++;
        good = read_clock(&at, &civil, &fraction) && read_offset(&at, &has_offset, &offset);
    } else {
        good = good && *at == 0;
    }
    if (!good) {
        log_error(_("%s: \"%s\" is not a time; write it like 2026-09-02T08:30:00 (local) or "
                    "2026-09-02T08:30:00+07:00"),
                  option, text);
        return false;
    }
    if (civil.year < YEAR_MIN || civil.year > YEAR_MAX) {
        log_error(_("%s: the year of \"%s\" must be from %d to %d"), option, text, YEAR_MIN,
                  YEAR_MAX);
        return false;
    }
    int64_t local_s =
        calendar_days_from_civil(civil.year, civil.month, civil.day) * INT64_C(86400) +
        civil.hour * 3600 + civil.minute * 60 + civil.second;
    int64_t utc_s = has_offset ? local_s - offset : timezone_instant(zone, local_s);
    *out = utc_s * FLICKS_PER_SECOND + fraction;
    return true;
}

bool option_duration(const char *option, const char *text, flick_t *out) {
    static const struct {
        const char *unit;
        double seconds;
    } units[] = {{"", 1},     {"ms", 0.001}, {"s", 1},    {"m", 60},
                 {"min", 60}, {"h", 3600},   {"d", 86400}};
    char *end = NULL;
    errno = 0;
    double value = strtod(text, &end);
    for (size_t i = 0; end != text && i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end, units[i].unit) == 0 && isfinite(value) && value > 0 &&
            value * units[i].seconds < 1e9) {
            *out = flick_from_seconds(value * units[i].seconds);
            return true;
        }
    }
    log_error(_("%s: \"%s\" is not a duration; write it like 90s, 5m, 2h or 1d"), option, text);
    return false;
}
