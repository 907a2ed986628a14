/* bare_decode: what decoding alone costs; the measure for the player's share of the work.
 *
 * usage: bare_decode FILE SECONDS [THREADS]
 * Decodes SECONDS of the video (from the start again at its end) with libavcodec, as many threads
 * as the player would use, and throws the pictures away. Prints one line of JSON. */
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "media/decoder.h"

static double seconds_of(struct timeval t) {
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static int64_t receive_all(AVCodecContext *codec, AVFrame *frame) {
    int64_t count = 0;
    while (avcodec_receive_frame(codec, frame) >= 0) {
        av_frame_unref(frame);
        count++;
    }
    return count;
}

static int64_t decode(AVFormatContext *file, int stream, AVCodecContext *codec, int64_t wanted) {
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    int64_t pictures = 0, before = -1;
    while (pictures < wanted) {
        if (av_read_frame(file, packet) < 0) {
            avcodec_send_packet(codec, NULL);
            pictures += receive_all(codec, frame);
            avcodec_flush_buffers(codec);
            if (pictures == before || av_seek_frame(file, stream, 0, AVSEEK_FLAG_BACKWARD) < 0) {
                break;
            }
            before = pictures;
            continue;
        }
        if (packet->stream_index == stream) {
            avcodec_send_packet(codec, packet);
            pictures += receive_all(codec, frame);
        }
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    av_frame_free(&frame);
    return pictures;
}

static AVCodecContext *open_codec(const AVStream *stream, double rate, int threads) {
    const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
    AVCodecContext *c = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
    if (c == NULL || avcodec_parameters_to_context(c, stream->codecpar) < 0) {
        return NULL;
    }
    double pixels = (double)c->width * c->height * rate;
    c->thread_count = threads > 0 ? threads
                                  : decoder_threads(pixels, stream->codecpar->codec_id,
                                                    (int)sysconf(_SC_NPROCESSORS_ONLN));
    return avcodec_open2(c, codec, NULL) >= 0 ? c : NULL;
}

int main(int argc, char **argv) {
    AVFormatContext *file = NULL;
    if (argc < 3 || avformat_open_input(&file, argv[1], NULL, NULL) < 0) {
        fprintf(stderr, "usage: bare_decode FILE SECONDS [THREADS]\n");
        return 2;
    }
    avformat_find_stream_info(file, NULL);
    int stream = av_find_best_stream(file, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (stream < 0) {
        return 1;
    }
    for (unsigned i = 0; i < file->nb_streams; i++) {
        file->streams[i]->discard = (int)i == stream ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    double rate = av_q2d(file->streams[stream]->avg_frame_rate);
    AVCodecContext *codec =
        open_codec(file->streams[stream], rate, argc > 3 ? (int)strtol(argv[3], NULL, 10) : 0);
    if (codec == NULL) {
        return 1;
    }
    int64_t wanted = (int64_t)(strtod(argv[2], NULL) * rate + 0.5);
    int64_t pictures = decode(file, stream, codec, wanted);
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
    printf("{\"pictures\": %lld, \"threads\": %d, \"cpu_s\": %.3f, \"cpu_per_media_s\": %.4f, "
           "\"max_rss_kb\": %ld}\n",
           (long long)pictures, codec->thread_count, cpu, cpu * rate / (double)pictures,
           used.ru_maxrss);
    avcodec_free_context(&codec);
    avformat_close_input(&file);
    return 0;
}
