/* cli.h: from the words of the command line to one row of the table of commands. */
#ifndef LEDSIGN_CLI_H
#define LEDSIGN_CLI_H

/* Runs the command; returns the process's exit status (see command/command.h). */
int cli_run(int argc, char **argv);

#endif
