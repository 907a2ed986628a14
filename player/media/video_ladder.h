/* video_ladder.h: what a video gives up when its decoder cannot keep up, step by step.
 *
 * Judged once a second by how far the decoder is behind: a lag that does not shrink costs one step.
 * Steps are taken back at the end of a showing, one at a time, and only until the first one that
 * did not last; each step is said once for a source. Pure, so that it can be tested without a slow
 * machine. */
#ifndef LEDSIGN_MEDIA_VIDEO_LADDER_H
#define LEDSIGN_MEDIA_VIDEO_LADDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/flick.h"

enum video_effort {
    VIDEO_EFFORT_FULL,
    VIDEO_EFFORT_ROUGH,    /* pictures nothing refers to are not deblocked */
    VIDEO_EFFORT_ROUGHER,  /* nor are pictures between others (B) */
    VIDEO_EFFORT_ROUGHEST, /* none are */
    VIDEO_EFFORT_SKIPPING, /* pictures nothing refers to are left out: half the rate or so */
    VIDEO_EFFORT_STILLS,   /* key frames only */
    VIDEO_EFFORTS,
};

struct video_ladder {
    enum video_effort effort;
    enum video_effort best; /* not to be left upwards any more */
    bool has_risen;         /* since the last step down */
    unsigned said;          /* a bit for each effort */
    int64_t window_began_us;
    flick_t lag_before; /* at the beginning of the window */
};

/* The least effort of a ladder that gives up more than `best` only when it must. */
void video_ladder_begin(struct video_ladder *ladder, enum video_effort best);
/* For each picture: how late it is (<= 0: in time) at the moment now_us. True when a step was taken
 * down. */
bool video_ladder_note(struct video_ladder *ladder, flick_t lag, int64_t now_us);
/* A showing has ended. True when a step was taken up. */
bool video_ladder_rise(struct video_ladder *ladder);
/* True the first time that the present effort is to be said. */
bool video_ladder_is_news(struct video_ladder *ladder);

#endif
