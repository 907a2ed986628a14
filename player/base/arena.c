#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define BLOCK_SIZE (64 * 1024)

struct block {
    struct block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *blocks; /* the one being filled first */
};

struct arena *arena_create(void) {
    return mem_zero(1, sizeof(struct arena));
}

void arena_destroy(struct arena **arena) {
    if (*arena == NULL) {
        return;
    }
    for (struct block *block = (*arena)->blocks; block != NULL;) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
    free(*arena);
    *arena = NULL;
}

static struct block *block_with_room(struct arena *arena, size_t size) {
    struct block *block = arena->blocks;
    if (block == NULL || block->size - block->used < size) {
        size_t block_size = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = mem_zero(1, sizeof *block + block_size);
        block->size = block_size;
        block->next = arena->blocks;
        arena->blocks = block;
    }
    return block;
}

void *arena_zero(struct arena *arena, size_t count, size_t size) {
    const size_t align = alignof(max_align_t);
    if (size != 0 && count > (SIZE_MAX / 4) / size) {
        fprintf(stderr, "ledsign: out of memory (%zu x %zu bytes asked for)\n", count, size);
        abort();
    }
    size_t rounded = (count * size + align - 1) / align * align;
    struct block *block = block_with_room(arena, rounded);
    void *memory = block->bytes + block->used;
    block->used += rounded;
    return memory;
}

char *arena_strdup(struct arena *arena, const char *text) {
    if (text == NULL) {
        return NULL;
    }
    size_t size = strlen(text) + 1;
    return memcpy(arena_zero(arena, size, 1), text, size);
}

char *arena_printf(struct arena *arena, const char *format, ...) {
    struct str s = {0};
    va_list arguments;
    va_start(arguments, format);
    str_addv(&s, format, arguments);
    va_end(arguments);
    char *text = arena_strdup(arena, str_text(&s));
    str_finish(&s);
    return text;
}
