#include "media/prepare.h"

#include <inttypes.h>
#include <libyuv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "media/media_file.h"
#include "media/prepare_output.h"
#include "media/prepare_picture.h"
#include "media/prepare_sound.h"
#include "media/prepare_still.h"
#include "media/probe.h"
#include "media/video_decode.h"
#include "media/video_entry.h"
#include "model/model.h"

#define VERSION          1 /* of what this code makes from the same parameters */
#define SAMPLES_MAX      12
#define SAMPLES_MIN      2
#define SAMPLE_BYTES_MAX (64 * 1024 * 1024)
#define GROUP_SECONDS    2.5 /* a source with longer ones is prepared for the seeking */

/* ---- profiles ------------------------------------------------------------------------------- */

#define FAST_TO_DECODE "tune=fastdecode:preset="

const struct prepare_profile prepare_profiles[] = {
    {"zero2", "Raspberry Pi Zero 2 W", "Zero 2", FAST_TO_DECODE "medium:crf=20", 0, 1, 12000},
    {"pi3", "Raspberry Pi 3", "Pi 3", FAST_TO_DECODE "medium:crf=20", 2, 2, 16000},
    {"pi4", "Raspberry Pi 4", "Pi 4", FAST_TO_DECODE "medium:crf=19", 2, 3, 25000},
    {"pi5", "Raspberry Pi 5", "Pi 5", FAST_TO_DECODE "medium:crf=18", 2, 3, 40000},
    {"pc", "PC", NULL, FAST_TO_DECODE "medium:crf=18", 2, 3, 60000},
};
const int prepare_profile_count = sizeof prepare_profiles / sizeof prepare_profiles[0];

const struct prepare_profile *prepare_profile_find(const char *name) {
    for (int i = 0; i < prepare_profile_count; i++) {
        if (strcmp(prepare_profiles[i].name, name) == 0) {
            return &prepare_profiles[i];
        }
    }
    return NULL;
}

const struct prepare_profile *prepare_profile_here(void) {
    char board[128] = "";
    FILE *file = fopen("/proc/device-tree/model", "rbe");
    if (file != NULL) {
        size_t got = fread(board, 1, sizeof board - 1, file);
        board[got] = '\0';
        fclose(file);
    }
    const struct prepare_profile *last = &prepare_profiles[prepare_profile_count - 1];
    for (const struct prepare_profile *p = prepare_profiles; p < last; p++) {
        if (strstr(board, p->board) != NULL) {
            return p;
        }
    }
    return last;
}

/* ---- what is asked for ---------------------------------------------------------------------- */

static bool is_still(const struct prepare_request *request) {
    return request->wish.rate.num <= 0;
}

char *prepare_parameters(const struct prepare_request *request) {
    struct str s = {0};
    const struct prepared_wish *w = &request->wish;
    str_addf(&s, "%d %dx%d %" PRId64 "/%" PRId64 " %" PRId64, VERSION, w->size.w, w->size.h,
             w->rate.num, w->rate.den, w->frames);
    if (!is_still(request)) {
        const struct prepare_profile *p = request->profile;
        str_addf(&s, " %s %s %d %d %d", prepare_codec_name(request), p->options, p->b_frames,
                 p->references, p->max_kbit_per_s);
    }
    return str_take(&s);
}

const char *prepare_ending(const struct prepare_request *request) {
    return is_still(request) ? "png" : "mp4";
}

const char *prepare_codec_name(const struct prepare_request *request) {
    return is_still(request) ? "png" : request->codec == PREPARE_H265 ? "hevc" : "h264";
}

/* ---- right as it is ------------------------------------------------------------------------- */

static bool has_right_facts(const struct prepare_request *request) {
    const struct media_facts *f = &request->media->facts;
    const struct prepared_wish *w = &request->wish;
    bool has_right_sound =
        !f->has_audio || (strcmp(f->audio_codec, "aac") == 0 &&
                          f->audio_rate == PREPARE_SOUND_RATE && f->audio_channels <= 2);
    return strcmp(f->codec, prepare_codec_name(request)) == 0 && f->rotation == 0 && !f->mirrored &&
           f->bits == 8 && !f->interlaced && !f->variable_rate && f->coded.w == w->size.w &&
           f->coded.h == w->size.h && f->rate.num * w->rate.den == w->rate.num * f->rate.den &&
           has_right_sound;
}

/* Begins cleanly, and can be entered every few seconds. */
static bool has_right_groups(const struct prepare_request *request) {
    struct media_file file;
    char problem[160];
    if (!media_file_open(&file, request->media->path, PROBE_SECONDS_MAX * INT64_C(1000000),
                         request->quit, problem, sizeof problem)) {
        return false;
    }
    AVPacket *packet = av_packet_alloc();
    double last_s = 0, longest_s = 0, now_s = 0;
    bool is_clean =
        file.video >= 0 && file.format->streams[file.video]->codecpar->format == AV_PIX_FMT_YUV420P;
    while (is_clean && longest_s <= GROUP_SECONDS && av_read_frame(file.format, packet) >= 0) {
        const AVStream *stream = file.format->streams[packet->stream_index];
        file.deadline_us = clock_monotonic_us() + PROBE_SECONDS_MAX * INT64_C(1000000);
        if (packet->stream_index == file.video && packet->pts != AV_NOPTS_VALUE) {
            now_s = (double)packet->pts * av_q2d(stream->time_base);
            longest_s = now_s - last_s > longest_s ? now_s - last_s : longest_s;
            if ((packet->flags & AV_PKT_FLAG_KEY) != 0) {
                last_s = now_s;
                is_clean = video_entry_is_clean(stream->codecpar, packet);
            }
        }
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    media_file_close(&file);
    return is_clean && longest_s <= GROUP_SECONDS;
}

bool prepare_is_right(const struct prepare_request *request, const char **why) {
    if (is_still(request)) {
        return prepare_still_is_right(request, why);
    }
    *why = "it is already as the screen wants it";
    return has_right_facts(request) && has_right_groups(request);
}

/* ---- a video -------------------------------------------------------------------------------- */

struct making {
    const struct prepare_request *request;
    struct prepare_report *report;
    struct prepare_picture *picture;
    struct prepare_output *output;
    struct prepare_sound *sound;
    AVFrame *raw;    /* the newest decoded picture, until it is known whether it is shown */
    AVFrame *scaled; /* of it */
    int64_t number;  /* of the next picture to be encoded */
    AVFrame *samples[SAMPLES_MAX];
    int64_t sample_numbers[SAMPLES_MAX];
    int sample_count;
    int samples_taken;
};

static bool fail(struct prepare_report *report, const char *problem) {
    if (report->problem[0] == '\0') {
        snprintf(report->problem, sizeof report->problem, "%s", problem);
    }
    return false;
}

static bool has_quit(const struct prepare_request *request) {
    return __atomic_load_n(request->quit, __ATOMIC_ACQUIRE);
}

static flick_t time_of(const struct making *m, int64_t number) {
    return flick_of_frame(number, m->request->wish.rate);
}

/* Pictures that will be compared at the end, evenly spread. */
static void choose_samples(struct making *m) {
    const struct prepared_wish *w = &m->request->wish;
    int64_t bytes = (int64_t)w->size.w * w->size.h * 3 / 2 + 1;
    int64_t count = SAMPLE_BYTES_MAX / bytes;
    count = count > SAMPLES_MAX ? SAMPLES_MAX : count < SAMPLES_MIN ? SAMPLES_MIN : count;
    count = count > w->frames ? w->frames : count;
    m->sample_count = (int)count;
    for (int i = 0; i < m->sample_count; i++) {
        m->sample_numbers[i] = (2 * i + 1) * w->frames / (2 * count);
    }
}

static void take_sample(struct making *m) {
    while (m->samples_taken < m->sample_count && m->sample_numbers[m->samples_taken] <= m->number) {
        m->samples[m->samples_taken++] = av_frame_clone(m->scaled);
    }
}

static bool open_output(struct making *m) {
    m->sound = prepare_sound_open(m->request);
    int channels = m->sound != NULL ? prepare_sound_channels(m->sound) : 0;
    m->output = prepare_output_open(m->request, m->scaled, channels, m->report);
    return m->output != NULL;
}

static bool write_sound(struct making *m, flick_t until) {
    return m->sound == NULL ||
           prepare_sound_write(m->sound, m->output,
                               flick_muldiv(until, PREPARE_SOUND_RATE, FLICKS_PER_SECOND));
}

/* Encodes the picture that is held for every instant before `until`. */
static bool show_until(struct making *m, flick_t until) {
    while (m->number < m->request->wish.frames && time_of(m, m->number) < until &&
           m->raw->width > 0) {
        if (has_quit(m->request)) {
            return false;
        }
        if (m->scaled == NULL) {
            m->scaled = prepare_picture_make(m->picture, m->raw);
        }
        if (m->scaled == NULL) {
            return fail(m->report, "its pictures cannot be converted");
        }
        if (m->output == NULL && !open_output(m)) {
            return false;
        }
        take_sample(m);
        if (!prepare_output_picture(m->output, m->scaled, m->number) ||
            !write_sound(m, time_of(m, m->number + 1))) {
            return false;
        }
        m->number++;
        __atomic_store_n(m->request->done, m->number, __ATOMIC_RELEASE);
    }
    return true;
}

static bool hold(struct making *m, const AVFrame *picture) {
    av_frame_free(&m->scaled);
    av_frame_unref(m->raw);
    return av_frame_ref(m->raw, picture) >= 0 || fail(m->report, "memory is short");
}

static bool nothing_follows(void *context, const struct video_play *play, struct video_play *next) {
    (void)context;
    (void)play;
    (void)next;
    return false;
}

static struct video_decode *open_decode(const struct prepare_request *request,
                                        const struct media *media, char *problem, size_t size) {
    struct video_decode_options options = {.media = media,
                                           .quit = request->quit,
                                           .threads = request->threads,
                                           .next_play = nothing_follows};
    return video_decode_open(&options, problem, size);
}

static bool encode_all(struct making *m, struct video_decode *decode) {
    struct video_play play = {0, m->request->media->facts.duration};
    struct video_decode_picture picture;
    enum video_decode_result result;
    video_decode_begin(decode, &play, 0);
    bool is_first = true;
    while ((result = video_decode_next(decode, &picture)) == VIDEO_DECODE_PICTURE) {
        if ((!is_first && !show_until(m, picture.start)) || !hold(m, picture.frame)) {
            return false;
        }
        is_first = false;
    }
    if (result == VIDEO_DECODE_FAILED) {
        return fail(m->report, video_decode_problem(decode));
    }
    if (result == VIDEO_DECODE_QUIT || !show_until(m, FLICK_NEVER)) {
        return false;
    }
    if (m->output == NULL) {
        return fail(m->report, "no picture in it can be decoded");
    }
    return write_sound(m, FLICK_NEVER) && prepare_output_finish(m->output);
}

/* ---- the finished file, compared --------------------------------------------------------------
 */

static struct media finished_media(const struct prepare_request *request, const char *path) {
    struct media media = *request->media;
    struct prepared_row row = {.wish = request->wish};
    snprintf(row.codec, sizeof row.codec, "%s", prepare_codec_name(request));
    media.path = path;
    prepared_change_facts(&media.facts, &row);
    return media;
}

struct quality {
    double psnr_sum, psnr_min, ssim_sum;
    int count;
};

static void compare(const struct making *m, const AVFrame *got, const AVFrame *sent,
                    struct quality *q) {
    int w = m->request->wish.size.w, h = m->request->wish.size.h;
    double psnr =
        I420Psnr(got->data[0], got->linesize[0], got->data[1], got->linesize[1], got->data[2],
                 got->linesize[2], sent->data[0], sent->linesize[0], sent->data[1],
                 sent->linesize[1], sent->data[2], sent->linesize[2], w, h);
    q->ssim_sum +=
        I420Ssim(got->data[0], got->linesize[0], got->data[1], got->linesize[1], got->data[2],
                 got->linesize[2], sent->data[0], sent->linesize[0], sent->data[1],
                 sent->linesize[1], sent->data[2], sent->linesize[2], w, h);
    q->psnr_sum += psnr;
    q->psnr_min = q->count == 0 || psnr < q->psnr_min ? psnr : q->psnr_min;
    q->count++;
}

/* The decoded picture that is on screen at the instant of the sample. */
static bool find_picture(const struct making *m, struct video_decode *decode, int64_t number,
                         const struct video_play *play, struct video_decode_picture *picture) {
    flick_t wanted = time_of(m, number);
    video_decode_begin(decode, play, wanted);
    while (video_decode_next(decode, picture) == VIDEO_DECODE_PICTURE) {
        if (picture->end > wanted) {
            return picture->start == wanted && picture->frame->width == m->request->wish.size.w &&
                   picture->frame->height == m->request->wish.size.h;
        }
    }
    return false;
}

static bool measure(struct making *m) {
    struct media media = finished_media(m->request, m->request->path);
    struct video_play play = {0, media.facts.duration};
    struct quality q = {0};
    char problem[160];
    struct video_decode *decode = open_decode(m->request, &media, problem, sizeof problem);
    bool good = decode != NULL;
    for (int i = 0; good && i < m->samples_taken; i++) {
        struct video_decode_picture picture;
        good =
            m->samples[i] != NULL && find_picture(m, decode, m->sample_numbers[i], &play, &picture);
        if (good) {
            compare(m, picture.frame, m->samples[i], &q);
        }
    }
    video_decode_close(&decode);
    if (!good && !has_quit(m->request)) {
        return fail(m->report, "what was written cannot be read back; check the disk");
    }
    if (q.count > 0) {
        m->report->psnr_db = q.psnr_sum / q.count;
        m->report->psnr_min_db = q.psnr_min;
        m->report->ssim = q.ssim_sum / q.count;
    }
    return good;
}

bool prepare_is_made(const struct prepare_request *request, const char *path) {
    struct media_facts facts;
    char problem[160];
    enum probe_as as = is_still(request) ? PROBE_IMAGE : PROBE_VIDEO;
    if (access(path, R_OK) != 0 || !probe_file(path, as, &facts, problem, sizeof problem)) {
        return false;
    }
    struct size size = request->wish.size;
    int odd = is_still(request) ? 0 : 1;
    bool has_size =
        facts.coded.w == size.w + (size.w & odd) && facts.coded.h == size.h + (size.h & odd);
    return has_size && (is_still(request) ||
                        (facts.frame_count == request->wish.frames && !facts.variable_rate));
}

/* ---- all of it ------------------------------------------------------------------------------ */

static void finish(struct making *m) {
    prepare_output_close(&m->output);
    prepare_sound_close(&m->sound);
    prepare_picture_destroy(&m->picture);
    av_frame_free(&m->raw);
    av_frame_free(&m->scaled);
    for (int i = 0; i < SAMPLES_MAX; i++) {
        av_frame_free(&m->samples[i]);
    }
}

static bool make_video(const struct prepare_request *request, struct prepare_report *report) {
    struct making m = {.request = request, .report = report};
    char problem[160] = "";
    choose_samples(&m);
    m.picture = prepare_picture_create(&request->media->facts, request->wish.size);
    m.raw = av_frame_alloc();
    struct video_decode *decode = open_decode(request, request->media, problem, sizeof problem);
    bool good = decode != NULL && m.raw != NULL ? encode_all(&m, decode) : fail(report, problem);
    video_decode_close(&decode);
    prepare_output_close(&m.output);
    if (good && !prepare_is_made(request, request->path)) {
        good = fail(report, "what was written has not the right length");
    }
    good = good && measure(&m);
    finish(&m);
    return good;
}

bool prepare_make(const struct prepare_request *request, struct prepare_report *report) {
    *report = (struct prepare_report){0};
    bool good =
        is_still(request) ? prepare_still_make(request, report) : make_video(request, report);
    if (!good) {
        unlink(request->path);
        report->has_quit = has_quit(request);
        fail(report, report->has_quit ? "interrupted" : "it cannot be prepared");
    }
    return good;
}
