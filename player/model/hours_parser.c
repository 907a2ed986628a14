#include "model/hours_parser.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/translate.h"

static const char *const weekday_names[] = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};
static const char *const weekday_words[] = {"monday", "tuesday",  "wednesday", "thursday",
                                            "friday", "saturday", "sunday"};
const char *const parser_month_names[12] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const month_words[] = {"january",   "february", "march",    "april",
                                          "may",       "june",     "july",     "august",
                                          "september", "october",  "november", "december"};

void parser_fail(struct parser *p, const char *format, ...) {
    if (p->failed) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(p->problem->text, sizeof p->problem->text, gettext(format), arguments);
    va_end(arguments);
    p->problem->column = (int)(p->at - p->text) + 1;
    p->failed = true;
}

void parser_skip_spaces(struct parser *p) {
    while (*p->at == ' ' || *p->at == '\t') {
        p->at++;
    }
}

bool parser_take(struct parser *p, char c) {
    parser_skip_spaces(p);
    if (*p->at != c) {
        return false;
    }
    p->at++;
    return true;
}

size_t parser_word_length(const char *at) {
    size_t length = 0;
    while (isalpha((unsigned char)at[length])) {
        length++;
    }
    return length;
}

/* Index of the name that the word at p->at is: the short form, or an abbreviation of the long one
 * of at least three letters; -1 for none. Consumes it. */
static int take_name(struct parser *p, const char *const *shorts, const char *const *words,
                     int count) {
    parser_skip_spaces(p);
    size_t length = parser_word_length(p->at);
    for (int i = 0; i < count; i++) {
        bool is_short = length == strlen(shorts[i]) && strncasecmp(p->at, shorts[i], length) == 0;
        bool is_word =
            length >= 3 && length <= strlen(words[i]) && strncasecmp(p->at, words[i], length) == 0;
        if (is_short || is_word) {
            p->forgave = p->forgave || strncmp(p->at, shorts[i], length) != 0 || !is_short;
            p->at += length;
            str_add(&p->canonical, shorts[i]);
            return i;
        }
    }
    return -1;
}

int parser_take_weekday(struct parser *p) {
    return take_name(p, weekday_names, weekday_words, 7);
}

int parser_take_month(struct parser *p) {
    return take_name(p, parser_month_names, month_words, 12) + 1;
}

bool parser_is_month_next(struct parser *p) {
    struct parser probe = *p;
    probe.canonical = (struct str){0};
    bool is_month = parser_take_month(&probe) > 0;
    str_finish(&probe.canonical);
    return is_month;
}

bool parser_take_word(struct parser *p, const char *word) {
    parser_skip_spaces(p);
    size_t length = parser_word_length(p->at);
    if (length != strlen(word) || strncasecmp(p->at, word, length) != 0) {
        return false;
    }
    p->forgave = p->forgave || strncmp(p->at, word, length) != 0;
    p->at += length;
    return true;
}

int parser_digits(const char *at) {
    int count = 0;
    while (isdigit((unsigned char)at[count])) {
        count++;
    }
    return count;
}

int parser_take_number(struct parser *p, int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
        value = value * 10 + (*p->at++ - '0');
    }
    return value;
}

bool parser_is_clock_next(struct parser *p) {
    parser_skip_spaces(p);
    int digits = parser_digits(p->at);
    return digits >= 1 && digits <= 2 && p->at[digits] == ':' &&
           isdigit((unsigned char)p->at[digits + 1]);
}

bool parser_is_number_next(struct parser *p) {
    parser_skip_spaces(p);
    int digits = parser_digits(p->at);
    return digits >= 1 && digits <= 2 && !parser_is_clock_next(p);
}

int parser_take_clock(struct parser *p, int most) {
    int digits = parser_digits(p->at);
    int hour = parser_take_number(p, digits);
    p->at++;
    int minute = parser_digits(p->at) == 2 ? parser_take_number(p, 2) : 60;
    int value = hour * 60 + minute;
    if (minute > 59 || value > most) {
        parser_fail(p, "this is not a time of day; write it like 06:00, up to %02d:00", most / 60);
    }
    p->forgave = p->forgave || digits == 1;
    str_addf(&p->canonical, "%02d:%02d", hour, minute);
    return value;
}

int parser_take_offset(struct parser *p) {
    const char *before = p->at;
    parser_skip_spaces(p);
    char sign = *p->at;
    if (sign == '+' || sign == '-') {
        p->at++;
        parser_skip_spaces(p);
        int digits = parser_digits(p->at);
        if (digits >= 1 && digits <= 3) {
            int days = parser_take_number(p, digits);
            if (parser_take_word(p, "day") || parser_take_word(p, "days")) {
                str_addf(&p->canonical, " %c%d day%s", sign, days, days == 1 ? "" : "s");
                return sign == '-' ? -days : days;
            }
        }
    }
    p->at = before;
    return 0;
}

void parser_space(struct parser *p) {
    size_t length = p->canonical.length;
    if (length > 0 && p->canonical.text[length - 1] != ' ') {
        str_add(&p->canonical, " ");
    }
}

void parser_cut(struct parser *p, size_t length) {
    p->canonical.length = length;
    if (p->canonical.text != NULL) {
        p->canonical.text[length] = 0;
    }
}
