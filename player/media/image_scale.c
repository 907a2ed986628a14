#include "media/image_scale.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* Sums of weights: 2^12 along a row gives 20 bits, kept as 16; 2^16 down a column fills 32. */
#define ROW_UNIT    4096
#define COLUMN_UNIT 65536

/* The input pixels that one output pixel covers, and how much of each. */
struct span {
    int first;
    int count;
    const uint32_t *weights; /* add up to the unit */
};

struct spans {
    struct span *items;
    uint32_t *weights;
    int count;
};

struct image_scale {
    struct size from;
    struct rect part;
    struct spans columns;
    struct spans rows;
    uint8_t *out;
    int out_stride;
    int next_in;  /* number of the row that is pushed next */
    int next_out; /* first output row that is not finished */
    uint16_t *line;
    uint32_t *sums;      /* of output row next_out */
    uint32_t *next_sums; /* of the one after it: the two may share an input row */
};

/* Pixel i covers [i * to, (i + 1) * to) and output o covers [o * from, (o + 1) * from) of the same
 * ruler. Weights are differences of the rounded running sum, so that they add up exactly. */
static int fill_span(struct span *span, uint32_t *weights, int64_t o, int64_t from, int64_t to,
                     int64_t unit) {
    int64_t start = o * from, end = start + from;
    int64_t first = start / to, last = (end - 1) / to;
    int64_t sum = 0;
    for (int64_t i = first; i <= last; i++) {
        int64_t covered = ((i + 1) * to < end ? (i + 1) * to : end) - start;
        int64_t up_to = (covered * unit + from / 2) / from;
        weights[i - first] = (uint32_t)(up_to - sum);
        sum = up_to;
    }
    *span = (struct span){(int)first, (int)(last - first + 1), weights};
    return span->count;
}

static struct spans make_spans(int from, int to, int part_at, int part_length, int64_t unit) {
    struct spans spans = {.count = part_length};
    spans.items = mem_zero((size_t)part_length, sizeof *spans.items);
    spans.weights = mem_zero((size_t)from + 2 * (size_t)part_length, sizeof *spans.weights);
    uint32_t *weights = spans.weights;
    for (int o = 0; o < part_length; o++) {
        weights += fill_span(&spans.items[o], weights, part_at + o, from, to, unit);
    }
    return spans;
}

struct image_scale *image_scale_create(struct size from, struct size to, struct rect part,
                                       uint8_t *out, int out_stride) {
    struct image_scale *scale = mem_zero(1, sizeof *scale);
    scale->from = from;
    scale->part = part;
    scale->columns = make_spans(from.w, to.w, part.x, part.w, ROW_UNIT);
    scale->rows = make_spans(from.h, to.h, part.y, part.h, COLUMN_UNIT);
    scale->out = out;
    scale->out_stride = out_stride;
    scale->line = mem_zero((size_t)part.w * 4, sizeof *scale->line);
    scale->sums = mem_zero((size_t)part.w * 4, sizeof *scale->sums);
    scale->next_sums = mem_zero((size_t)part.w * 4, sizeof *scale->next_sums);
    return scale;
}

void image_scale_destroy(struct image_scale **scale) {
    struct image_scale *s = *scale;
    *scale = NULL;
    if (s == NULL) {
        return;
    }
    free(s->columns.items);
    free(s->columns.weights);
    free(s->rows.items);
    free(s->rows.weights);
    free(s->line);
    free(s->sums);
    free(s->next_sums);
    free(s);
}

/* The row at its new width, 16 bits a component (255 * 256 at most). */
static void shrink_row(const struct spans *columns, const uint8_t *row, uint16_t *line) {
    for (int x = 0; x < columns->count; x++) {
        const struct span *span = &columns->items[x];
        const uint8_t *in = row + 4 * (size_t)span->first;
        uint32_t sum[4] = {0};
        for (int i = 0; i < span->count; i++, in += 4) {
            uint32_t weight = span->weights[i];
            sum[0] += weight * in[0];
            sum[1] += weight * in[1];
            sum[2] += weight * in[2];
            sum[3] += weight * in[3];
        }
        for (int c = 0; c < 4; c++) {
            line[4 * x + c] = (uint16_t)(sum[c] >> 4);
        }
    }
}

static void add_row(uint32_t *sums, const uint16_t *line, size_t length, uint32_t weight) {
    for (size_t i = 0; i < length; i++) {
        sums[i] += weight * line[i];
    }
}

static uint32_t weight_of(const struct span *span, int row) {
    int i = row - span->first;
    return i >= 0 && i < span->count ? span->weights[i] : 0;
}

static void finish_row(struct image_scale *s) {
    uint8_t *to = s->out + (ptrdiff_t)s->next_out * s->out_stride;
    size_t length = (size_t)s->part.w * 4;
    for (size_t i = 0; i < length; i++) {
        to[i] = (uint8_t)((s->sums[i] + (1u << 23)) >> 24);
    }
    memset(s->sums, 0, length * sizeof *s->sums);
    uint32_t *finished = s->sums;
    s->sums = s->next_sums;
    s->next_sums = finished;
    s->next_out++;
}

void image_scale_push(struct image_scale *s, const uint8_t *row) {
    int y = s->next_in++;
    if (s->next_out >= s->rows.count || y < s->rows.items[s->next_out].first) {
        return;
    }
    size_t length = (size_t)s->part.w * 4;
    const struct span *span = &s->rows.items[s->next_out];
    bool copies =
        s->columns.count == s->part.w && span->count == 1 && s->columns.items[0].count == 1 &&
        s->columns.items[s->part.w - 1].first - s->columns.items[0].first == s->part.w - 1;
    if (copies) {
        memcpy(s->out + (ptrdiff_t)s->next_out * s->out_stride,
               row + 4 * (size_t)s->columns.items[0].first, length);
        s->next_out++;
        return;
    }
    shrink_row(&s->columns, row, s->line);
    add_row(s->sums, s->line, length, weight_of(span, y));
    if (s->next_out + 1 < s->rows.count) {
        add_row(s->next_sums, s->line, length, weight_of(&s->rows.items[s->next_out + 1], y));
    }
    if (y == span->first + span->count - 1) {
        finish_row(s);
    }
}
