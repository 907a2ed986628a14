/* hours_parser.h: the state of parsing one expression, and the tokens; private to hours_parse*.c.
 *
 * Recursive descent over the bytes; whatever is consumed adds its canonical spelling, so a forgiven
 * spelling ("Mon-Fri 8:00-17:00") comes with what should have been written. */
#ifndef LEDSIGN_MODEL_HOURS_PARSER_H
#define LEDSIGN_MODEL_HOURS_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "model/hours.h"
#include "model/hours_private.h"

struct parser {
    const char *text;
    const char *at;
    struct hours_problem *problem;
    struct str canonical;
    bool forgave;
    bool failed;
};

extern const char *const parser_month_names[12];

/* Keeps the first mistake, at the place reached; the format is translated. */
__attribute__((format(printf, 2, 3))) void parser_fail(struct parser *p, const char *format, ...);
void parser_skip_spaces(struct parser *p);
bool parser_take(struct parser *p, char c);                /* skips blanks before it */
bool parser_take_word(struct parser *p, const char *word); /* any case */
size_t parser_word_length(const char *at);
int parser_digits(const char *at);
int parser_take_number(struct parser *p, int digits);
int parser_take_weekday(struct parser *p); /* -1: none; adds its canonical name */
int parser_take_month(struct parser *p);   /* 0: none, else 1-12 */
bool parser_is_month_next(struct parser *p);
/* A time HH:MM comes next. */
bool parser_is_clock_next(struct parser *p);
/* One or two digits that are no time come next. */
bool parser_is_number_next(struct parser *p);
/* HH:MM in minutes, at most `most`; written canonically. */
int parser_take_clock(struct parser *p, int most);
/* " +1 day", " -2 days" or nothing: 0. Adds its canonical spelling. */
int parser_take_offset(struct parser *p);
/* A blank, unless there is one or the text begins. */
void parser_space(struct parser *p);
/* The canonical text must not keep what turned out to be none. */
void parser_cut(struct parser *p, size_t length);

/* hours_parse_dates.c: years, months, dates, easter and weeks, in any order and number. */
bool parser_dates(struct parser *p, struct hours_rule *rule);
/* hours_suggest.c: adds what was probably meant by a text that is not in the language. */
void hours_rewrite(const char *text, struct str *out);
/* "[1,2-3,-1]" after a weekday, as the bits of hours_days; 0 after a mistake. */
unsigned parser_nth(struct parser *p);

#endif
