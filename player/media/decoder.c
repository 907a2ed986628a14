#include "media/decoder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "media/decoder_backend.h"
#include "media/decoder_lane.h"
#include "media/decoder_verdict.h"
#include "media/picture_signature.h"

#define THREADS_MAX       8
#define SIGNATURES_MAX    16
#define TRIAL_PACKETS_MAX 240
#define LOST_MAX          32 /* packets without a picture, beside an eighth of all */

/* What one core of this kind decodes of H.264 with room to spare. */
#if defined(__aarch64__) || defined(__arm__)
#define PIXELS_PER_S_THREAD 20e6
#else
#define PIXELS_PER_S_THREAD 70e6 /* a little over 1080p30 */
#endif

enum mode {
    MODE_SOFTWARE,
    MODE_TRIAL,    /* both decode, software's pictures are given out */
    MODE_HARDWARE, /* alone */
    MODE_REJOIN,   /* hardware has failed: software waits for a key frame */
};

struct decoder {
    struct decoder_request request;
    AVFormatContext *holder; /* of the stream: the file may be opened anew meanwhile */
    int threads;
    enum mode mode;
    enum video_effort effort;
    bool is_hurried;
    const struct decoder_backend *soft_row;
    void *soft; /* NULL while hardware is alone */
    const struct decoder_backend *hard_row;
    struct decoder_lane *lane;
    struct decoder_lane *lost; /* given up; closed at the end, as that may take its time */
    char *key;                 /* of hardware's verdict */
    bool is_draining;

    /* trial */
    int64_t trial_began_us;                        /* 0: no packet yet */
    int64_t packets;                               /* given to hardware */
    int64_t pictures;                              /* taken from it */
    struct picture_signature seen[SIGNATURES_MAX]; /* of software's last pictures */
    int seen_count;
    AVFrame *held; /* hardware's picture that waits for its like */
    int64_t last_pts;
    int64_t silent_since_us;
};

int decoder_threads(double pixels_per_s, enum AVCodecID codec, int cores) {
    bool is_heavy = codec == AV_CODEC_ID_HEVC || codec == AV_CODEC_ID_AV1;
    double wanted = pixels_per_s * (is_heavy ? 1.5 : 1.0) / PIXELS_PER_S_THREAD;
    int limit = cores < THREADS_MAX ? cores : THREADS_MAX;
    int threads = wanted < THREADS_MAX ? (int)wanted + 1 : THREADS_MAX;
    return threads < 1 || limit < 1 ? 1 : threads < limit ? threads : limit;
}

static int threads_for(const struct decoder_request *request) {
    if (request->threads > 0) {
        return request->threads;
    }
    const AVCodecParameters *par = request->stream->codecpar;
    double rate =
        request->rate.num > 0 ? (double)request->rate.num / (double)request->rate.den : 30.0;
    return decoder_threads(par->width * (double)par->height * rate, par->codec_id,
                           (int)sysconf(_SC_NPROCESSORS_ONLN));
}

static bool open_software(struct decoder *d) {
    d->soft = d->soft_row->open(d->soft_row, d->request.stream, d->threads);
    if (d->soft != NULL) {
        d->soft_row->set_effort(d->soft, d->effort, d->is_hurried);
    }
    return d->soft != NULL;
}

static void close_software(struct decoder *d) {
    if (d->soft != NULL) {
        d->soft_row->close(d->soft);
        d->soft = NULL;
    }
}

/* ---- hardware ------------------------------------------------------------------------------- */

static void judge(struct decoder *d, enum decoder_verdict verdict) {
    decoder_verdict_write(d->request.verdicts, d->key, verdict);
}

static void drop_hardware(struct decoder *d) {
    decoder_lane_close(&d->lost);
    d->lost = d->lane;
    d->lane = NULL;
    if (d->lost != NULL) {
        decoder_lane_abandon(d->lost);
    }
    av_frame_free(&d->held);
    free(d->key);
    d->key = NULL;
    d->hard_row = NULL;
}

static bool is_candidate(const struct decoder_backend *row, const AVStream *stream) {
    const AVCodecParameters *par = stream->codecpar;
    if (row == &decoder_software || (row->device != NULL && access(row->device, R_OK) != 0)) {
        return false;
    }
    if (row->suffix != NULL) {
        char name[64];
        snprintf(name, sizeof name, "%s%s", avcodec_get_name(par->codec_id), row->suffix);
        return avcodec_find_decoder_by_name(name) != NULL;
    }
    const AVCodec *codec = avcodec_find_decoder(par->codec_id);
    for (int i = 0; row->device_type != AV_HWDEVICE_TYPE_NONE && codec != NULL; i++) {
        const AVCodecHWConfig *config = avcodec_get_hw_config(codec, i);
        if (config == NULL || config->device_type == row->device_type) {
            return config != NULL;
        }
    }
    return true;
}

/* The first row of the table that is there and has not failed before is put to the test. */
static void try_hardware(struct decoder *d) {
    const AVCodecParameters *par = d->request.stream->codecpar;
    const struct decoder_backend *const *row =
        d->request.backends != NULL ? d->request.backends : decoder_backends;
    for (; d->request.verdicts != NULL && *row != NULL && d->lane == NULL; row++) {
        if (!is_candidate(*row, d->request.stream)) {
            continue;
        }
        d->key = decoder_verdict_key((*row)->name, avcodec_get_name(par->codec_id),
                                     (struct size){par->width, par->height});
        enum decoder_verdict verdict = decoder_verdict_read(d->request.verdicts, d->key);
        bool may = verdict == DECODER_VERDICT_UNKNOWN || verdict == DECODER_VERDICT_GOOD;
        d->lane = may ? decoder_lane_open(*row, d->request.stream) : NULL;
        if (d->lane == NULL) {
            free(d->key);
            d->key = NULL;
            continue;
        }
        d->hard_row = *row;
        d->mode = MODE_TRIAL;
        if (verdict == DECODER_VERDICT_UNKNOWN) {
            judge(d, DECODER_VERDICT_TRYING);
        }
    }
}

static void fail_trial(struct decoder *d, const char *reason) {
    log_info("%s: hardware decoder %s is not used: %s", d->request.name, d->hard_row->name, reason);
    judge(d, DECODER_VERDICT_BAD);
    drop_hardware(d);
    d->mode = MODE_SOFTWARE;
}

/* It ends before anything is known. */
static void forget_trial(struct decoder *d) {
    if (d->mode == MODE_TRIAL &&
        decoder_verdict_read(d->request.verdicts, d->key) == DECODER_VERDICT_TRYING) {
        judge(d, DECODER_VERDICT_UNKNOWN);
    }
}

static void accept(struct decoder *d) {
    log_info("%s: decoded by hardware (%s)", d->request.name, d->hard_row->name);
    judge(d, DECODER_VERDICT_GOOD);
    close_software(d);
    d->mode = MODE_HARDWARE;
    d->silent_since_us = 0;
}

/* Software at the next key frame. */
static void fall_back(struct decoder *d, const char *reason, bool is_bad) {
    log_warning("%s: hardware decoder %s: %s; decoded by software from here on", d->request.name,
                d->hard_row->name, reason);
    if (is_bad) {
        judge(d, DECODER_VERDICT_BAD);
    }
    drop_hardware(d);
    d->mode = open_software(d) ? MODE_REJOIN : MODE_SOFTWARE;
}

/* ---- trial ---------------------------------------------------------------------------------- */

static void remember(struct decoder *d, const AVFrame *frame) {
    if (d->seen_count == SIGNATURES_MAX) {
        memmove(d->seen, d->seen + 1, (SIGNATURES_MAX - 1) * sizeof d->seen[0]);
        d->seen_count--;
    }
    if (picture_signature_of(frame, &d->seen[d->seen_count])) {
        d->seen_count++;
    }
}

/* What software showed at the time of hardware's held picture; NULL: nothing, or not yet. */
static const struct picture_signature *its_like(const struct decoder *d) {
    for (int i = 0; i < d->seen_count; i++) {
        if (d->seen[i].pts == d->held->best_effort_timestamp) {
            return &d->seen[i];
        }
    }
    return NULL;
}

static bool hold_next(struct decoder *d) {
    d->held = av_frame_alloc();
    if (d->held == NULL || decoder_lane_receive(d->lane, d->held, 0) != DECODER_LANE_PICTURE) {
        av_frame_free(&d->held);
    } else {
        d->pictures++;
    }
    return d->held != NULL;
}

static void go_on_with_trial(struct decoder *d) {
    while (d->mode == MODE_TRIAL && (d->held != NULL || hold_next(d))) {
        const struct picture_signature *like = its_like(d);
        struct picture_signature own;
        bool can_compare = picture_signature_of(d->held, &own);
        bool is_ahead = like == NULL && d->held->best_effort_timestamp > d->last_pts;
        if (is_ahead && can_compare) {
            break;
        }
        if (like != NULL || !can_compare) {
            if (can_compare && picture_signature_agrees(like, &own)) {
                accept(d);
            } else {
                fail_trial(d, "its pictures are wrong");
            }
        }
        av_frame_free(&d->held);
    }
    int64_t now = clock_monotonic_us();
    if (d->mode != MODE_TRIAL || d->trial_began_us == 0) {
        return;
    }
    bool is_stuck = decoder_lane_stuck_ms(d->lane) > DECODER_TRIAL_MS;
    bool is_late = now - d->trial_began_us > DECODER_TRIAL_MS * INT64_C(1000) &&
                   d->packets > LOST_MAX && d->pictures == 0;
    if (decoder_lane_errors(d->lane) >= DECODER_ERRORS_MAX) {
        fail_trial(d, "it gives errors");
    } else if (is_stuck || is_late || d->packets > TRIAL_PACKETS_MAX) {
        fail_trial(d, "it gives no pictures in time");
    }
}

/* ---- the door ------------------------------------------------------------------------------- */

struct decoder *decoder_open(const struct decoder_request *request) {
    struct decoder *d = mem_zero(1, sizeof *d);
    d->request = *request;
    d->threads = threads_for(request);
    d->effort = request->effort;
    d->soft_row = &decoder_software;
    d->last_pts = INT64_MIN;
    d->holder = decoder_backend_copy_stream(request->stream);
    d->request.stream = d->holder != NULL ? d->holder->streams[0] : NULL;
    if (d->holder == NULL || !open_software(d)) {
        decoder_close(&d);
        return NULL;
    }
    try_hardware(d);
    return d;
}

void decoder_close(struct decoder **decoder) {
    struct decoder *d = *decoder;
    if (d != NULL) {
        forget_trial(d);
        drop_hardware(d);
        decoder_lane_close(&d->lost);
        close_software(d);
        avformat_free_context(d->holder);
        free(d);
        *decoder = NULL;
    }
}

static int send_to_hardware(struct decoder *d, const AVPacket *packet) {
    if (!decoder_lane_send(d->lane, packet)) {
        return AVERROR(EAGAIN);
    }
    d->packets++;
    d->is_draining = packet == NULL;
    return 0;
}

int decoder_send(struct decoder *d, const AVPacket *packet) {
    if (d->mode == MODE_HARDWARE) {
        return send_to_hardware(d, packet);
    }
    if (d->mode == MODE_REJOIN) {
        if (packet != NULL && (packet->flags & AV_PKT_FLAG_KEY) == 0) {
            return 0;
        }
        d->mode = MODE_SOFTWARE;
    }
    if (d->soft == NULL) {
        return AVERROR_EXTERNAL;
    }
    int sent = d->soft_row->send(d->soft, packet);
    if (d->mode == MODE_TRIAL && sent != AVERROR(EAGAIN)) {
        d->trial_began_us = d->trial_began_us > 0 ? d->trial_began_us : clock_monotonic_us();
        bool fits = packet == NULL || decoder_lane_send(d->lane, packet);
        d->packets++;
        if (!fits) {
            fail_trial(d, "it is slower than software");
        }
    }
    return sent;
}

/* Pictures that software has already given are passed over. */
static int receive_from_hardware(struct decoder *d, AVFrame *frame) {
    int64_t now = clock_monotonic_us();
    d->silent_since_us = d->silent_since_us > 0 ? d->silent_since_us : now;
    for (;;) {
        int left = DECODER_SILENCE_MS - (int)((clock_monotonic_us() - d->silent_since_us) / 1000);
        enum decoder_lane_result result = decoder_lane_receive(d->lane, frame, left > 0 ? left : 0);
        bool loses = d->packets - d->pictures > LOST_MAX + d->packets / 8;
        if (decoder_lane_errors(d->lane) >= DECODER_ERRORS_MAX) {
            fall_back(d, "three errors in a row", true);
        } else if (result == DECODER_LANE_ENDED && d->is_draining) {
            return AVERROR_EOF;
        } else if (result == DECODER_LANE_BUSY || result == DECODER_LANE_ENDED) {
            fall_back(d, "nothing from it for 500 ms", true);
        } else if (result == DECODER_LANE_HUNGRY && loses) {
            fall_back(d, "it loses pictures", true);
        } else if (result == DECODER_LANE_PICTURE) {
            d->pictures++;
            d->silent_since_us = 0;
            if (frame->best_effort_timestamp > d->last_pts) {
                d->last_pts = frame->best_effort_timestamp;
                return 0;
            }
            av_frame_unref(frame);
            d->silent_since_us = clock_monotonic_us();
            continue;
        }
        d->silent_since_us = 0;
        return AVERROR(EAGAIN);
    }
}

int decoder_receive(struct decoder *d, AVFrame *frame) {
    if (d->mode == MODE_HARDWARE) {
        return receive_from_hardware(d, frame);
    }
    if (d->soft == NULL) {
        return AVERROR_EOF;
    }
    int error = d->soft_row->receive(d->soft, frame);
    if (d->mode == MODE_TRIAL) {
        if (error >= 0) {
            d->last_pts = frame->best_effort_timestamp;
            remember(d, frame);
        }
        go_on_with_trial(d);
        error = d->mode == MODE_HARDWARE && error < 0 ? AVERROR(EAGAIN) : error;
    }
    return error;
}

int decoder_delay(const struct decoder *d) {
    return d->soft != NULL ? d->soft_row->delay(d->soft) : 0;
}

/* Hardware is not taken along: where it can be drained at all, it would have to be waited for. */
void decoder_flush(struct decoder *d) {
    if (d->mode == MODE_TRIAL) {
        forget_trial(d);
        drop_hardware(d);
        d->mode = MODE_SOFTWARE;
    } else if (d->mode == MODE_HARDWARE) {
        fall_back(d, "it cannot go on after the end of this file", false);
        d->mode = MODE_SOFTWARE;
    }
    d->is_draining = false;
    if (d->soft != NULL) {
        d->soft_row->flush(d->soft);
    }
}

void decoder_set_effort(struct decoder *d, enum video_effort effort) {
    if (d->mode == MODE_HARDWARE && effort > d->effort) {
        fall_back(d, "it is slower than the video", true);
    }
    d->effort = effort;
    if (d->soft != NULL) {
        d->soft_row->set_effort(d->soft, effort, d->is_hurried);
    }
}

/* Not while hardware's pictures are compared with software's. */
void decoder_set_hurried(struct decoder *d, bool is_hurried) {
    is_hurried = is_hurried && d->mode == MODE_SOFTWARE;
    if (is_hurried != d->is_hurried) {
        d->is_hurried = is_hurried;
        if (d->soft != NULL) {
            d->soft_row->set_effort(d->soft, d->effort, is_hurried);
        }
    }
}

const char *decoder_name(const struct decoder *d) {
    return d->mode == MODE_HARDWARE ? d->hard_row->name : d->soft_row->name;
}
