/* The lines of the schedule against each other: a walk through the stretches in which no line of a
 * zone opens or shuts. */
#include <limits.h>
#include <stdlib.h>

#include "base/translate.h"
#include "model/check_private.h"

/* A line of the zone with the stretch around the instant at which the walk is. */
struct walker {
    const struct entry *entry;
    struct hours_span span;
};

static struct hours_span span_at(struct check *check, const struct entry *entry, flick_t t) {
    if (entry->when == NULL) {
        return (struct hours_span){FLICK_ALWAYS, FLICK_NEVER, true};
    }
    check->budget -= 100;
    return hours_span_at(entry->when, &check->place, t);
}

/* Brings all lines to t; returns until when nothing changes and the highest priority that is open.
 */
static flick_t advance(struct check *check, struct walker *walkers, size_t count, flick_t t,
                       int *priority) {
    flick_t until = check->to;
    *priority = INT_MIN;
    for (size_t i = 0; i < count; i++) {
        struct walker *walker = &walkers[i];
        if (walker->span.until <= t) {
            walker->span = span_at(check, walker->entry, t);
        }
        until = walker->span.until < until ? walker->span.until : until;
        if (walker->span.open && walker->entry->priority > *priority) {
            *priority = walker->entry->priority;
        }
    }
    check->budget -= (int64_t)count;
    return until;
}

/* Two that are on together; with a share, that is meant. */
static void note_mix(struct check *check, const struct entry *first, const struct entry *second,
                     flick_t start, flick_t end) {
    struct entry_facts *facts = &check->entries[second->index];
    if (first->share > 0 || second->share > 0) {
        return;
    }
    if (facts->mixes_with == NULL) {
        facts->mixes_with = first;
        facts->mixes_from = start;
        facts->mixes_until = end;
    } else if (facts->mixes_with == first && facts->mixes_until == start) {
        facts->mixes_until = end;
    }
}

static void note_stretch(struct check *check, const struct walker *walkers, size_t count,
                         int priority, flick_t start, flick_t end) {
    const struct entry *winner = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = walkers[i].entry;
        if (walkers[i].span.open && entry->priority == priority) {
            spans_add(&check->entries[entry->index].wins, start, end);
            if (winner != NULL && end > check->now) {
                note_mix(check, winner, entry, start > check->now ? start : check->now, end);
            }
            winner = winner != NULL ? winner : entry;
        }
    }
    for (size_t i = 0; i < count && end > check->now; i++) {
        struct entry_facts *facts = &check->entries[walkers[i].entry->index];
        if (walkers[i].span.open) {
            facts->opens = true;
            facts->by = walkers[i].entry->priority < priority ? winner : facts->by;
        }
    }
}

/* Shares of lines that are on together; said once for a zone, at the line that passes 100. */
static bool check_shares(struct check *check, const struct walker *walkers, size_t count,
                         int priority) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = walkers[i].entry;
        if (!walkers[i].span.open || entry->priority != priority) {
            continue;
        }
        sum += entry->share;
        if (entry->share > 0 && sum > 100.0001) {
            check_warn(check, WARNING_SHARES, entry->where, NULL,
                       "with this line, the shares in zone \"%s\" add up to %g percent; make them "
                       "100 or less",
                       entry->zone->name, sum);
            return true;
        }
    }
    return false;
}

flick_t check_zone(struct check *check, const struct zone *zone) {
    struct walker *walkers = mem_zero(check->model->entry_count, sizeof *walkers);
    size_t count = 0;
    for (size_t i = 0; i < check->model->entry_count; i++) {
        const struct entry *entry = &check->model->entries[i];
        if (entry->zone == zone) {
            walkers[count++] = (struct walker){entry, span_at(check, entry, check->from)};
        }
    }
    bool has_said_shares = false;
    flick_t t = check->from;
    while (t < check->to && check->budget > 0) {
        int priority;
        flick_t until = advance(check, walkers, count, t, &priority);
        note_stretch(check, walkers, count, priority, t, until);
        has_said_shares = has_said_shares || check_shares(check, walkers, count, priority);
        t = until;
    }
    free(walkers);
    return t;
}

static void check_entry(struct check *check, const struct entry *entry) {
    const struct entry_facts *facts = &check->entries[entry->index];
    char from[CHECK_TIME_SIZE], until[CHECK_TIME_SIZE];
    if (!facts->opens && entry->when != NULL) {
        struct hours_span span = hours_span_at(entry->when, &check->place, check->now);
        if (span.until == FLICK_NEVER && span.since == FLICK_ALWAYS) {
            check_warn(check, WARNING_NEVER_OPEN, entry->where, NULL,
                       "\"%s\" in zone \"%s\" never plays: its `when` is open at no time",
                       entry->playlist->name, entry->zone->name);
        } else if (span.until == FLICK_NEVER) {
            check_warn(check, WARNING_NEVER_OPEN, entry->where, NULL,
                       "\"%s\" in zone \"%s\" never plays again: its `when` is over since %s",
                       entry->playlist->name, entry->zone->name,
                       check_time(check, span.since, from));
        }
    }
    bool wins = facts->wins.count > 0 && facts->wins.list[facts->wins.count - 1].end > check->now;
    if (facts->opens && !wins && facts->by != NULL && check->budget > 0) {
        check_warn(check, WARNING_ALWAYS_BEATEN, entry->where, NULL,
                   "\"%s\" in zone \"%s\" never plays: \"%s\" on line %d has priority %d and this "
                   "has %d",
                   entry->playlist->name, entry->zone->name, facts->by->playlist->name,
                   facts->by->where.line, facts->by->priority, entry->priority);
    }
    if (facts->mixes_with != NULL && facts->mixes_until >= check->to) {
        check_warn(check, WARNING_MERGED, entry->where, NULL,
                   "\"%s\" plays mixed with \"%s\" of line %d from %s on: both have priority %d",
                   entry->playlist->name, facts->mixes_with->playlist->name,
                   facts->mixes_with->where.line, check_time(check, facts->mixes_from, from),
                   entry->priority);
    } else if (facts->mixes_with != NULL) {
        check_warn(check, WARNING_MERGED, entry->where, NULL,
                   "\"%s\" plays mixed with \"%s\" of line %d, first from %s until %s: both have "
                   "priority %d",
                   entry->playlist->name, facts->mixes_with->playlist->name,
                   facts->mixes_with->where.line, check_time(check, facts->mixes_from, from),
                   check_time(check, facts->mixes_until, until), entry->priority);
    }
}

void check_entries(struct check *check) {
    for (size_t i = 0; i < check->model->entry_count; i++) {
        check_entry(check, &check->model->entries[i]);
    }
}
