/* log.h: the one place through which sentences reach people.
 *
 * A message names the object first and says what is wrong and what to do:
 *     log_error("zone \"left\": clip.mp4: no video stream; use an MP4 with H.264 video");
 * The function that knows the details logs once; its callers pass failure on in silence.
 * The sink is the project's only mutable global; it is guarded by a mutex, so any thread may log.
 * A line is at most LOG_LINE_MAX bytes, is stripped of control characters (file names are hostile
 * input) and never contains a line break. */
#ifndef LEDSIGN_BASE_LOG_H
#define LEDSIGN_BASE_LOG_H

#include <stdarg.h>

#define LOG_LINE_MAX 1024

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

/* Receives one finished line without line break. Called with the log's lock held: must not log. */
typedef void log_sink(void *context, enum log_level level, const char *line);

/* Replaces the sink (default: stderr, "ledsign: warning: ..."); NULL restores the default.
 * Only from the main thread, before threads start or in tests. */
void log_set_sink(log_sink *sink, void *context);

/* From now on the default sink drops a line that stderr has no room for, instead of waiting: for a
 * player, whose screen matters more; how many there were is said once there is room again. Same
 * callers as log_set_sink. */
void log_never_wait(void);

void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
