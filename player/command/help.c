#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/translate.h"
#include "cli.h"
#include "command/command.h"
#include "model/problem.h"

/* Each line of an example is set off by four spaces. */
static void print_indented(const char *text) {
    for (const char *c = text; *c != 0; c++) {
        if (c == text || c[-1] == '\n') {
            fputs("    ", stdout);
        }
        putchar(*c);
    }
    putchar('\n');
}

/* Breaks between words, at 80 columns of UTF-8. */
static void print_wrapped(const char *text) {
    size_t column = 0;
    while (*text != 0) {
        size_t bytes = 0, width = 0;
        for (; text[bytes] != 0 && text[bytes] != ' '; bytes++) {
            width += ((unsigned char)text[bytes] & 0xC0) != 0x80;
        }
        if (column > 0) {
            bool fits = column + 1 + width <= 80;
            putchar(fits ? ' ' : '\n');
            column = fits ? column + 1 : 0;
        }
        printf("%.*s", (int)bytes, text);
        column += width;
        text += bytes;
        text += *text == ' ';
    }
    putchar('\n');
}

static void explain(const struct problem_row *row) {
    printf("%s %c%03d: %s\n\n", row->severity == SEVERITY_ERROR ? _("error") : _("warning"),
           row->severity == SEVERITY_ERROR ? 'E' : 'W', row->number, _(row->title));
    print_wrapped(_(row->explanation));
    if (row->example[0] != 0) {
        printf("\n%s\n", _("Example:"));
        print_indented(row->example);
    }
}

static void list_problems(void) {
    for (size_t i = 0; i < problem_row_count; i++) {
        const struct problem_row *row = &problem_rows[i];
        printf("%c%03d  %s\n", row->severity == SEVERITY_ERROR ? 'E' : 'W', row->number,
               _(row->title));
    }
}

int command_help(int argc, char **argv) {
    const char *about = NULL;
    bool markdown = false;
    const struct option_row rows[] = {{"--markdown", OPTION_FLAG, NULL, &markdown}};
    int count = 0;
    if (!options_parse(argc, argv, rows, 1, &about, 1, &count)) {
        return COMMAND_USAGE;
    }
    if (markdown) {
        char *text = problem_document();
        fputs(text, stdout);
        free(text);
        return COMMAND_OK;
    }
    if (about == NULL) {
        cli_print_usage();
        printf("\n");
        list_problems();
        return COMMAND_OK;
    }
    const struct problem_row *row = problem_find_code(about);
    if (row != NULL) {
        explain(row);
        return COMMAND_OK;
    }
    if (cli_print_command(about)) {
        return COMMAND_OK;
    }
    log_error(_("help: there is no command and no problem \"%s\"; `ledsign help` lists them"),
              about);
    return COMMAND_USAGE;
}
