#include "media/probe.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "media/media_file.h"
#include "model/model.h"

#define COUNT_LIMIT_US 1500000

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

/* Counts packets and finds where the last one ends, for containers that do not say. */
static int64_t count_packets(struct media_file *file, int stream, int64_t *end_pts) {
    AVPacket *packet = av_packet_alloc();
    int64_t count = 0, deadline = clock_monotonic_us() + COUNT_LIMIT_US;
    *end_pts = AV_NOPTS_VALUE;
    while (clock_monotonic_us() < deadline && av_read_frame(file->format, packet) >= 0) {
        if (packet->stream_index == stream) {
            int64_t end =
                packet->pts != AV_NOPTS_VALUE ? packet->pts + packet->duration : AV_NOPTS_VALUE;
            *end_pts = end != AV_NOPTS_VALUE && (*end_pts == AV_NOPTS_VALUE || end > *end_pts)
                           ? end
                           : *end_pts;
            count++;
        }
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    return count;
}

static flick_t flicks_of(int64_t value, AVRational base) {
    return flick_muldiv(value, (int64_t)base.num * FLICKS_PER_SECOND, base.den);
}

static void find_length(struct media_file *file, const AVStream *stream,
                        struct media_facts *facts) {
    AVRational rate =
        stream->avg_frame_rate.num > 0 ? stream->avg_frame_rate : stream->r_frame_rate;
    bool has_rate = rate.num > 0 && rate.den > 0 && av_q2d(rate) <= 300;
    facts->rate = has_rate ? (struct ratio){rate.num, rate.den} : (struct ratio){0, 1};
    facts->variable_rate = has_rate && stream->r_frame_rate.num > 0 &&
                           fabs(av_q2d(stream->r_frame_rate) / av_q2d(rate) - 1) > 0.01;
    int64_t end_pts = AV_NOPTS_VALUE;
    facts->frame_count = stream->nb_frames;
    if (facts->frame_count <= 0) {
        facts->frame_count = count_packets(file, stream->index, &end_pts);
    }
    int64_t start = stream->start_time != AV_NOPTS_VALUE ? stream->start_time : 0;
    if (has_rate && !facts->variable_rate) {
        facts->duration = flick_of_frame(facts->frame_count, facts->rate);
    } else if (stream->duration > 0) {
        facts->duration = flicks_of(stream->duration, stream->time_base);
    } else if (end_pts != AV_NOPTS_VALUE && end_pts > start) {
        facts->duration = flicks_of(end_pts - start, stream->time_base);
    } else if (file->format->duration > 0) {
        facts->duration = flick_from_us(file->format->duration);
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
        facts->is_still = facts->is_still || is_image;
        bool too_large = facts->coded.w > MEDIA_SIDE_MAX || facts->coded.h > MEDIA_SIDE_MAX;
        if (facts->coded.w <= 0 || facts->coded.h <= 0 || (too_large && !facts->is_still)) {
            return say(problem, size,
                       too_large ? "the video is larger than 8192x8192"
                                 : "its picture has no size; it may be damaged");
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
    if (facts->duration == 0 && !is_image && as != PROBE_IMAGE && file->format->duration > 0) {
        facts->duration = flick_from_us(file->format->duration);
    }
    return true;
}

bool probe_file(const char *path, enum probe_as as, struct media_facts *facts, char *problem,
                size_t problem_size) {
    struct media_file file;
    *facts = (struct media_facts){.rate = {0, 1}};
    if (!media_file_open(&file, path, PROBE_SECONDS_MAX * INT64_C(1000000), NULL, problem,
                         problem_size)) {
        return false;
    }
    bool good = fill(&file, as, facts, problem, problem_size);
    media_file_close(&file);
    return good;
}
