/* cli.h: from the words of the command line to one row of the table of commands. */
#ifndef LEDSIGN_CLI_H
#define LEDSIGN_CLI_H

#include <stdbool.h>

/* Runs the command; returns the process's exit status (see command/command.h). */
int cli_run(int argc, char **argv);

/* What --help prints, for the command `help`; the second is false when there is no such command. */
void cli_print_usage(void);
bool cli_print_command(const char *name);

#endif
