#include "media/probe.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/translate.h"
#include "media/image.h"
#include "media/media_file.h"
#include "model/model.h"

#define COUNT_LIMIT_US  1500000
#define STAMPS_MAX      (1 << 20) /* five hours at 60 a second */
#define READ_ERRORS_MAX 20
#define RATE_MAX        300
#define LENGTH_MAX      (24 * 3600 * FLICKS_PER_SECOND) /* whatever a file claims */

static bool say(char *problem, size_t size, const char *text) {
    snprintf(problem, size, "%s", text);
    return false;
}

static int rotation_of(const AVStream *stream) {
    const uint8_t *matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, NULL);
    if (matrix == NULL) {
        return 0;
    }
    double degrees = av_display_rotation_get((const int32_t *)matrix);
    if (isnan(degrees)) {
        return 0;
    }
    int quarter = (int)lround(-degrees / 90.0) % 4;
    return (quarter < 0 ? quarter + 4 : quarter) * 90;
}

/* A matrix that mirrors is a vertical flip followed by the turn, as the turn is read from where its
 * first row puts the x axis. */
static bool is_mirrored(const AVStream *stream) {
    const int32_t *m =
        (const int32_t *)av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, NULL);
    return m != NULL && (double)m[0] * m[4] - (double)m[1] * m[3] < 0;
}

/* Upright size in square pixels: the shorter way of the storage is kept, the other is stretched. */
static struct size upright_size(struct size coded, AVRational sar, int rotation) {
    struct size size = coded;
    bool is_sane = sar.num > 0 && sar.den > 0 && sar.num < 100 * (int64_t)sar.den &&
                   sar.den < 100 * (int64_t)sar.num;
    if (is_sane) {
        size.w = (int)flick_muldiv(coded.w, sar.num, sar.den);
        size.w = size.w < 1 ? 1 : size.w;
    }
    return rotation % 180 == 0 ? size : (struct size){size.h, size.w};
}

/* When the pictures of a stream are shown, in ticks. */
struct stamps {
    int64_t *pts;
    int64_t count;
    int64_t capacity;
    int64_t last_duration; /* of the last one in the file */
    bool is_complete;      /* all pictures are in it and all have a time */
};

static bool add_stamp(struct stamps *stamps, int64_t pts) {
    if (stamps->count == stamps->capacity) {
        if (stamps->capacity >= STAMPS_MAX) {
            return false;
        }
        stamps->capacity = stamps->capacity > 0 ? stamps->capacity * 2 : 1024;
        stamps->pts = mem_resize(stamps->pts, (size_t)stamps->capacity, sizeof *stamps->pts);
    }
    stamps->pts[stamps->count++] = pts;
    return true;
}

/* How many entries of the container's own table lie inside the file: copies are cut off. */
static int entries_inside(const AVFormatContext *format, AVStream *stream) {
    int count = avformat_index_get_entries_count(stream);
    int64_t size = avio_size(format->pb);
    for (int i = 0; size > 0 && i < count; i++) {
        const AVIndexEntry *entry = avformat_index_get_entry(stream, i);
        if (entry->pos + entry->size > size) {
            return i;
        }
    }
    return count;
}

/* From the container's own table, where it has all pictures; decoding times serve as well, as only
 * the distances count. */
static bool stamps_of_index(const AVFormatContext *format, AVStream *stream,
                            struct stamps *stamps) {
    int entries = avformat_index_get_entries_count(stream);
    if (stream->nb_frames <= 0 || entries < stream->nb_frames) {
        return false;
    }
    int inside = entries_inside(format, stream);
    stamps->is_complete = true;
    for (int i = 0; i < (inside > 0 ? inside : entries); i++) {
        const AVIndexEntry *entry = avformat_index_get_entry(stream, i);
        bool is_shown = (entry->flags & AVINDEX_DISCARD_FRAME) == 0;
        if (is_shown && !add_stamp(stamps, entry->timestamp)) {
            stamps->count = stream->nb_frames;
            stamps->is_complete = false;
            break;
        }
    }
    return true;
}

/* From the packets. */
static void stamps_of_packets(struct media_file *file, int stream, struct stamps *stamps) {
    AVPacket *packet = av_packet_alloc();
    int64_t deadline = clock_monotonic_us() + COUNT_LIMIT_US;
    int error = 0, errors = 0;
    stamps->is_complete = true;
    while (packet != NULL && clock_monotonic_us() < deadline && errors < READ_ERRORS_MAX) {
        error = av_read_frame(file->format, packet);
        if (error == AVERROR_EOF || error == AVERROR_EXIT || error == AVERROR(EIO)) {
            break;
        }
        errors = error < 0 ? errors + 1 : 0;
        if (error >= 0 && packet->stream_index == stream &&
            (packet->flags & AV_PKT_FLAG_DISCARD) == 0) {
            bool has_time = packet->pts != AV_NOPTS_VALUE;
            stamps->is_complete = stamps->is_complete && has_time;
            stamps->last_duration = packet->duration;
            if (!add_stamp(stamps, has_time ? packet->pts : 0)) {
                break;
            }
        }
        av_packet_unref(packet);
    }
    stamps->is_complete = stamps->is_complete && error == AVERROR_EOF;
    av_packet_free(&packet);
}

static int by_value(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static flick_t flicks_of(int64_t value, AVRational base) {
    return flick_muldiv(value, (int64_t)base.num * FLICKS_PER_SECOND, base.den);
}

static bool is_rate(AVRational rate) {
    return rate.num > 0 && rate.den > 0 && av_q2d(rate) <= RATE_MAX;
}

/* Every picture is where this rate has it, but for the rounding of the stamps. */
static bool keeps_rate(const struct stamps *stamps, AVRational rate, AVRational base) {
    if (!is_rate(rate)) {
        return false;
    }
    double ticks_per_picture = 1 / (av_q2d(rate) * av_q2d(base));
    double tolerance = ticks_per_picture / 4 > 1.01 ? ticks_per_picture / 4 : 1.01;
    for (int64_t i = 0; i < stamps->count; i++) {
        double off = (double)(stamps->pts[i] - stamps->pts[0]) - (double)i * ticks_per_picture;
        if (fabs(off) > tolerance) {
            return false;
        }
    }
    return true;
}

/* The rate that all pictures keep: what the file says, or what the distances say; 0/1: none. */
static AVRational constant_rate(const AVStream *stream, const struct stamps *stamps) {
    AVRational candidates[] = {stream->r_frame_rate, stream->avg_frame_rate, {0, 1}};
    if (stamps->count > 1 && stamps->pts[1] > stamps->pts[0]) {
        int64_t step = stamps->pts[1] - stamps->pts[0];
        av_reduce(&candidates[2].num, &candidates[2].den, stream->time_base.den,
                  step * stream->time_base.num, INT32_MAX);
    }
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++) {
        if (keeps_rate(stamps, candidates[i], stream->time_base)) {
            return candidates[i];
        }
    }
    return (AVRational){0, 1};
}

/* From the first picture to the end of the last one. */
static flick_t length_of(const struct media_file *file, const AVStream *stream,
                         const struct stamps *stamps) {
    if (stamps->is_complete && stamps->count > 1) {
        int64_t span = stamps->pts[stamps->count - 1] - stamps->pts[0];
        int64_t last =
            stamps->last_duration > 0 ? stamps->last_duration : span / (stamps->count - 1);
        bool is_long_last = stream->duration > span && stream->duration - span < 10 * span;
        return flicks_of(is_long_last ? stream->duration : span + last, stream->time_base);
    }
    if (stream->duration > 0) {
        return flicks_of(stream->duration, stream->time_base);
    }
    return file->format->duration > 0 ? flick_from_us(file->format->duration) : 0;
}

/* How many pictures, at which rate, for how long. */
static void find_length(struct media_file *file, AVStream *stream, struct media_facts *facts) {
    struct stamps stamps = {0};
    if (!stamps_of_index(file->format, stream, &stamps)) {
        stamps_of_packets(file, stream->index, &stamps);
    }
    if (stamps.is_complete && stamps.count > 1) {
        qsort(stamps.pts, (size_t)stamps.count, sizeof stamps.pts[0], by_value);
    }
    AVRational named =
        is_rate(stream->avg_frame_rate) ? stream->avg_frame_rate : stream->r_frame_rate;
    AVRational rate = stamps.is_complete ? constant_rate(stream, &stamps) : named;
    facts->variable_rate = !is_rate(rate);
    rate = is_rate(rate) ? rate : named;
    facts->rate = is_rate(rate) ? (struct ratio){rate.num, rate.den} : (struct ratio){0, 1};
    facts->frame_count = stamps.count;
    bool by_count = is_rate(rate) && !facts->variable_rate && stamps.count > 0;
    facts->duration =
        by_count ? flick_of_frame(stamps.count, facts->rate) : length_of(file, stream, &stamps);
    if (facts->duration > LENGTH_MAX) {
        facts->duration = LENGTH_MAX;
    }
    free(stamps.pts);
}

/* What is missing at the end is not waited for. */
static void leave_out_missing(struct media_file *file, AVStream *stream,
                              struct media_facts *facts) {
    bool sounds = stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    int count = avformat_index_get_entries_count(stream);
    int inside = entries_inside(file->format, stream);
    if (inside == 0 || inside == count) {
        return;
    }
    const AVIndexEntry *first = avformat_index_get_entry(stream, 0);
    const AVIndexEntry *next = avformat_index_get_entry(stream, inside);
    flick_t left = flicks_of(next->timestamp - first->timestamp, stream->time_base);
    facts->missing = flicks_of(stream->duration, stream->time_base) - left;
    if (sounds) {
        facts->duration = left;
    }
}

static void find_video(struct media_file *file, struct media_facts *facts) {
    const AVStream *stream = file->format->streams[file->video];
    const AVCodecParameters *par = stream->codecpar;
    AVRational sar = stream->sample_aspect_ratio.num > 0 ? stream->sample_aspect_ratio
                                                         : par->sample_aspect_ratio;
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)par->format);
    facts->has_video = true;
    facts->coded = (struct size){par->width, par->height};
    facts->rotation = rotation_of(stream);
    facts->mirrored = is_mirrored(stream);
    facts->size = upright_size(facts->coded, sar, facts->rotation);
    facts->bits = format != NULL ? format->comp[0].depth : 8;
    facts->interlaced = par->field_order > AV_FIELD_PROGRESSIVE;
    snprintf(facts->codec, sizeof facts->codec, "%s", avcodec_get_name(par->codec_id));
    facts->is_still = (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
}

static void find_audio(struct media_file *file, struct media_facts *facts) {
    const AVStream *stream = file->format->streams[file->audio];
    facts->has_audio = true;
    facts->audio_channels = stream->codecpar->ch_layout.nb_channels;
    facts->audio_rate = stream->codecpar->sample_rate;
    snprintf(facts->audio_codec, sizeof facts->audio_codec, "%s",
             avcodec_get_name(stream->codecpar->codec_id));
}

static bool is_image_format(const AVFormatContext *format) {
    const char *name = format->iformat->name;
    return strstr(name, "_pipe") != NULL || strstr(name, "image2") != NULL ||
           strcmp(name, "gif") == 0 || strcmp(name, "apng") == 0;
}

static bool fill(struct media_file *file, enum probe_as as, struct media_facts *facts,
                 char *problem, size_t size) {
    bool is_image = is_image_format(file->format);
    facts->bit_rate = file->format->bit_rate;
    if (file->video >= 0) {
        find_video(file, facts);
        bool is_animation = as == PROBE_VIDEO && (strcmp(file->format->iformat->name, "gif") == 0 ||
                                                  strcmp(file->format->iformat->name, "apng") == 0);
        facts->is_still = facts->is_still || (is_image && !is_animation);
        bool too_large = facts->coded.w > MEDIA_SIDE_MAX || facts->coded.h > MEDIA_SIDE_MAX;
        if (facts->coded.w <= 0 || facts->coded.h <= 0 || (too_large && !facts->is_still)) {
            return say(problem, size,
                       too_large ? N_("the video is larger than 8192x8192")
                                 : N_("its picture has no size that could be found; it may be "
                                      "damaged, or larger than 8192x8192"));
        }
    }
    if (file->audio >= 0) {
        find_audio(file, facts);
    }
    if (as == PROBE_VIDEO && !facts->has_video) {
        return say(problem, size, "no video in it; name it with audio instead");
    }
    if (as == PROBE_AUDIO && !facts->has_audio) {
        return say(problem, size, "no sound in it");
    }
    if (facts->is_still) {
        facts->frame_count = 1;
    } else if (file->video >= 0 && as == PROBE_VIDEO) {
        find_length(file, file->format->streams[file->video], facts);
    }
    if (facts->frame_count == 1) { /* stays for as long as the sound, or as any still does */
        facts->is_still = !facts->has_audio;
        facts->duration = 0;
        is_image = facts->is_still;
    }
    if (facts->duration == 0 && !is_image && as != PROBE_IMAGE && file->format->duration > 0) {
        facts->duration = flick_from_us(file->format->duration);
    }
    int stream = as == PROBE_AUDIO ? file->audio : file->video;
    if (as != PROBE_IMAGE && stream >= 0) {
        leave_out_missing(file, file->format->streams[stream], facts);
    }
    return true;
}

bool probe_file(const char *path, enum probe_as as, struct media_facts *facts, char *problem,
                size_t problem_size) {
    struct media_file file;
    const char *refusal = as == PROBE_IMAGE ? image_refusal(path) : NULL;
    *facts = (struct media_facts){.rate = {0, 1}};
    if (refusal != NULL) {
        return say(problem, problem_size, refusal);
    }
    if (!media_file_open(&file, path, PROBE_SECONDS_MAX * INT64_C(1000000), NULL, problem,
                         problem_size)) {
        return false;
    }
    bool good = fill(&file, as, facts, problem, problem_size);
    media_file_close(&file);
    return good;
}
