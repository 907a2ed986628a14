#include "media/decoder_verdict.h"

#include <libavcodec/avcodec.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "base/str.h"

#define FILE_MAX  65536
#define LINES_MAX 100

static const char *const words[] = {"", "trying", "good", "bad"};

/* What the firmware calls this machine. */
static void add_board(struct str *key) {
    static const char *const places[] = {"/proc/device-tree/model",
                                         "/sys/devices/virtual/dmi/id/product_name"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const char *why = NULL;
        size_t length = 0;
        char *text = file_read(places[i], 256, &length, &why);
        if (text != NULL && length > 0) {
            text[strcspn(text, "\n|")] = 0;
            str_add(key, text);
            free(text);
            return;
        }
        free(text);
    }
    str_add(key, "board");
}

char *decoder_verdict_key(const char *decoder, const char *codec, struct size size) {
    struct utsname system = {0};
    struct str key = {0};
    unsigned version = avcodec_version();
    uname(&system);
    add_board(&key);
    str_addf(&key, "|%s|%u.%u.%u|%s|%s|%dx%d", system.release, version >> 16, version >> 8 & 255,
             version & 255, decoder, codec, size.w, size.h);
    return str_take(&key);
}

/* The line of `key` in `text`, its length in *length; NULL when there is none. */
static char *find_line(char *text, const char *key, size_t *length) {
    size_t key_length = strlen(key);
    for (char *line = text; *line != 0;) {
        *length = strcspn(line, "\n");
        const char *space = memchr(line, ' ', *length);
        size_t rest = space != NULL ? *length - (size_t)(space + 1 - line) : 0;
        if (space != NULL && rest == key_length && memcmp(space + 1, key, key_length) == 0) {
            return line;
        }
        line += *length + (line[*length] == '\n');
    }
    return NULL;
}

enum decoder_verdict decoder_verdict_read(const char *path, const char *key) {
    const char *why = NULL;
    size_t size = 0, length = 0;
    char *text = file_read(path, FILE_MAX, &size, &why);
    const char *line = text != NULL ? find_line(text, key, &length) : NULL;
    enum decoder_verdict verdict = DECODER_VERDICT_UNKNOWN;
    for (int i = DECODER_VERDICT_TRYING; line != NULL && i <= DECODER_VERDICT_BAD; i++) {
        size_t word = strlen(words[i]);
        verdict = strncmp(line, words[i], word) == 0 && line[word] == ' ' ? (enum decoder_verdict)i
                                                                          : verdict;
    }
    free(text);
    return verdict;
}

static const char *newest_lines(const char *text) {
    int count = 0;
    for (const char *at = text + strlen(text); at > text; at--) {
        count += at[-1] == '\n';
        if (count > LINES_MAX) {
            return at;
        }
    }
    return text;
}

void decoder_verdict_write(const char *path, const char *key, enum decoder_verdict verdict) {
    const char *why = NULL;
    size_t size = 0, length = 0;
    char *text = file_read(path, FILE_MAX, &size, &why);
    char *line = text != NULL ? find_line(text, key, &length) : NULL;
    if (line != NULL) {
        const char *after = line + length + (line[length] == '\n');
        memmove(line, after, strlen(after) + 1);
    }
    struct str out = {0};
    str_add(&out, text != NULL ? newest_lines(text) : "");
    if (verdict != DECODER_VERDICT_UNKNOWN) {
        str_addf(&out, "%s %s\n", words[verdict], key);
    }
    file_write(path, out.length > 0 ? out.text : "", out.length, &why);
    str_finish(&out);
    free(text);
}
