#include "base/log.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/line.h"

static const char *const names[] = {"", "warning: ", "error: "};

static void sink_to_stderr(void *context, enum log_level level, const char *line) {
    (void)context;
    fprintf(stderr, "ledsign: %s%s\n", names[level], line);
}

static bool write_at_once(enum log_level level, const char *line) {
    char whole[LOG_LINE_MAX + 32];
    int length = snprintf(whole, sizeof whole, "ledsign: %s%s\n", names[level], line);
    return line_write(STDERR_FILENO, whole, (size_t)length);
}

/* The context counts the lines that nobody made room for, until that could be said. */
static void sink_without_waiting(void *context, enum log_level level, const char *line) {
    unsigned *missing = context;
    if (*missing > 0) {
        char note[96];
        snprintf(note, sizeof note,
                 "%u lines before this one are missing: stderr was not read in time", *missing);
        if (write_at_once(LOG_LEVEL_WARNING, note)) {
            *missing = 0;
        }
    }
    if (*missing > 0 || !write_at_once(level, line)) {
        ++*missing;
    }
}

static struct {
    pthread_mutex_t lock;
    log_sink *sink;
    void *context;
    unsigned missing;
} state = {PTHREAD_MUTEX_INITIALIZER, sink_to_stderr, NULL, 0};

void log_set_sink(log_sink *sink, void *context) {
    pthread_mutex_lock(&state.lock);
    state.sink = sink != NULL ? sink : sink_to_stderr;
    state.context = context;
    pthread_mutex_unlock(&state.lock);
}

void log_never_wait(void) {
    log_set_sink(sink_without_waiting, &state.missing);
}

/* File names are hostile input: a terminal must not be steered by one. */
static void remove_controls(char *line) {
    for (unsigned char *c = (unsigned char *)line; *c != 0; c++) {
        if (*c < 0x20 || *c == 0x7f) {
            *c = ' ';
        }
    }
}

/* Cutting a long line must not leave half a character at its end. */
static void trim_partial_utf8(char *line) {
    size_t end = strlen(line), start = end;
    while (start > 0 && end - start < 4 && ((unsigned char)line[start - 1] & 0xC0) == 0x80) {
        start--;
    }
    if (start > 0 && (unsigned char)line[start - 1] >= 0xC0) {
        unsigned char lead = (unsigned char)line[start - 1];
        size_t needed = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        if (end - start < needed) {
            line[start - 1] = 0;
        }
    }
}

__attribute__((format(printf, 2, 0))) static void emit(enum log_level level, const char *format,
                                                       va_list arguments) {
    char line[LOG_LINE_MAX];
    vsnprintf(line, sizeof line, format, arguments);
    remove_controls(line);
    trim_partial_utf8(line);
    pthread_mutex_lock(&state.lock);
    state.sink(state.context, level, line);
    pthread_mutex_unlock(&state.lock);
}

#define LOG_FUNCTION(name, level)                                                                  \
    void name(const char *format, ...) {                                                           \
        va_list arguments;                                                                         \
        va_start(arguments, format);                                                               \
        emit(level, format, arguments);                                                            \
        va_end(arguments);                                                                         \
    }

LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
