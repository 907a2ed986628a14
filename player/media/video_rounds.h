/* video_rounds.h: which stretch of time a decoded picture of a looping file belongs to.
 *
 * Two small calculations, both pure. *Plays*: a showing of a video is one or more runs through the
 * file (plays) laid end to end, the last one cut where the showing ends; an endless showing goes on
 * with the next showing. *Rounds*: a decoder is fed one play after another without ever being
 * drained or reopened, so that pictures of the old round still come out while the new one is fed.
 * Each round's time stamps are therefore shifted beyond those of the round before; from the time
 * stamp of a picture follow its round and with it its play. Time stamps are ticks of the file.
 * One thread at a time. */
#ifndef LEDSIGN_MEDIA_VIDEO_ROUNDS_H
#define LEDSIGN_MEDIA_VIDEO_ROUNDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/flick.h"

/* When a source is on screen; changes when the plan does. */
struct video_showing {
    flick_t started;
    flick_t until;
    flick_t length; /* of one showing; a source that was endless for a while has played several */
    bool endless;   /* the next showing begins where this one ends */
};

/* One run through the file: begins with the file's first picture, is cut at `end`. */
struct video_play {
    flick_t start;
    flick_t end;
};

/* The play in which t lies. `media_length`: of a whole run, > 0; 0: one run fills the showing. */
struct video_play video_play_at(const struct video_showing *showing, flick_t media_length,
                                flick_t t);
/* The play after `play`; false when the showing is over and nothing follows. */
bool video_play_next(const struct video_showing *showing, flick_t media_length,
                     const struct video_play *play, struct video_play *next);

/* Rounds whose pictures may still be inside a decoder: one picture each, at the worst. */
#define VIDEO_ROUNDS_MAX 64

struct video_round {
    int64_t number;
    int64_t shift; /* added to the file's time stamps */
    struct video_play play;
};

struct video_rounds {
    int64_t origin;  /* the file's first time stamp */
    int64_t margin;  /* ticks that are left free between rounds, on either side */
    int64_t highest; /* shifted time stamp seen so far */
    int64_t count;
    struct video_round rounds[VIDEO_ROUNDS_MAX]; /* a ring; the last one is being fed */
};

void video_rounds_init(struct video_rounds *rounds, int64_t origin, int64_t ticks_per_second);
void video_rounds_begin(struct video_rounds *rounds, const struct video_play *play);
/* The time stamp to give to the decoder instead of the file's. */
int64_t video_rounds_stamp(struct video_rounds *rounds, int64_t ticks);
/* The round that is being fed; one must have begun. */
const struct video_round *video_rounds_current(const struct video_rounds *rounds);
/* The round of a picture with this (shifted) time stamp. */
const struct video_round *video_rounds_find(const struct video_rounds *rounds, int64_t stamp);

#endif
