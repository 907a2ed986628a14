#include "media/video_decode.h"

#include <libavcodec/avcodec.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "media/decoder.h"
#include "media/media_file.h"
#include "media/video_entry.h"
#include "model/model.h"

#define OPEN_LIMIT_US   2000000
#define READ_LIMIT_US   2000000
#define READ_ERRORS_MAX 20 /* in a row, then the file ends here */
#define EMPTY_ROUNDS_MAX                                                                           \
    40 /* without a picture, then the file has failed; a decoder may hold 24                       \
        */
#define ENTRY_PACKETS_MAX 2000               /* looked through for an entry point */
#define TICKS_MAX         (INT64_C(1) << 50) /* stamps further from the first one are nonsense */
#define JUMP_SECONDS      10
#define DEFAULT_STEP      (FLICKS_PER_SECOND / 25)
#define WARN_GAP          (2 * FLICKS_PER_SECOND)
#define PACKET_BYTES_MAX  (48 * 1024 * 1024)
#define HURRY_MARGIN      3 /* pictures before the first wanted one are decoded in full */

/* How far before the wanted instant an entry point is looked for where the container does not
 * know them. */
static const int steps_back_s[] = {0, 1, 4, 15, 60};

struct video_decode {
    struct video_decode_options options;
    struct media_file file;
    struct decoder *decoder;
    AVPacket *packet;
    AVFrame *frame;
    char problem[160];
    flick_t length;

    /* reading */
    struct video_rounds rounds;
    bool has_origin;
    bool has_pending; /* `packet` waits to be sent */
    bool is_draining;
    bool is_ending;          /* draining for the last time */
    bool is_cut;             /* the round is over before the file is */
    struct video_play next;  /* begins when the decoder is drained */
    bool has_decoding_times; /* only, not all packets say when they are shown */
    int64_t jump;            /* joined stamps: added to those of this round */
    int64_t last_stamp;      /* AV_NOPTS_VALUE: none yet in this round */
    int read_errors;
    int empty_rounds;

    /* placing pictures in time */
    int64_t placed_round;
    int64_t placed_number; /* -1: none yet in this round */
    flick_t placed_position;
    int64_t joined_round; /* began in the middle of the file; -1 none */
    int64_t hurries_to;   /* stamp: pictures before it only lead up to the first one wanted */
    bool warned_short;
};

static bool has_quit(const struct video_decode *d) {
    return __atomic_load_n(d->options.quit, __ATOMIC_ACQUIRE);
}

static const AVStream *stream_of(const struct video_decode *d) {
    return d->file.format->streams[d->file.video];
}

static const struct media_facts *facts_of(const struct video_decode *d) {
    return &d->options.media->facts;
}

static enum video_decode_result fail(struct video_decode *d, const char *problem) {
    if (has_quit(d)) {
        return VIDEO_DECODE_QUIT;
    }
    snprintf(d->problem, sizeof d->problem, "%s", problem);
    return VIDEO_DECODE_FAILED;
}

static int64_t ticks_per_second(const struct video_decode *d) {
    AVRational base = stream_of(d)->time_base;
    return base.num > 0 && base.den > base.num ? base.den / base.num : 1;
}

static flick_t flicks_of(const struct video_decode *d, int64_t ticks) {
    AVRational base = stream_of(d)->time_base;
    return flick_muldiv(ticks, (int64_t)base.num * FLICKS_PER_SECOND, base.den);
}

static int64_t ticks_of(const struct video_decode *d, flick_t t) {
    AVRational base = stream_of(d)->time_base;
    return flick_muldiv(t, base.den, (int64_t)base.num * FLICKS_PER_SECOND);
}

static flick_t step_of(const struct video_decode *d) {
    struct ratio rate = facts_of(d)->rate;
    return rate.num > 0 ? flick_of_frame(1, rate) : DEFAULT_STEP;
}

static bool is_placed_by_number(const struct video_decode *d) {
    return facts_of(d)->rate.num > 0 && !facts_of(d)->variable_rate;
}

/* ---- opening -------------------------------------------------------------------------------- */

static bool open_file(struct video_decode *d, char *problem, size_t size) {
    if (!media_file_open(&d->file, d->options.media->path, OPEN_LIMIT_US, d->options.quit, problem,
                         size)) {
        return false;
    }
    if (d->file.video < 0) {
        snprintf(problem, size, "no video in it");
        media_file_close(&d->file);
        return false;
    }
    media_file_keep_only(&d->file, d->file.video);
    return true;
}

struct video_decode *video_decode_open(const struct video_decode_options *options, char *problem,
                                       size_t problem_size) {
    struct video_decode *d = mem_zero(1, sizeof *d);
    d->options = *options;
    d->packet = av_packet_alloc();
    d->frame = av_frame_alloc();
    if (!open_file(d, problem, problem_size)) {
        video_decode_close(&d);
        return NULL;
    }
    struct decoder_request request = {.stream = stream_of(d),
                                      .rate = facts_of(d)->rate,
                                      .threads = options->threads,
                                      .effort = options->effort,
                                      .name = options->media->name,
                                      .verdicts = options->verdicts};
    d->decoder = d->packet != NULL && d->frame != NULL ? decoder_open(&request) : NULL;
    if (d->decoder == NULL) {
        snprintf(problem, problem_size, "its video cannot be decoded; use H.264 in MP4");
        video_decode_close(&d);
        return NULL;
    }
    d->length = facts_of(d)->frame_count == 1 ? 0 : facts_of(d)->duration;
    d->placed_round = d->placed_number = d->joined_round = -1;
    return d;
}

void video_decode_close(struct video_decode **decode) {
    struct video_decode *d = *decode;
    if (d != NULL) {
        decoder_close(&d->decoder);
        av_packet_free(&d->packet);
        av_frame_free(&d->frame);
        media_file_close(&d->file);
        free(d);
        *decode = NULL;
    }
}

flick_t video_decode_length(const struct video_decode *decode) {
    return decode->length;
}

void video_decode_set_effort(struct video_decode *decode, enum video_effort effort) {
    decoder_set_effort(decode->decoder, effort);
}

const char *video_decode_problem(const struct video_decode *decode) {
    return decode->problem;
}

/* ---- reading -------------------------------------------------------------------------------- */

/* The next packet of the video into d->packet; 0, or what av_read_frame says. */
static int read_packet(struct video_decode *d) {
    for (;;) {
        d->file.deadline_us = clock_monotonic_us() + READ_LIMIT_US;
        int error = av_read_frame(d->file.format, d->packet);
        if (error < 0) {
            bool is_final = error == AVERROR_EOF || error == AVERROR_EXIT || error == AVERROR(EIO);
            if (is_final || ++d->read_errors >= READ_ERRORS_MAX || has_quit(d)) {
                return error;
            }
            continue;
        }
        d->read_errors = 0;
        if (d->packet->stream_index == d->file.video && d->packet->size <= PACKET_BYTES_MAX) {
            return 0;
        }
        av_packet_unref(d->packet);
        if (has_quit(d)) {
            return AVERROR_EXIT;
        }
    }
}

static int64_t stamp_of(const AVPacket *packet) {
    return packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
}

static void find_origin(struct video_decode *d) {
    int64_t start = stream_of(d)->start_time;
    int64_t origin = start != AV_NOPTS_VALUE ? start : stamp_of(d->packet);
    if (!d->has_origin && origin != AV_NOPTS_VALUE) {
        int64_t count = d->rounds.count;
        struct video_round first = d->rounds.rounds[0];
        video_rounds_init(&d->rounds, origin, ticks_per_second(d));
        if (count > 0) {
            video_rounds_begin(&d->rounds, &first.play);
        }
        d->has_origin = true;
    }
}

/* MPEG-TS and its kind may start counting anew in the middle; the stamps are joined. */
static void join_jumps(struct video_decode *d) {
    int64_t stamp = d->packet->dts != AV_NOPTS_VALUE ? d->packet->dts : d->packet->pts;
    bool may_jump = (d->file.format->iformat->flags & AVFMT_TS_DISCONT) != 0;
    if (!may_jump || stamp == AV_NOPTS_VALUE) {
        return;
    }
    int64_t second = ticks_per_second(d);
    int64_t delta = stamp + d->jump - d->last_stamp;
    if (d->last_stamp != AV_NOPTS_VALUE && (delta < -second || delta > JUMP_SECONDS * second)) {
        int64_t step = d->packet->duration > 0 ? d->packet->duration : second / 25;
        d->jump += step - delta;
    }
    d->last_stamp = stamp + d->jump;
}

static int64_t shifted(struct video_decode *d, int64_t ticks) {
    int64_t distance = ticks == AV_NOPTS_VALUE ? 0 : ticks + d->jump - d->rounds.origin;
    bool is_sane = ticks != AV_NOPTS_VALUE && distance < TICKS_MAX && distance > -TICKS_MAX;
    return is_sane ? video_rounds_stamp(&d->rounds, ticks + d->jump) : AV_NOPTS_VALUE;
}

static void stamp_packet(struct video_decode *d) {
    bool is_sane = stamp_of(d->packet) > INT64_MIN / 4 && stamp_of(d->packet) < INT64_MAX / 4;
    if (!is_sane) {
        d->packet->pts = d->packet->dts = AV_NOPTS_VALUE;
        return;
    }
    d->has_decoding_times = d->has_decoding_times || d->packet->pts == AV_NOPTS_VALUE;
    join_jumps(d);
    d->packet->pts = shifted(d, d->packet->pts);
    d->packet->dts = shifted(d, d->packet->dts);
}

/* ---- seeking -------------------------------------------------------------------------------- */

static bool seek_to_byte_0(struct video_decode *d) {
    d->file.deadline_us = clock_monotonic_us() + READ_LIMIT_US;
    return !(d->file.format->iformat->flags & AVFMT_NO_BYTE_SEEK) &&
           av_seek_frame(d->file.format, -1, 0, AVSEEK_FLAG_BYTE) >= 0;
}

static bool seek_to_ticks(struct video_decode *d, int64_t ticks) {
    d->file.deadline_us = clock_monotonic_us() + READ_LIMIT_US;
    return av_seek_frame(d->file.format, d->file.video, ticks, AVSEEK_FLAG_BACKWARD) >= 0;
}

/* Streams without an index are found by their bytes: a search by time may miss the first key. */
static bool seek_to_start(struct video_decode *d) {
    const int raw = AVFMT_TS_DISCONT | AVFMT_NOTIMESTAMPS | AVFMT_GENERIC_INDEX;
    if ((d->file.format->iformat->flags & raw) != 0 && seek_to_byte_0(d)) {
        return true;
    }
    char problem[160];
    if (seek_to_ticks(d, d->rounds.origin) || seek_to_byte_0(d)) {
        return true;
    }
    media_file_close(&d->file);
    return open_file(d, problem, sizeof problem);
}

static void start_round(struct video_decode *d, const struct video_play *play) {
    video_rounds_begin(&d->rounds, play);
    d->jump = 0;
    d->last_stamp = AV_NOPTS_VALUE;
    d->is_cut = false;
}

/* Reads to an entry point not after `ticks`, which then is pending. */
static bool find_entry(struct video_decode *d, int64_t ticks) {
    for (int i = 0; i < ENTRY_PACKETS_MAX && read_packet(d) >= 0; i++) {
        int64_t stamp = stamp_of(d->packet);
        if (stamp == AV_NOPTS_VALUE || stamp > ticks) {
            break;
        }
        if ((d->packet->flags & AV_PKT_FLAG_KEY) != 0) {
            d->has_pending = true;
            return true;
        }
        av_packet_unref(d->packet);
    }
    av_packet_unref(d->packet);
    return false;
}

static bool seek_to(struct video_decode *d, flick_t position) {
    int64_t start = stream_of(d)->start_time;
    if (start == AV_NOPTS_VALUE || !facts_of(d)->duration) {
        return false; /* its stamps cannot be relied on: pictures are counted from the start */
    }
    for (size_t i = 0; i < sizeof steps_back_s / sizeof steps_back_s[0]; i++) {
        int64_t target = start + ticks_of(d, position);
        int64_t early = target - steps_back_s[i] * ticks_per_second(d);
        if (early > start && seek_to_ticks(d, early) && find_entry(d, target)) {
            return true;
        }
    }
    return false;
}

/* Where rates are irregular, any picture may last until then. */
static void hurry_to(struct video_decode *d, flick_t position) {
    if (is_placed_by_number(d) && d->has_origin) {
        d->hurries_to = d->rounds.origin + video_rounds_current(&d->rounds)->shift +
                        ticks_of(d, position - HURRY_MARGIN * step_of(d));
    }
}

static bool is_hurried(const struct video_decode *d) {
    return d->packet->pts != AV_NOPTS_VALUE && d->packet->pts < d->hurries_to;
}

void video_decode_begin(struct video_decode *d, const struct video_play *play, flick_t from) {
    flick_t position = from - play->start;
    bool is_fresh = d->rounds.count == 0;
    if (!is_fresh) {
        decoder_flush(d->decoder);
        av_packet_unref(d->packet);
    }
    d->has_pending = d->is_draining = d->is_ending = false;
    start_round(d, play);
    bool joins = position > 0 && seek_to(d, position);
    d->hurries_to = INT64_MIN;
    if (joins) {
        d->joined_round = video_rounds_current(&d->rounds)->number;
        find_origin(d);
        stamp_packet(d);
        hurry_to(d, position);
    } else if (!is_fresh || position > 0) {
        seek_to_start(d);
    }
}

/* ---- rounds --------------------------------------------------------------------------------- */

static void drain(struct video_decode *d, bool is_last) {
    decoder_send(d->decoder, NULL);
    d->is_draining = true;
    d->is_ending = is_last;
}

static void warn_if_short(struct video_decode *d) {
    int64_t start = d->rounds.origin + video_rounds_current(&d->rounds)->shift;
    flick_t gap = facts_of(d)->duration - flicks_of(d, d->rounds.highest - start);
    bool is_whole = d->is_cut || d->length == 0 || !d->has_origin;
    if (!is_whole && !d->warned_short && gap > WARN_GAP) {
        d->warned_short = true;
        log_warning("%s: the file ends %.1f s early; copy it again", d->options.media->name,
                    flick_to_seconds(gap));
    }
}

/* The file has been read to its end, or far enough: on to the next play. False: failed. */
static bool finish_round(struct video_decode *d) {
    struct video_play next;
    bool goes_on =
        d->length > 0 &&
        d->options.next_play(d->options.context, &video_rounds_current(&d->rounds)->play, &next);
    warn_if_short(d);
    if (!goes_on) {
        drain(d, true);
        return true;
    }
    if (++d->empty_rounds > EMPTY_ROUNDS_MAX || !seek_to_start(d) || read_packet(d) < 0) {
        return false;
    }
    d->has_pending = true;
    bool is_clean = stamp_of(d->packet) != AV_NOPTS_VALUE && d->has_origin &&
                    video_entry_is_clean(stream_of(d)->codecpar, d->packet);
    if (is_clean) {
        start_round(d, &next);
        stamp_packet(d);
    } else {
        d->next = next;
        drain(d, false);
    }
    return true;
}

/* The decoder is empty: the round that waited for it begins. */
static void start_drained_round(struct video_decode *d) {
    decoder_flush(d->decoder);
    d->is_draining = false;
    start_round(d, &d->next);
    stamp_packet(d);
}

static bool read_on(struct video_decode *d) {
    int error = d->is_cut ? AVERROR_EOF : read_packet(d);
    if (error == AVERROR_EXIT || error == AVERROR(EIO)) {
        fail(d, error == AVERROR_EXIT ? "reading it takes longer than 2 s; check the disk"
                                      : "the disk gives errors where it is; copy it again");
        return false;
    }
    if (error < 0) {
        if (!finish_round(d)) {
            fail(d, "no picture in it can be decoded");
            return false;
        }
        return true;
    }
    find_origin(d);
    stamp_packet(d);
    d->has_pending = true;
    return true;
}

/* Gives the decoder its next packet. False: failed. */
static bool feed(struct video_decode *d) {
    if (!d->has_pending && !read_on(d)) {
        return false;
    }
    if (!d->is_draining && d->has_pending) {
        decoder_set_hurried(d->decoder, is_hurried(d));
        if (decoder_send(d->decoder, d->packet) != AVERROR(EAGAIN)) {
            av_packet_unref(d->packet); /* a bad packet is skipped like a good one is consumed */
            d->has_pending = false;
        }
    }
    return true;
}

/* ---- time ----------------------------------------------------------------------------------- */

/* Position and end in the round, by number. */
static flick_t place_by_number(struct video_decode *d, flick_t position, flick_t *end) {
    struct ratio rate = facts_of(d)->rate;
    int64_t number = flick_frame_at(position + step_of(d) / 2, rate);
    number = number <= d->placed_number ? d->placed_number + 1 : number;
    d->placed_number = number;
    *end = flick_of_frame(number + 1, rate);
    return flick_of_frame(number, rate);
}

static flick_t place_by_stamp(struct video_decode *d, flick_t position, flick_t *end) {
    if (d->placed_number >= 0 && position <= d->placed_position) {
        position = d->placed_position + FLICKS_PER_MILLISECOND;
    }
    flick_t own = flicks_of(d, d->frame->pkt_duration);
    d->placed_number++;
    *end = position + (own > 0 ? own : step_of(d));
    return position;
}

/* Where the container knows decoding times only (AVI), a picture comes after the decoder's delay.
 */
static flick_t position_of(const struct video_decode *d, const struct video_round *round,
                           int64_t stamp) {
    flick_t counted = d->placed_position + step_of(d);
    if (stamp == AV_NOPTS_VALUE || !d->has_origin) {
        return counted;
    }
    flick_t stamped = flicks_of(d, stamp - round->shift - d->rounds.origin);
    if (!d->has_decoding_times) {
        return stamped;
    }
    stamped -= decoder_delay(d->decoder) * step_of(d);
    return stamped > counted ? stamped : counted;
}

/* When the decoded picture is on screen; false when it is outside its play. */
static bool place(struct video_decode *d, struct video_decode_picture *picture) {
    int64_t stamp = d->frame->best_effort_timestamp;
    const struct video_round *round = stamp != AV_NOPTS_VALUE && d->has_origin
                                          ? video_rounds_find(&d->rounds, stamp)
                                          : video_rounds_current(&d->rounds);
    bool is_first = round->number != d->placed_round;
    if (is_first) {
        d->placed_round = round->number;
        d->placed_number = -1;
        d->placed_position = -step_of(d);
    }
    flick_t position = position_of(d, round, stamp);
    if (position < -step_of(d) / 2) {
        return false; /* leads up to an entry point that was not there */
    }
    bool by_number = is_placed_by_number(d);
    flick_t end;
    position = by_number ? place_by_number(d, position, &end) : place_by_stamp(d, position, &end);
    d->placed_position = position;
    picture->is_estimated = !by_number && d->length > 0;
    picture->start = flick_add(round->play.start, position);
    picture->end = flick_add(round->play.start, end);
    if (is_first && round->number != d->joined_round) {
        picture->start = round->play.start;
    }
    if (d->length == 0) {
        picture->end = FLICK_NEVER;
    }
    bool is_over = picture->start >= round->play.end;
    d->is_cut = d->is_cut || (is_over && round == video_rounds_current(&d->rounds));
    return !is_over;
}

/* Files of odd sizes that were prepared hold a row or column more, for their codec. */
static void cut_to_size(struct video_decode *d) {
    struct size coded = facts_of(d)->coded;
    d->frame->width -= coded.w % 2 == 1 && d->frame->width == coded.w + 1;
    d->frame->height -= coded.h % 2 == 1 && d->frame->height == coded.h + 1;
}

enum video_decode_result video_decode_next(struct video_decode *d,
                                           struct video_decode_picture *picture) {
    int64_t limit = clock_monotonic_us() + VIDEO_DECODE_PATIENCE_MS * INT64_C(1000);
    while (!has_quit(d)) {
        av_frame_unref(d->frame);
        int error = decoder_receive(d->decoder, d->frame);
        if (error >= 0) {
            d->empty_rounds = 0;
            cut_to_size(d);
            if (place(d, picture)) {
                picture->frame = d->frame;
                return VIDEO_DECODE_PICTURE;
            }
        } else if (error == AVERROR_EOF && d->is_ending) {
            return VIDEO_DECODE_END;
        } else if (error == AVERROR_EOF && d->is_draining) {
            start_drained_round(d);
        } else if (!feed(d)) {
            return has_quit(d) ? VIDEO_DECODE_QUIT : VIDEO_DECODE_FAILED;
        }
        if (clock_monotonic_us() > limit) {
            return fail(d, "no picture came out of it for 4 s; it may be damaged");
        }
    }
    return VIDEO_DECODE_QUIT;
}
