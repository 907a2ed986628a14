#include "player.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "base/translate.h"
#include "command/command.h"
#include "model/timezone.h"

#define SPEED_MAX 100000.0

struct word {
    const char *word;
    int value;
};

/* Finds `text` among the words of an option; false after having said what is possible. */
static bool choose(const char *option, const char *text, const struct word *words, size_t count,
                   int *value) {
    for (size_t i = 0; i < count; i++) {
        if (text == NULL || strcmp(words[i].word, text) == 0) {
            *value = words[i].value;
            return true;
        }
    }
    struct str choices = {0};
    for (size_t i = 0; i < count; i++) {
        str_addf(&choices, "%s%s", i > 0 ? ", " : "", words[i].word);
    }
    log_error(_("%s: \"%s\" is not one of %s"), option, text, str_text(&choices));
    str_finish(&choices);
    return false;
}

static const struct word displays[] = {
    {"auto", OUTPUT_AUTO},
    {"kms", OUTPUT_KMS},
    {"window", OUTPUT_WINDOW},
    {"offscreen", OUTPUT_OFFSCREEN},
};

static const struct word renderers[] = {
    {"auto", OUTPUT_RENDERER_AUTO},
    {"software", OUTPUT_SOFTWARE},
    {"gpu", OUTPUT_GPU},
};

static bool parse_speed(const char *text, struct player_options *options) {
    char *end = NULL;
    options->speed = 1.0;
    options->is_virtual = text != NULL && strcmp(text, "max") == 0;
    if (text == NULL || options->is_virtual) {
        return true;
    }
    options->speed = strtod(text, &end);
    if (end == text || *end != 0 || !isfinite(options->speed) || options->speed <= 0 ||
        options->speed > SPEED_MAX) {
        log_error(_("--speed: \"%s\" is not a speed; write a number like 60, or max"), text);
        return false;
    }
    return true;
}

/* Before anything is loaded, which is when the zone of a local time is known. */
static bool is_time(const char *text) {
    const char *why = NULL;
    flick_t ignored;
    struct timezone_ *zone = timezone_load("UTC", &why);
    bool good = option_time("--at", text, zone, &ignored);
    timezone_destroy(&zone);
    return good;
}

int command_play(int argc, char **argv) {
    const char *path = NULL, *display = NULL, *renderer = NULL, *speed = NULL, *duration = NULL;
    struct player_options options = {.load = command_load_played, .say = command_say_problems};
    const struct option_row rows[] = {
        {"--display", OPTION_TEXT, &display, NULL},
        {"--renderer", OPTION_TEXT, &renderer, NULL},
        {"--at", OPTION_TEXT, &options.at, NULL},
        {"--speed", OPTION_TEXT, &speed, NULL},
        {"--for", OPTION_TEXT, &duration, NULL},
        {"--stats", OPTION_TEXT, &options.stats_path, NULL},
        {"--picture", OPTION_TEXT, &options.picture_path, NULL},
        {"--record-sound", OPTION_TEXT, &options.sound_path, NULL},
        {"--silent", OPTION_FLAG, NULL, &options.silent},
    };
    int count = 0, display_value = 0, renderer_value = 0;
    if (!options_parse(argc, argv, rows, sizeof rows / sizeof rows[0], &path, 1, &count) ||
        !choose("--display", display, displays, sizeof displays / sizeof displays[0],
                &display_value) ||
        !choose("--renderer", renderer, renderers, sizeof renderers / sizeof renderers[0],
                &renderer_value) ||
        !parse_speed(speed, &options) || (options.at != NULL && !is_time(options.at)) ||
        (duration != NULL && !option_duration("--for", duration, &options.duration))) {
        return COMMAND_USAGE;
    }
    if (count == 0) {
        log_error("%s", _("play: which site? Try: ledsign play playlists/campaign/campaign.cfg"));
        return COMMAND_USAGE;
    }
    if (options.sound_path != NULL && !options.is_virtual) {
        log_error("%s", _("--record-sound: works with --speed max only"));
        return COMMAND_USAGE;
    }
    options.path = path;
    options.display = (enum output_display)display_value;
    options.renderer = (enum output_renderer)renderer_value;
    if (!options.is_virtual) {
        log_never_wait();
    }
    return player_run(&options);
}
