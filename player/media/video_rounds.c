#include "media/video_rounds.h"

#define MARGIN_SECONDS 30

static flick_t min_flick(flick_t a, flick_t b) {
    return a < b ? a : b;
}

struct video_play video_play_at(const struct video_showing *showing, flick_t media_length,
                                flick_t t) {
    flick_t started = showing->started, length = showing->length;
    flick_t into = t > started ? t - started : 0;
    if (length > 0) {
        started += into / length * length;
        into %= length;
    }
    flick_t end = length > 0 ? flick_add(started, length) : showing->until;
    if (!showing->endless) {
        end = min_flick(end, showing->until);
    }
    if (media_length <= 0) {
        return (struct video_play){started, end};
    }
    struct video_play play = {.start = started + into / media_length * media_length};
    play.end = min_flick(flick_add(play.start, media_length), end);
    return play;
}

bool video_play_next(const struct video_showing *showing, flick_t media_length,
                     const struct video_play *play, struct video_play *next) {
    if (!showing->endless && play->end >= showing->until) {
        return false;
    }
    *next = video_play_at(showing, media_length, play->end);
    /* A showing that was made shorter while its last play ran. */
    return next->end > next->start && next->start >= play->end;
}

void video_rounds_init(struct video_rounds *rounds, int64_t origin, int64_t ticks_per_second) {
    *rounds = (struct video_rounds){
        .origin = origin, .margin = MARGIN_SECONDS * ticks_per_second, .highest = INT64_MIN};
}

void video_rounds_begin(struct video_rounds *rounds, const struct video_play *play) {
    int64_t shift = 0;
    if (rounds->highest != INT64_MIN) {
        shift = rounds->highest + 2 * rounds->margin - rounds->origin;
    }
    struct video_round *round = &rounds->rounds[rounds->count % VIDEO_ROUNDS_MAX];
    *round = (struct video_round){rounds->count, shift, *play};
    rounds->count++;
}

int64_t video_rounds_stamp(struct video_rounds *rounds, int64_t ticks) {
    int64_t stamp = ticks + video_rounds_current(rounds)->shift;
    rounds->highest = stamp > rounds->highest ? stamp : rounds->highest;
    return stamp;
}

const struct video_round *video_rounds_current(const struct video_rounds *rounds) {
    return &rounds->rounds[(rounds->count - 1) % VIDEO_ROUNDS_MAX];
}

const struct video_round *video_rounds_find(const struct video_rounds *rounds, int64_t stamp) {
    int64_t oldest = rounds->count > VIDEO_ROUNDS_MAX ? rounds->count - VIDEO_ROUNDS_MAX : 0;
    for (int64_t i = rounds->count - 1; i > oldest; i--) {
        const struct video_round *round = &rounds->rounds[i % VIDEO_ROUNDS_MAX];
        if (stamp >= rounds->origin + round->shift - rounds->margin) {
            return round;
        }
    }
    return &rounds->rounds[oldest % VIDEO_ROUNDS_MAX];
}
