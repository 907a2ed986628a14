/* command.h: the subcommands of the program `ledsign`, one row of a table and one file each.
 *
 * A command gets its arguments without the program's and its own name, and returns the exit status:
 * 0 good, 1 problems found or failed, 2 wrong usage. `--help` is handled by the table's user
 * (cli.c), from the row's help text. Results go to stdout, sentences for people to the log. */
#ifndef LEDSIGN_COMMAND_COMMAND_H
#define LEDSIGN_COMMAND_COMMAND_H

#include <stdbool.h>

#include "base/flick.h"

enum { COMMAND_OK = 0, COMMAND_FAILED = 1, COMMAND_USAGE = 2 };

struct command {
    const char *name;
    const char *arguments; /* "SITE.cfg [options]" */
    const char *summary;   /* one line for the list of commands */
    const char *help;      /* options and examples, shown under `--help` */
    int (*run)(int argc, char **argv);
};

/* Options are parsed from a table of rows; anything else is positional. */
enum option_kind { OPTION_FLAG, OPTION_TEXT };
struct option_row {
    const char *name; /* "--at", "-o" */
    enum option_kind kind;
    const char **text; /* OPTION_TEXT: receives the value */
    bool *flag;        /* OPTION_FLAG */
};
/* Accepts "--at X" and "--at=X"; "--" ends the options. Fills up to max_positional; false after
 * having said what is wrong (unknown option with "did you mean", missing value, too many
 * arguments). */
bool options_parse(int argc, char **argv, const struct option_row *rows, int row_count,
                   const char **positional, int max_positional, int *positional_count);

/* Values of options; false after having said what is wrong with `option`. */
struct timezone_;
bool option_time(const char *option, const char *text, const struct timezone_ *zone,
                 flick_t *out); /* ISO 8601 local or with offset; date alone is midnight */
bool option_duration(const char *option, const char *text,
                     flick_t *out); /* "90", "90s", "5m", "2h", "1d", "250ms" */

/* Loads the site with real probing and prints its problems to stderr; NULL when nothing can be
 * shown. Shared by every command that takes a SITE.cfg. */
struct model;
struct model *command_load_site(const char *path);

/* The two halves of it; also for the player, which loads on a thread of its own and remembers what
 * is known about media (NULL: nothing). */
struct problems;
struct probe_cache;
struct model *command_load_model(const char *path, struct probe_cache *known,
                                 struct problems *problems);
/* The same, and says which files have no prepared version. */
struct model *command_load_played(const char *path, struct probe_cache *known,
                                  struct problems *problems);
/* The site with the media that it names, also where there are prepared versions of them. */
struct model *command_load_originals(const char *path, struct problems *problems);
void command_say_problems(const struct problems *problems);

/* Draws exactly what the screen would show at t; for `snapshot` and the golden pictures. */
struct canvas;
bool snapshot_draw(struct model *model, flick_t t, struct canvas *canvas, bool wants_yuv);

int command_play(int argc, char **argv);
int command_check(int argc, char **argv);
int command_plan(int argc, char **argv);
int command_when(int argc, char **argv);
int command_snapshot(int argc, char **argv);
int command_prepare(int argc, char **argv);
int command_keys(int argc, char **argv);
int command_help(int argc, char **argv);

#endif
