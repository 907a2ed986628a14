/* video_decode.h: the pictures of a video file in order, round after round, each with its time.
 *
 * Demuxing and decoding without a thread of its own: the worker of source_av.c pulls. A looping
 * file is an infinite stream: at its end the demuxer is sent back to the start and the decoder goes
 * on with the next round's packets, so nothing is reopened, flushed or drained and the decoder's
 * delay is paid once (video_rounds.h maps the time stamps). Only where a file does not begin with a
 * clean entry point (no IDR picture, no time stamps) the decoder is drained between the rounds.
 *
 * When a picture is on screen: by number where the rate is constant (exact for ever), else by its
 * time stamp; missing stamps are counted on, stamps that jump (MPEG-TS) are joined. Bad packets are
 * skipped; what gives nothing for VIDEO_DECODE_PATIENCE_MS fails with one clause. A file that ends
 * early ends its round early and the source holds the last picture.
 *
 * One thread at a time; every call is bounded by the limits here. */
#ifndef LEDSIGN_MEDIA_VIDEO_DECODE_H
#define LEDSIGN_MEDIA_VIDEO_DECODE_H

#include <libavutil/frame.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/flick.h"
#include "media/video_ladder.h"
#include "media/video_rounds.h"

struct media;
struct video_decode;

/* Nothing came out of the decoder for so long: the file has failed. */
#define VIDEO_DECODE_PATIENCE_MS 4000

struct video_decode_options {
    const struct media *media; /* borrowed */
    const char *verdicts;      /* of decoder.h; NULL: no hardware. Borrowed */
    const bool *quit;          /* atomic: every call returns soon after it is set */
    int threads;               /* of the decoder; 0: as many as playing needs */
    enum video_effort effort;  /* to begin with */
    /* The play after `play`, asked when the last packet of `play` has been read. */
    bool (*next_play)(void *context, const struct video_play *play, struct video_play *next);
    void *context;
};

enum video_decode_result {
    VIDEO_DECODE_PICTURE,
    VIDEO_DECODE_END,    /* nothing follows; what was shown last stays */
    VIDEO_DECODE_FAILED, /* video_decode_problem says why */
    VIDEO_DECODE_QUIT,
};

struct video_decode_picture {
    const AVFrame *frame; /* good until the next call */
    flick_t start;
    flick_t end;
    bool is_estimated; /* the end: only the next picture's start says it */
};

/* NULL with a clause in `problem`, or silently when told to quit. */
struct video_decode *video_decode_open(const struct video_decode_options *options, char *problem,
                                       size_t problem_size);
void video_decode_close(struct video_decode **decode);

/* One run through the file; 0 for a video of one picture, which stays. */
flick_t video_decode_length(const struct video_decode *decode);

/* Goes to the last entry point not after `from`, an instant inside `play`. Pictures before `from`
 * come out too. */
void video_decode_begin(struct video_decode *decode, const struct video_play *play, flick_t from);

enum video_decode_result video_decode_next(struct video_decode *decode,
                                           struct video_decode_picture *picture);
/* What may be left out; from the next packets on. */
void video_decode_set_effort(struct video_decode *decode, enum video_effort effort);
const char *video_decode_problem(const struct video_decode *decode);

#endif
