#include <stdlib.h>

#include "model/check_private.h"

void spans_add(struct spans *spans, flick_t start, flick_t end) {
    if (start >= end) {
        return;
    }
    struct hours_interval *last = spans->count > 0 ? &spans->list[spans->count - 1] : NULL;
    if (last != NULL && start <= last->end) {
        last->end = end > last->end ? end : last->end;
        return;
    }
    if (spans->count == spans->capacity) {
        spans->capacity = spans->capacity > 0 ? 2 * spans->capacity : 16;
        spans->list = mem_resize(spans->list, spans->capacity, sizeof *spans->list);
    }
    spans->list[spans->count++] = (struct hours_interval){start, end};
}

void spans_finish(struct spans *spans) {
    free(spans->list);
    *spans = (struct spans){0};
}

struct spans spans_intersect(const struct spans *a, const struct spans *b) {
    struct spans out = {0};
    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        const struct hours_interval *x = &a->list[i], *y = &b->list[k];
        spans_add(&out, x->start > y->start ? x->start : y->start,
                  x->end < y->end ? x->end : y->end);
        if (x->end < y->end) {
            i++;
        } else {
            k++;
        }
    }
    return out;
}

struct spans spans_subtract(const struct spans *a, const struct spans *b) {
    struct spans out = {0};
    size_t k = 0;
    for (size_t i = 0; i < a->count; i++) {
        flick_t start = a->list[i].start;
        while (k < b->count && b->list[k].end <= start) {
            k++;
        }
        for (size_t m = k; m < b->count && b->list[m].start < a->list[i].end; m++) {
            spans_add(&out, start, b->list[m].start);
            start = b->list[m].end;
        }
        spans_add(&out, start, a->list[i].end);
    }
    return out;
}

void spans_unite(struct spans *into, const struct spans *other) {
    struct spans out = {0};
    for (size_t i = 0, k = 0; i < into->count || k < other->count;) {
        bool takes_first =
            k == other->count || (i < into->count && into->list[i].start <= other->list[k].start);
        const struct hours_interval *next = takes_first ? &into->list[i++] : &other->list[k++];
        spans_add(&out, next->start, next->end);
    }
    spans_finish(into);
    *into = out;
}

flick_t spans_longest(const struct spans *spans) {
    flick_t longest = 0;
    for (size_t i = 0; i < spans->count; i++) {
        flick_t length = spans->list[i].end - spans->list[i].start;
        longest = length > longest ? length : longest;
    }
    return longest;
}
