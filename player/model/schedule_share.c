#include <stdlib.h>

#include "base/str.h"
#include "model/schedule_programme.h"

#define WHOLE           INT64_C(100000) /* 100 % in thousandths of a percent */
#define TOLERANCE       INT64_C(200)    /* good enough to stop looking for a better loop */
#define BASE_ROUNDS_MAX 1000

static int64_t share_of(double percent) {
    double bounded = percent > 1000 ? 1000 : percent;
    return (int64_t)(bounded * 1000 + 0.5);
}

static struct share_source *find_source(struct programme *programme, const struct slot *slot) {
    bool own = slot->item->share > 0;
    for (size_t i = 0; i < programme->source_count; i++) {
        struct share_source *source = &programme->sources[i];
        if (own ? source->item == slot->item
                : source->item == NULL && source->entry == slot->entry) {
            return source;
        }
    }
    programme->sources =
        mem_resize(programme->sources, programme->source_count + 1, sizeof *programme->sources);
    struct share_source *added = &programme->sources[programme->source_count++];
    *added = (struct share_source){.item = own ? slot->item : NULL, .entry = slot->entry};
    added->share = share_of(own ? slot->item->share : slot->entry->share);
    return added;
}

/* Sums up what asks for a share; returns the average length of the rest of a round. */
static flick_t collect(struct programme *programme, const struct slots *round) {
    flick_t rest = 0;
    for (size_t i = 0; i < round->count; i++) {
        const struct slot *slot = &round->list[i];
        if (slot->item->share > 0 || (slot->entry != NULL && slot->entry->share > 0)) {
            struct share_source *source = find_source(programme, slot);
            source->length += slot->length;
            source->slot_count++;
        } else {
            rest += slot->length / slot->every;
        }
    }
    return rest;
}

static int64_t scale_to_whole(struct programme *programme) {
    int64_t sum = 0;
    for (size_t i = 0; i < programme->source_count; i++) {
        sum += programme->sources[i].share;
    }
    for (size_t i = 0; sum > WHOLE && i < programme->source_count; i++) {
        programme->sources[i].share = programme->sources[i].share * WHOLE / sum;
    }
    return sum < WHOLE ? sum : WHOLE;
}

static int64_t rounds_in(const struct share_source *source, flick_t total) {
    flick_t wanted = flick_muldiv(total, source->share, WHOLE);
    int64_t rounds = (wanted + source->length / 2) / source->length;
    return rounds > 0 ? rounds : 1;
}

/* The largest deviation of a share, in thousandths of a percent, when a loop aims at `total`;
 * INT64_MAX when that would be too many showings. */
static int64_t deviation(const struct programme *programme, flick_t total, flick_t rest) {
    flick_t sum = rest;
    size_t showings = 0;
    for (size_t i = 0; i < programme->source_count; i++) {
        const struct share_source *source = &programme->sources[i];
        int64_t rounds = rounds_in(source, total);
        if (rounds > (int64_t)MODEL_PROGRAMME_MAX ||
            (showings += (size_t)rounds * source->slot_count) > MODEL_PROGRAMME_MAX) {
            return INT64_MAX;
        }
        sum += rounds * source->length;
    }
    int64_t worst = 0;
    for (size_t i = 0; i < programme->source_count; i++) {
        const struct share_source *source = &programme->sources[i];
        int64_t got = flick_muldiv(rounds_in(source, total) * source->length, WHOLE, sum);
        int64_t off = got > source->share ? got - source->share : source->share - got;
        worst = off > worst ? off : worst;
    }
    return worst;
}

/* Where a loop of m base rounds aims. Without anything else in the loop, the longest source sets
 * the measure. */
static flick_t aim(const struct programme *programme, int64_t m, flick_t rest, int64_t shared) {
    if (rest > 0 && shared < WHOLE) {
        return flick_muldiv(rest * m, WHOLE, WHOLE - shared);
    }
    flick_t longest = 0;
    for (size_t i = 0; i < programme->source_count; i++) {
        flick_t whole =
            flick_muldiv(programme->sources[i].length, WHOLE,
                         programme->sources[i].share > 0 ? programme->sources[i].share : 1);
        longest = whole > longest ? whole : longest;
    }
    return longest * m;
}

void share_measure(struct programme *programme, const struct slots *round) {
    flick_t rest = collect(programme, round);
    int64_t shared = scale_to_whole(programme);
    if (programme->source_count == 0) {
        return;
    }
    bool crowded = shared >= WHOLE; /* nothing is left for the rest */
    bool has_rest = rest > 0 && !crowded;
    int64_t best = 1, best_off = INT64_MAX;
    for (int64_t m = 1; m <= BASE_ROUNDS_MAX && best_off > TOLERANCE; m++) {
        if (m * (int64_t)round->count > MODEL_PROGRAMME_MAX || m > INT64_MAX / 64 / (rest + 1) ||
            m > INT64_MAX / 64 / (aim(programme, 1, rest, shared) + 1)) {
            break;
        }
        int64_t off =
            deviation(programme, aim(programme, m, rest, shared), has_rest ? rest * m : 0);
        if (off < best_off) {
            best = m;
            best_off = off;
        }
    }
    flick_t total = aim(programme, best, rest, shared);
    for (size_t i = 0; i < programme->source_count; i++) {
        struct share_source *source = &programme->sources[i];
        source->rounds = rounds_in(source, total);
        programme->shared_length += source->rounds * source->length;
    }
    programme->base_rounds = has_rest ? best : 0;
}

/* One stream of showings that is spread over the loop. */
struct stream {
    const struct slots *from; /* those of `source`, repeated */
    int source;
    size_t at; /* next candidate in from */
    size_t rank;
    size_t count;
};

static const struct slot *stream_take(struct stream *stream) {
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): every stream was opened with a list */
    while (stream->from->list[stream->at % stream->from->count].source != stream->source) {
        stream->at++;
    }
    stream->rank++;
    return &stream->from->list[stream->at++ % stream->from->count];
}

void share_mix(const struct programme *programme, const struct slots *base,
               const struct slots *shared, struct slots *out) {
    size_t stream_count = 1 + programme->source_count, left = base->count;
    struct stream *streams = mem_zero(stream_count, sizeof *streams);
    streams[0] = (struct stream){.from = base, .count = base->count};
    for (size_t i = 1; i < stream_count; i++) {
        const struct share_source *source = &programme->sources[i - 1];
        streams[i] = (struct stream){.from = shared, .source = (int)i};
        streams[i].count = (size_t)source->rounds * source->slot_count;
        left += streams[i].count;
    }
    for (; left > 0; left--) {
        struct stream *next = NULL;
        for (size_t i = 0; i < stream_count; i++) {
            struct stream *stream = &streams[i];
            if (stream->rank < stream->count &&
                (next == NULL ||
                 spread_compare(stream->rank, stream->count, next->rank, next->count) < 0)) {
                next = stream;
            }
        }
        slots_add(out, stream_take(next));
    }
    free(streams);
}
