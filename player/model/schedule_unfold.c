#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/schedule_programme.h"

#define NESTING_MAX 32
#define VISITS_MAX  (4 * MODEL_PROGRAMME_MAX)
#define EVERY_MAX   INT64_C(1000000000)

/* One turn of one member of a list. */
struct turn {
    const struct item *item;
    int occurrence; /* 0 .. weight - 1 */
    size_t rank;    /* among the showings of all members of the same weight */
    size_t group;   /* how many those are */
};

struct turns {
    struct turn *list;
    size_t count;
};

void slots_add(struct slots *slots, const struct slot *slot) {
    if (slots->count == slots->capacity) {
        slots->capacity = slots->capacity > 0 ? slots->capacity * 2 : 16;
        slots->list = mem_resize(slots->list, slots->capacity, sizeof *slots->list);
    }
    slots->list[slots->count++] = *slot;
}

int spread_compare(size_t rank, size_t count, size_t other_rank, size_t other_count) {
    uint64_t mine = (2 * (uint64_t)rank + 1) * other_count;
    uint64_t other = (2 * (uint64_t)other_rank + 1) * count;
    return (mine > other) - (mine < other);
}

/* FNV-1a, then splitmix64 (Steele, Lea, Flood 2014): the same on every machine and for ever,
 * because screens of different versions must agree. */
static uint64_t hash_name(const char *name) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *name != 0; name++) {
        hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static uint64_t random_next(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Fisher-Yates. Two members keep one order for ever: that is the only way not to repeat one. */
static void permute(const struct item **members, size_t count, const char *name, int64_t round) {
    uint64_t state = hash_name(name);
    state ^= count > 2 ? (uint64_t)round * UINT64_C(0xd1342543de82ef95) : 0;
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)(((random_next(&state) >> 32) * i) >> 32);
        const struct item *swapped = members[i - 1];
        members[i - 1] = members[j];
        members[j] = swapped;
    }
}

static int compare_turns(const void *a, const void *b) {
    const struct turn *x = a, *y = b;
    int order = spread_compare(x->rank, x->group, y->rank, y->group);
    if (order == 0) {
        order = (x->group > y->group) - (x->group < y->group);
    }
    return order != 0 ? order : (x->rank > y->rank) - (x->rank < y->rank);
}

static size_t weight_of(const struct item *item) {
    size_t weight = item->weight > 1 ? (size_t)item->weight : 1;
    return weight < MODEL_PROGRAMME_MAX ? weight : MODEL_PROGRAMME_MAX;
}

/* Members of equal weight take turns; the r-th of their n turns has its place at (2r+1)/2n of the
 * loop. Sorting by place spreads everybody evenly, also across the loop's joint. */
static struct turns spread(const struct item **members, size_t count) {
    size_t total = 0, left = count;
    for (size_t i = 0; i < count; i++) {
        total += weight_of(members[i]);
        total = total < MODEL_PROGRAMME_MAX ? total : MODEL_PROGRAMME_MAX;
    }
    struct turns turns = {mem_zero(total, sizeof *turns.list), 0};
    bool *done = mem_zero(count, sizeof *done);
    for (size_t first = 0; first < count && left > 0; first++) {
        if (done[first]) {
            continue;
        }
        size_t weight = weight_of(members[first]), begin = turns.count;
        for (size_t k = 0; k < weight && turns.count < total; k++) {
            for (size_t i = first; i < count && turns.count < total; i++) {
                if (weight_of(members[i]) == weight) {
                    left -= !done[i];
                    done[i] = true;
                    turns.list[turns.count] =
                        (struct turn){members[i], (int)k, turns.count - begin, 0};
                    turns.count++;
                }
            }
        }
        for (size_t i = begin; i < turns.count; i++) {
            turns.list[i].group = turns.count - begin;
        }
    }
    free(done);
    if (turns.count > count) {
        qsort(turns.list, turns.count, sizeof *turns.list, compare_turns);
    }
    return turns;
}

static struct turns order_of(const struct unfold *unfold, const struct playlist *playlist,
                             bool shuffle, int64_t round) {
    const struct item **members = mem_alloc(playlist->item_count * sizeof(const struct item *));
    size_t count = 0;
    for (size_t i = 0; i < playlist->item_count; i++) {
        if (programme_item_open(unfold->programme, playlist->items[i])) {
            members[count++] = playlist->items[i];
        }
    }
    if (shuffle) {
        permute(members, count, playlist->name, round);
    }
    struct turns turns = spread(members, count);
    free(members);
    return turns;
}

/* The last turn stays where it is, so the loop after this one need not know about the swap. */
static void part_from(struct turns *turns, const struct item *before) {
    for (size_t i = 1; turns->count > 2 && turns->list[0].item == before && i + 1 < turns->count;
         i++) {
        if (turns->list[i].item != before && turns->list[i + 1].item != before) {
            struct turn swapped = turns->list[0];
            turns->list[0] = turns->list[i];
            turns->list[i] = swapped;
        }
    }
}

static struct turns shuffled(struct unfold *unfold, const struct playlist *playlist,
                             int64_t round) {
    struct turns turns = order_of(unfold, playlist, true, round);
    struct turns before = order_of(unfold, playlist, true, round - 1);
    if (before.count > 0) {
        part_from(&turns, before.list[before.count - 1].item);
    }
    free(before.list);
    unfold->shuffles = true;
    return turns;
}

static void add_leaf(struct unfold *unfold, const struct item *item, int64_t every) {
    if (unfold->out->count >= MODEL_PROGRAMME_MAX) {
        unfold->truncated = true;
        return;
    }
    const int64_t *thin = unfold->programme->thin;
    int64_t longer = thin != NULL ? thin[item->index] : 1;
    struct slot slot = {.item = item, .entry = unfold->entry, .length = item->duration};
    slot.every = every > EVERY_MAX / longer ? EVERY_MAX : every * longer;
    slots_add(unfold->out, &slot);
}

static void unfold_nested(struct unfold *unfold, const struct playlist *playlist, bool shuffle,
                          int64_t round, int64_t every, int depth) {
    if (depth > NESTING_MAX || unfold->visits > VISITS_MAX || unfold->truncated) {
        unfold->truncated = true;
        return;
    }
    unfold->visits += 1 + playlist->item_count;
    struct turns turns =
        shuffle ? shuffled(unfold, playlist, round) : order_of(unfold, playlist, false, round);
    for (size_t i = 0; i < turns.count; i++) {
        const struct item *item = turns.list[i].item;
        int64_t n = item->every > 1 ? item->every : 1;
        int64_t inner_every = every > EVERY_MAX / n ? EVERY_MAX : every * n;
        if (item->kind != ITEM_PLAYLIST) {
            add_leaf(unfold, item, inner_every);
        } else if (item->playlist != NULL) {
            int64_t inner = flick_floor_div(round, n) * (int64_t)weight_of(item);
            unfold_nested(unfold, item->playlist, item->shuffle, inner + turns.list[i].occurrence,
                          inner_every, depth + 1);
        }
    }
    free(turns.list);
}

void unfold_playlist(struct unfold *unfold, const struct playlist *playlist, int64_t round) {
    unfold_nested(unfold, playlist, false, round, 1, 0);
}
