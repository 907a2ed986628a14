/* line.h: one line to stdout or stderr, whole or not at all, without waiting for its reader.
 *
 * A pipe whose reader has stopped, or a terminal held with Ctrl-S, must not stop the screen: what
 * there is no room for is dropped. Any thread; the caller guards its descriptor against others. */
#ifndef LEDSIGN_BASE_LINE_H
#define LEDSIGN_BASE_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* What a pipe with room takes at once; a longer line is cut, and still ends with its line break. */
#define LINE_BYTES_MAX 4096

/* `line` ends with a line break. False when it was dropped: no room, nobody there, a full disk. */
bool line_write(int descriptor, const char *line, size_t length);

#endif
