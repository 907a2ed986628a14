#include "media/media_file.h"

#include <libavcodec/avcodec.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/translate.h"
#include "media/h264_head.h"

#define PROBE_BYTES "5000000"

/* Demuxers that open other files or talk to somebody. */
static const char *const forbidden[] = {"hls", "dash", "concat", "sdp", "rtsp", "imf", "applehttp"};

static int is_over(void *opaque) {
    const struct media_file *file = opaque;
    bool quit = file->quit != NULL && __atomic_load_n(file->quit, __ATOMIC_ACQUIRE);
    return quit || clock_monotonic_us() > file->deadline_us;
}

static bool is_forbidden(const AVFormatContext *format) {
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
        if (strcmp(format->iformat->name, forbidden[i]) == 0) {
            return true;
        }
    }
    return false;
}

static const char *reason(int error) {
    switch (error) {
    case AVERROR_INVALIDDATA:
        return N_("it is damaged, or not a media file");
    case AVERROR(ENOENT):
        return N_("no such file");
    case AVERROR(EACCES):
        return N_("no permission to read it");
    case AVERROR_EXIT:
        return N_("it took longer than 2 s to look into");
    case AVERROR_EOF:
        return N_("it ends before it begins; copy it again");
    default:
        return N_("it is damaged, or of an unknown kind");
    }
}

static int open_format(struct media_file *file, const char *path) {
    AVDictionary *options = NULL;
    char url[4200];
    snprintf(url, sizeof url, "file:%s", path); /* names with colons or a leading dash */
    av_dict_set(&options, "protocol_whitelist", "file", 0);
    av_dict_set(&options, "probesize", PROBE_BYTES, 0);
    file->format = avformat_alloc_context();
    if (file->format == NULL) {
        av_dict_free(&options);
        return AVERROR(ENOMEM);
    }
    file->format->interrupt_callback = (AVIOInterruptCB){is_over, file};
    int error = avformat_open_input(&file->format, url, NULL, &options);
    av_dict_free(&options);
    return error;
}

/* Most headers say everything; only where they do not are packets read and decoded. */
static bool needs_a_closer_look(const AVFormatContext *format) {
    for (unsigned i = 0; i < format->nb_streams; i++) {
        const AVStream *stream = format->streams[i];
        const AVCodecParameters *par = stream->codecpar;
        bool is_video = par->codec_type == AVMEDIA_TYPE_VIDEO;
        bool is_audio = par->codec_type == AVMEDIA_TYPE_AUDIO;
        if (par->codec_id == AV_CODEC_ID_NONE ||
            (is_video && (par->width <= 0 || par->format < 0 || stream->avg_frame_rate.num <= 0)) ||
            (is_audio && (par->sample_rate <= 0 || par->format < 0))) {
            return true;
        }
    }
    return format->nb_streams == 0 || format->duration == AV_NOPTS_VALUE;
}

/* H.264 in MP4, as everybody makes it: the one thing that keeps libavformat from being content with
 * the container's head is the pixel format, for which it would decode a whole picture. What may be
 * interlaced is left to it. */
static void complete_head(AVStream *stream) {
    AVCodecParameters *par = stream->codecpar;
    struct h264_head head;
    if (par->codec_id != AV_CODEC_ID_H264 || par->format >= 0 || par->extradata_size < 0 ||
        !h264_head_parse(par->extradata, (size_t)par->extradata_size, &head) || head.chroma != 1 ||
        head.bits != 8 || head.may_be_interlaced) {
        return;
    }
    par->format = AV_PIX_FMT_YUV420P;
    par->field_order = AV_FIELD_PROGRESSIVE;
    if (stream->sample_aspect_ratio.num <= 0 && head.aspect_num > 0 && head.aspect_den > 0) {
        par->sample_aspect_ratio = (AVRational){head.aspect_num, head.aspect_den};
    }
}

/* Decoders that are tried here are not to hold pictures that would be refused anyway. */
static int look_closer(AVFormatContext *format) {
    unsigned count = format->nb_streams;
    AVDictionary **options = av_calloc(count > 0 ? count : 1, sizeof(AVDictionary *));
    if (options == NULL) {
        return AVERROR(ENOMEM);
    }
    for (unsigned i = 0; i < count; i++) {
        av_dict_set_int(&options[i], "max_pixels", (int64_t)MEDIA_SIDE_MAX * MEDIA_SIDE_MAX, 0);
    }
    int error = avformat_find_stream_info(format, options);
    for (unsigned i = 0; i < count; i++) {
        av_dict_free(&options[i]);
    }
    av_free(options);
    return error;
}

bool media_file_open(struct media_file *file, const char *path, int64_t limit_us, const bool *quit,
                     char *problem, size_t problem_size) {
    av_log_set_level(AV_LOG_QUIET);
    *file = (struct media_file){
        .video = -1, .audio = -1, .quit = quit, .deadline_us = clock_monotonic_us() + limit_us};
    int error = open_format(file, path);
    if (error >= 0 && is_forbidden(file->format)) {
        error = AVERROR_INVALIDDATA;
    }
    for (unsigned i = 0; error >= 0 && i < file->format->nb_streams; i++) {
        complete_head(file->format->streams[i]);
    }
    if (error >= 0 && needs_a_closer_look(file->format)) {
        error = look_closer(file->format);
    }
    if (error >= 0) {
        file->video = av_find_best_stream(file->format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
        file->audio =
            av_find_best_stream(file->format, AVMEDIA_TYPE_AUDIO, -1, file->video, NULL, 0);
    }
    if (error < 0 || (file->video < 0 && file->audio < 0)) {
        snprintf(problem, problem_size, "%s",
                 error < 0 ? reason(error) : N_("neither picture nor sound in it"));
        media_file_close(file);
        return false;
    }
    return true;
}

void media_file_close(struct media_file *file) {
    avformat_close_input(&file->format);
}

void media_file_keep_only(struct media_file *file, int stream) {
    for (unsigned i = 0; i < file->format->nb_streams; i++) {
        bool is_wanted = (int)i == stream;
        file->format->streams[i]->discard = is_wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
}

AVCodecContext *media_file_open_sound(const struct media_file *file) {
    const AVStream *stream = file->audio >= 0 ? file->format->streams[file->audio] : NULL;
    const AVCodec *codec = stream != NULL ? avcodec_find_decoder(stream->codecpar->codec_id) : NULL;
    AVCodecContext *decoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
    if (decoder == NULL) {
        return NULL;
    }
    bool good = avcodec_parameters_to_context(decoder, stream->codecpar) >= 0;
    decoder->thread_count = 1;
    decoder->pkt_timebase = stream->time_base;
    if (!good || avcodec_open2(decoder, codec, NULL) < 0) {
        avcodec_free_context(&decoder);
    }
    return decoder;
}
