#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "base/translate.h"
#include "command/command.h"

static const struct command commands[] = {
    {"play", "SITE.cfg", N_("plays the site"),
     N_("  --display auto|kms|window|offscreen  where to show it (auto: whatever is there)\n"
        "  --renderer auto|software|gpu         who draws (auto: the GPU on the console, else "
        "software)\n"
        "  --at TIME                            start the clock there: 2026-09-02T08:30:00\n"
        "  --speed X                            let it run X times as fast; max: every frame, no "
        "waiting\n"
        "  --for DURATION                       stop after 90s, 5m, 2h, 1d\n"
        "  --stats FILE                         write frame timing as JSON on exit\n"
        "  --picture FILE.png                   keep a picture of the screen there, once a second\n"
        "  --silent                             no sound\n"
        "  --record-sound FILE.wav              write the sound there (with --speed max)\n"
        "Keys in a window: q or Escape ends it. SIGHUP reloads; changed files reload by "
        "themselves.\n"),
     command_play},
    {"check", "SITE.cfg", N_("finds every mistake in the site at once"),
     N_("Prints one line each: file:line: error|warning NUMBER: sentence; did you mean ...\n"
        "`ledsign help NUMBER` explains one. Exit status 1 when there is an error.\n"),
     command_check},
    {"plan", "SITE.cfg", N_("tells what plays when"),
     N_("  --at TIME            what each zone shows at that moment\n"
        "  --day DATE           the whole day (default: today)\n"
        "  --from TIME --to TIME\n"
        "  --items              every item, not only programmes\n"
        "  --why                who won, who lost, until when\n"
        "  --json, --ics        for programs and calendars\n"
        "  --html FILE          a page with the week as a coloured grid, to print\n"),
     command_plan},
    {"when", "'EXPR'", N_("prints the intervals in which a schedule expression is open"),
     N_("  --from TIME --to TIME        the stretch to look at\n"
        "  --next N                     the next N intervals\n"
        "  --timezone NAME              default: the system's\n"
        "  --location LAT,LON           for sunrise, sunset, dawn, dusk: 21.03,105.85\n"
        "  --explain                    the expression as a sentence\n"
        "Example: ledsign when 'Mo-Fr 06:00-22:00; PH off' --from 2026-09-01 --to 2026-09-08\n"),
     command_when},
    {"snapshot", "SITE.cfg -o FILE.png", N_("writes the exact picture of one instant"),
     N_("  --at TIME            default: now\n"
        "  -o FILE.png          where to write it\n"
        "Example: ledsign snapshot playlists/campaign/campaign.cfg --at 2026-09-02T08:30:00 -o "
        "a.png\n"),
     command_snapshot},
    {"prepare", "SITE.cfg", N_("transcodes the media to the size of the screen, once"),
     N_("  --dry-run                       only say what would be done, with sizes before and "
        "after\n"
        "  --jobs N                        files at once; default 1, on all cores\n"
        "  --profile zero2|pi3|pi4|pi5|pc  the board that will play (default: this one)\n"
        "  --codec h264|h265               h265 for boards that decode it in hardware\n"
        "  --prune                         first remove what the site does not need any more\n"
        "  --idle                          at idle priority, in silence (what prepare = \"idle\" "
        "does)\n"
        "The files go to .ledsign/prepared beside the site, and `play` uses them by itself. What "
        "is\n"
        "ready is not made again; an interrupted run goes on where it was.\n"),
     command_prepare},
    {"keys", "", N_("lists every key of a site file"), N_("The same text as docs/config.md.\n"),
     command_keys},
    {"help", "[W012|COMMAND]", N_("explains a problem that check has numbered, or a command"),
     N_("  --markdown           all problems, the same text as docs/problems.md\n"
        "Without arguments, lists all commands and all problems.\n"),
     command_help},
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static void print_usage(FILE *out) {
    fprintf(out, "%s\n\n%s\n\n",
            _("ledsign plays videos, songs and infographics on LED screens, by schedule."),
            _("usage: ledsign COMMAND ..."));
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        fprintf(out, "  %-9s %-21s %s\n", commands[i].name, commands[i].arguments,
                _(commands[i].summary));
    }
    fprintf(
        out, "\n%s\n",
        _("`ledsign COMMAND --help` shows the options of one; `ledsign --version` the version."));
}

static void print_command_help(const struct command *command) {
    printf("ledsign %s %s\n%s\n\n%s", command->name, command->arguments, _(command->summary),
           _(command->help));
}

void cli_print_usage(void) {
    print_usage(stdout);
}

bool cli_print_command(const char *name) {
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            print_command_help(&commands[i]);
            return true;
        }
    }
    return false;
}

static bool asks_for_help(int argc, char **argv) {
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

static int run_command(const char *name, int argc, char **argv) {
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i].name;
        if (strcmp(name, commands[i].name) != 0) {
            continue;
        }
        if (asks_for_help(argc, argv)) {
            print_command_help(&commands[i]);
            return COMMAND_OK;
        }
        return commands[i].run(argc, argv);
    }
    const char *nearest = str_nearest(name, names, COMMAND_COUNT);
    if (nearest != NULL) {
        log_error(_("\"%s\" is not a command; did you mean \"%s\"? --help lists them"), name,
                  nearest);
    } else {
        log_error(_("\"%s\" is not a command; --help lists them"), name);
    }
    return COMMAND_USAGE;
}

static int run(int argc, char **argv) {
    if (argc < 2) {
        print_usage(stderr);
        return COMMAND_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage(stdout);
        return COMMAND_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("ledsign %s\n", LEDSIGN_VERSION);
        return COMMAND_OK;
    }
    return run_command(argv[1], argc - 2, argv + 2);
}

/* Results that did not reach their file must not look like success. */
int cli_run(int argc, char **argv) {
    int status = run(argc, argv);
    bool has_failed = fflush(stdout) != 0 || ferror(stdout) != 0;
    if (has_failed) {
        log_error("%s", _("stdout: not all of it could be written; is the disk full?"));
    }
    return has_failed && status == COMMAND_OK ? COMMAND_FAILED : status;
}
