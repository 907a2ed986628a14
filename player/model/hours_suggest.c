/* hours_suggest.c: what was probably meant by an expression that is not in the language: other
 * words and other ways to write a time become the language's. A guess; the parser has the last
 * word. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "model/hours_parser.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct rewriter {
    const char *at;
    struct str *out;
    bool after_date; /* a month or "week": numbers are no hours, until a blank follows one */
};

static const struct {
    const char *word, *meant;
} other_words[] = {
    {"daily", "Mo-Su"},
    {"everyday", "Mo-Su"},
    {"weekdays", "Mo-Fr"},
    {"weekday", "Mo-Fr"},
    {"workdays", "Mo-Fr"},
    {"weekend", "Sa,Su"},
    {"weekends", "Sa,Su"},
    {"always", "24/7"},
    {"never", "off"},
    {"holiday", "PH"},
    {"holidays", "PH"},
    {"to", "-"},
    {"till", "-"},
    {"until", "-"},
    {"through", "-"},
    {"and", ","},
    {"from", ""},
    {"on", ""},
    {"at", ""},
    {"midnight", "24:00"},
    {"noon", "12:00"},
};

static const char *const words[] = {
    "Monday",  "Tuesday",   "Wednesday", "Thursday", "Friday",   "Saturday", "Sunday",
    "January", "February",  "March",     "April",    "May",      "June",     "July",
    "August",  "September", "October",   "November", "December", "week",     "easter",
    "sunrise", "sunset",    "dawn",      "dusk",     "open",     "closed",   "off"};

/* Two or three letters are never guessed at, "Mo" and "Mon" being known to the parser. */
static void rewrite_word(struct rewriter *r) {
    char word[24];
    size_t length = parser_word_length(r->at);
    const char *begin = r->at;
    r->at += length;
    r->after_date = false;
    for (size_t i = 0; i < COUNT(other_words); i++) {
        if (strlen(other_words[i].word) == length &&
            strncasecmp(begin, other_words[i].word, length) == 0) {
            str_add(r->out, other_words[i].meant);
            return;
        }
    }
    for (size_t i = 0; i < COUNT(words); i++) {
        bool is_month = i >= 7 && i <= 19; /* and "week": numbers after them are no hours */
        if (length >= 3 && length <= strlen(words[i]) &&
            strncasecmp(begin, words[i], length) == 0) {
            r->after_date = is_month;
            str_add_bytes(r->out, begin, length);
            return;
        }
    }
    if (length > 3 && length < sizeof word) {
        memcpy(word, begin, length);
        word[length] = 0;
        const char *nearest = str_nearest(word, words, COUNT(words));
        str_add(r->out, nearest != NULL ? nearest : word);
    } else {
        str_add_bytes(r->out, begin, length);
    }
}

/* "am", "p.m." at the pen: 'a' or 'p'; 0 for none. Consumes it. */
static char take_half(const char **at) {
    const char *c = *at + strspn(*at, " ");
    char half = (char)tolower((unsigned char)*c);
    if (half != 'a' && half != 'p') {
        return 0;
    }
    c += c[1] == '.' ? 2 : 1;
    if (tolower((unsigned char)*c) != 'm') {
        return 0;
    }
    c += c[1] == '.' ? 2 : 1;
    if (isalpha((unsigned char)*c)) {
        return 0;
    }
    *at = c;
    return half;
}

static int number_of(const char *at, int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
        value = value * 10 + (at[i] - '0');
    }
    return value;
}

/* An hour with or without its minutes: "8", "8:30", "8.30", "8h30", "8 pm". */
struct hour {
    int hour;
    int minute;
    bool is_sure; /* more than a bare number */
};
static bool take_hour(const char **from, struct hour *out) {
    const char *at = *from;
    int digits = parser_digits(at);
    if (digits < 1 || digits > 2) {
        return false;
    }
    *out = (struct hour){.hour = number_of(at, digits)};
    at += digits;
    bool has_mark = *at != 0 && strchr(":.hH", *at) != NULL;
    if (has_mark && parser_digits(at + 1) == 2) {
        out->minute = number_of(at + 1, 2);
        out->is_sure = true;
        at += 3;
    } else if ((*at == 'h' || *at == 'H') && !isalpha((unsigned char)at[1])) {
        out->is_sure = true;
        at++;
    }
    char half = take_half(&at);
    out->is_sure = out->is_sure || half != 0;
    out->hour += half == 'p' && out->hour < 12 ? 12 : half == 'a' && out->hour == 12 ? -12 : 0;
    *from = at;
    return out->hour <= 48 && out->minute <= 59;
}

/* A dash of any kind, or a word for it. */
static size_t dash_length(const char *at) {
    size_t blanks = strspn(at, " ");
    const unsigned char *c = (const unsigned char *)at + blanks;
    bool is_wide = c[0] == 0xE2 && ((c[1] == 0x80 && c[2] >= 0x90 && c[2] <= 0x95) ||
                                    (c[1] == 0x88 && c[2] == 0x92));
    size_t word = parser_word_length((const char *)c);
    bool is_word = (word == 2 && strncasecmp((const char *)c, "to", 2) == 0) ||
                   ((word == 4 || word == 5) && strncasecmp((const char *)c, "until", word) == 0) ||
                   (word == 4 && strncasecmp((const char *)c, "till", 4) == 0);
    size_t length = c[0] == '-' ? 1 : is_wide ? 3 : is_word ? word : 0;
    return length > 0 ? blanks + length + strspn((const char *)c + length, " ") : 0;
}

static void add_hour(struct rewriter *r, const struct hour *hour) {
    str_addf(r->out, "%02d:%02d", hour->hour, hour->minute);
}

/* Two hours with a dash between them, or one that is surely a time. */
static void rewrite_number(struct rewriter *r) {
    const char *at = r->at;
    struct hour first, second;
    bool is_hour = !r->after_date && take_hour(&at, &first);
    const char *after = at;
    size_t dash = is_hour ? dash_length(at) : 0;
    after += dash;
    bool is_span = dash > 0 && take_hour(&after, &second);
    if (is_span) {
        add_hour(r, &first);
        str_add(r->out, "-");
        add_hour(r, &second);
        r->at = after;
    } else if (is_hour && first.is_sure) {
        add_hour(r, &first);
        r->at = at;
    } else {
        int digits = parser_digits(r->at);
        str_add_bytes(r->out, r->at, (size_t)digits);
        r->at += digits;
    }
}

static void rewrite_other(struct rewriter *r) {
    size_t dash = dash_length(r->at);
    if (dash > 0) {
        str_add(r->out, "-");
        r->at += dash;
    } else if (strncmp(r->at, "24/7", 4) == 0) {
        str_add(r->out, "24/7");
        r->at += 4;
    } else if (*r->at == '[' || *r->at == '(' || *r->at == '"' || *r->at == '/') {
        /* Their contents are no hours of ours. */
        const char *end = *r->at == '[' ? "]" : *r->at == '(' ? ")" : *r->at == '"' ? "\"" : " ;,";
        size_t length = 1 + strcspn(r->at + 1, end);
        length += r->at[length] != 0 && *r->at != '/';
        str_add_bytes(r->out, r->at, length);
        r->at += length;
    } else {
        bool is_end = *r->at == ';' || (*r->at == ' ' && r->out->length > 0 &&
                                        isdigit((unsigned char)r->out->text[r->out->length - 1]));
        r->after_date = r->after_date && !is_end;
        str_add_bytes(r->out, *r->at == '&' ? "," : r->at, 1);
        r->at++;
    }
}

/* "08:00-17:00 Mo-Fr" is written the other way round. */
static void swap_times(struct str *out, const char *rule, size_t length) {
    size_t times = strspn(rule, "0123456789:,- ");
    bool is_first =
        times > 0 && times < length && memchr(rule, ':', times) != NULL &&
        isalpha((unsigned char)rule[times]) && strncasecmp(rule + times, "off", 3) != 0 &&
        strncasecmp(rule + times, "open", 4) != 0 && strncasecmp(rule + times, "closed", 6) != 0;
    if (!is_first) {
        str_add_bytes(out, rule, length);
        return;
    }
    while (length > times && rule[length - 1] == ' ') {
        length--;
    }
    str_add_bytes(out, rule + times, length - times);
    str_add(out, " ");
    str_add_bytes(out, rule, times);
}

void hours_rewrite(const char *text, struct str *out) {
    struct str plain = {0};
    struct rewriter r = {.at = text, .out = &plain};
    while (*r.at != 0) {
        if (isalpha((unsigned char)*r.at)) {
            rewrite_word(&r);
        } else if (isdigit((unsigned char)*r.at) && strncmp(r.at, "24/7", 4) != 0) {
            rewrite_number(&r);
        } else {
            rewrite_other(&r);
        }
    }
    for (const char *rule = str_text(&plain); *rule != 0;) {
        rule += strspn(rule, " ");
        size_t length = strcspn(rule, ";");
        swap_times(out, rule, length);
        rule += length;
        if (*rule == ';') {
            str_add(out, "; ");
            rule++;
        }
    }
    str_finish(&plain);
}
