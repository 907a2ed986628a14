#include "media/video_ladder.h"

#define WINDOW_US 1000000
/* Less is within what a queue makes up for. */
#define LAG_MIN (100 * FLICKS_PER_MILLISECOND)

static void begin_window(struct video_ladder *ladder, flick_t lag, int64_t now_us) {
    ladder->window_began_us = now_us;
    ladder->lag_before = lag > 0 ? lag : 0;
}

void video_ladder_begin(struct video_ladder *ladder, enum video_effort best) {
    *ladder = (struct video_ladder){.effort = best, .best = best, .said = 1u << best};
}

bool video_ladder_note(struct video_ladder *ladder, flick_t lag, int64_t now_us) {
    if (ladder->window_began_us == 0) {
        begin_window(ladder, lag, now_us);
    }
    if (now_us - ladder->window_began_us < WINDOW_US) {
        return false;
    }
    bool catches_up = lag < LAG_MIN || lag < ladder->lag_before / 4 * 3;
    begin_window(ladder, lag, now_us);
    if (catches_up || ladder->effort == VIDEO_EFFORT_STILLS) {
        return false;
    }
    ladder->effort++;
    if (ladder->has_risen) {
        ladder->best = ladder->effort;
    }
    ladder->has_risen = false;
    return true;
}

bool video_ladder_rise(struct video_ladder *ladder) {
    if (ladder->effort <= ladder->best) {
        return false;
    }
    ladder->effort--;
    ladder->has_risen = true;
    ladder->window_began_us = 0;
    return true;
}

bool video_ladder_is_news(struct video_ladder *ladder) {
    unsigned bit = 1u << ladder->effort;
    bool is_news = (ladder->said & bit) == 0;
    ladder->said |= bit;
    return is_news;
}
