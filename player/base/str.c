#include "base/str.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DISTANCE_WORD_MAX 128

static void out_of_memory(size_t size) {
    fprintf(stderr, "ledsign: out of memory (%zu bytes asked for)\n", size);
    abort();
}

void *mem_alloc(size_t size) {
    void *memory = malloc(size > 0 ? size : 1);
    if (memory == NULL) {
        out_of_memory(size);
    }
    return memory;
}

void *mem_zero(size_t count, size_t size) {
    void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (memory == NULL) {
        out_of_memory(size);
    }
    return memory;
}

void *mem_resize(void *memory, size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) {
        out_of_memory(SIZE_MAX);
    }
    void *resized = realloc(memory, count * size > 0 ? count * size : 1);
    if (resized == NULL) {
        out_of_memory(count * size);
    }
    return resized;
}

char *mem_strdup(const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(mem_alloc(size), text, size);
}

static void reserve(struct str *s, size_t extra) {
    if (extra > SIZE_MAX / 2 - s->length - 1) {
        out_of_memory(extra);
    }
    size_t needed = s->length + extra + 1;
    if (needed > s->capacity) {
        s->capacity = needed < 64 ? 64 : needed * 2;
        s->text = mem_resize(s->text, s->capacity, 1);
    }
}

void str_add_bytes(struct str *s, const char *bytes, size_t length) {
    reserve(s, length);
    if (length > 0) {
        memcpy(s->text + s->length, bytes, length);
    }
    s->length += length;
    s->text[s->length] = 0;
}

void str_add(struct str *s, const char *text) {
    str_add_bytes(s, text, strlen(text));
}

void str_addv(struct str *s, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length > 0) {
        reserve(s, (size_t)length);
        vsnprintf(s->text + s->length, (size_t)length + 1, format, arguments);
        s->length += (size_t)length;
    }
}

void str_addf(struct str *s, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    str_addv(s, format, arguments);
    va_end(arguments);
}

void str_clear(struct str *s) {
    s->length = 0;
    if (s->text != NULL) {
        s->text[0] = 0;
    }
}

void str_finish(struct str *s) {
    free(s->text);
    *s = (struct str){0};
}

const char *str_text(const struct str *s) {
    return s->text != NULL ? s->text : "";
}

char *str_take(struct str *s) {
    char *text = s->text != NULL ? s->text : mem_strdup("");
    *s = (struct str){0};
    return text;
}

static int lower(char c) {
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

/* Optimal string alignment: three rows of the usual matrix, the swap looks two rows back. */
int str_distance(const char *a, const char *b, int limit) {
    size_t n = strlen(a), m = strlen(b);
    if (n > DISTANCE_WORD_MAX || m > DISTANCE_WORD_MAX) {
        return limit + 1;
    }
    int rows[3][DISTANCE_WORD_MAX + 1];
    for (size_t j = 0; j <= m; j++) {
        rows[0][j] = (int)j;
    }
    for (size_t i = 1; i <= n; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            bool same = lower(a[i - 1]) == lower(b[j - 1]);
            int best = above[j - 1] + !same;
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped && two_above[j - 2] + 1 < best) {
                best = two_above[j - 2] + 1;
            }
            row[j] = best;
        }
    }
    int distance = rows[n % 3][m];
    return distance > limit ? limit + 1 : distance;
}

const char *str_nearest(const char *word, const char *const *candidates, size_t count) {
    int limit = (int)(strlen(word) + 2) / 3;
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        int distance = str_distance(word, candidates[i], limit);
        if (distance <= limit && (nearest == NULL || distance < limit)) {
            nearest = candidates[i];
            limit = distance;
        }
    }
    return nearest;
}

/* Length of the well-formed sequence at `c`, 0 when there is none (Unicode 15, table 3-7). */
static size_t utf8_sequence(const unsigned char *c, size_t left) {
    if (c[0] < 0x80) {
        return c[0] != 0;
    }
    size_t length = c[0] >= 0xF0 ? 4 : c[0] >= 0xE0 ? 3 : 2;
    if (c[0] < 0xC2 || c[0] > 0xF4 || left < length) {
        return 0;
    }
    unsigned char low = c[0] == 0xE0 ? 0xA0 : c[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char high = c[0] == 0xED ? 0x9F : c[0] == 0xF4 ? 0x8F : 0xBF;
    if (c[1] < low || c[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((c[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

bool str_is_utf8(const char *bytes, size_t length, size_t *bad_at) {
    for (size_t i = 0; i < length;) {
        size_t step = utf8_sequence((const unsigned char *)bytes + i, length - i);
        if (step == 0) {
            if (bad_at != NULL) {
                *bad_at = i;
            }
            return false;
        }
        i += step;
    }
    return true;
}
