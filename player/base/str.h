/* str.h: a growing string, bounded copies and the small text helpers that libc lacks.
 *
 * A struct str starts as {0}, owns its bytes, is always NUL terminated once written to, and is
 * freed with str_finish. Memory exhaustion aborts with a message: on the boards we run on, malloc
 * fails only after the machine is already lost. Any thread; a str belongs to one at a time. */
#ifndef LEDSIGN_BASE_STR_H
#define LEDSIGN_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
    char *text; /* NULL until first written */
    size_t length;
    size_t capacity;
};

void str_add(struct str *s, const char *text);
void str_add_bytes(struct str *s, const char *bytes, size_t length);
void str_addf(struct str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void str_addv(struct str *s, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void str_clear(struct str *s); /* keeps the memory */
void str_finish(struct str *s);
/* The text, never NULL. Borrowed until the next write. */
const char *str_text(const struct str *s);
/* Hands the text to the caller, who frees it; s is empty afterwards. Never NULL. */
char *str_take(struct str *s);

/* malloc, calloc, realloc and strdup that abort instead of returning NULL. Sizes that come from
 * files are bounded by the caller first. */
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);
void *mem_resize(void *memory, size_t count, size_t size); /* checks count * size for overflow */
char *mem_strdup(const char *text);

/* Edits (insert, delete, replace, swap neighbours) from a to b, at most `limit` + 1; case ignored
 * (ASCII). For "did you mean". */
int str_distance(const char *a, const char *b, int limit);

/* The candidate nearest to `word` within a third of its length, or NULL. */
const char *str_nearest(const char *word, const char *const *candidates, size_t count);

/* True when `bytes` is well-formed UTF-8 without NUL. *bad_at: offset of the first bad byte. */
bool str_is_utf8(const char *bytes, size_t length, size_t *bad_at);

#endif
