#include "base/translate.h"

#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "ledsign"

/* The first of the variables that decide about messages; "" when none is set. */
static const char *wanted_language(void) {
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && value[0] != 0) {
            return value;
        }
    }
    return "";
}

/* gettext does nothing in the locale "C", and a board may have no other than C.UTF-8: then that is
 * used and the language named by itself, which is all that gettext needs. */
static void choose_messages(void) {
    const char *language = wanted_language();
    bool is_plain = strcmp(language, "C") == 0 || strcmp(language, "POSIX") == 0;
    if (setlocale(LC_MESSAGES, "") == NULL && !is_plain) {
        setlocale(LC_MESSAGES, "C.UTF-8");
        setenv("LANGUAGE", language, 0);
    }
}

/* `locale` beside the program that runs: build/release/locale, or nowhere when installed. */
static void bind_catalogue(void) {
    char program[PATH_MAX] = "", folder[PATH_MAX + 16], probe[PATH_MAX + 64];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash = length > 0 ? strrchr(program, '/') : NULL;
    if (slash != NULL) {
        *slash = 0;
        snprintf(folder, sizeof folder, "%s/locale", program);
        snprintf(probe, sizeof probe, "%s/vi/LC_MESSAGES/" DOMAIN ".mo", folder);
        if (access(probe, R_OK) == 0) {
            bindtextdomain(DOMAIN, folder);
        }
    }
    bind_textdomain_codeset(DOMAIN, "UTF-8");
    textdomain(DOMAIN);
}

void translate_start(void) {
    setlocale(LC_CTYPE, "C.UTF-8"); /* else the C library's own messages lose their accents */
    choose_messages();
    bind_catalogue();
}
