/* What a decoder gives up on a small screen is not seen there (docs/performance.md has the
 * figures). */
#include <math.h>
#include <stdlib.h>

#include "clip.h"
#include "media/decoder.h"

#define DANCE    "media/dance.mp4"
#define PICTURES 75

struct shown {
    int count, w, h;
    uint8_t *light; /* of all pictures, one after the other, each shrunk */
};

/* The mean of each square of times * times pixels. */
static void shrink(const AVFrame *frame, int times, struct shown *shown) {
    shown->w = frame->width / times;
    shown->h = frame->height / times;
    size_t size = (size_t)shown->w * shown->h;
    shown->light = realloc(shown->light, size * (shown->count + 1));
    assert_non_null(shown->light);
    uint8_t *to = shown->light + size * shown->count++;
    for (int y = 0; y < shown->h; y++) {
        for (int x = 0; x < shown->w; x++) {
            int sum = 0;
            for (int i = 0; i < times * times; i++) {
                sum += frame->data[0][(ptrdiff_t)(y * times + i / times) * frame->linesize[0] +
                                      x * times + i % times];
            }
            *to++ = (uint8_t)((sum + times * times / 2) / (times * times));
        }
    }
}

static struct shown decode(enum video_effort effort, int times) {
    AVFormatContext *file = NULL;
    assert_int_equal(avformat_open_input(&file, DANCE, NULL, NULL), 0);
    int video = av_find_best_stream(file, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    assert_true(video >= 0);
    struct decoder_request request = {
        .stream = file->streams[video], .rate = {30, 1}, .effort = effort, .name = DANCE};
    struct decoder *decoder = decoder_open(&request);
    assert_non_null(decoder);
    struct shown shown = {0};
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    while (shown.count < PICTURES && av_read_frame(file, packet) >= 0) {
        assert_true(packet->stream_index != video || decoder_send(decoder, packet) == 0);
        av_packet_unref(packet);
        while (shown.count < PICTURES && decoder_receive(decoder, frame) == 0) {
            shrink(frame, times, &shown);
            av_frame_unref(frame);
        }
    }
    av_frame_free(&frame);
    av_packet_free(&packet);
    decoder_close(&decoder);
    avformat_close_input(&file);
    assert_int_equal(shown.count, PICTURES);
    return shown;
}

/* The least PSNR of a picture in dB; 100 where there is no difference. */
static double worst_psnr(const struct shown *a, const struct shown *b) {
    size_t size = (size_t)a->w * a->h;
    double worst = 100;
    for (int i = 0; i < a->count; i++) {
        double sum = 0;
        for (size_t k = i * size; k < (i + 1) * size; k++) {
            int difference = a->light[k] - b->light[k];
            sum += difference * difference;
        }
        double psnr = sum > 0 ? 10 * log10(255.0 * 255.0 * (double)size / sum) : 100;
        worst = psnr < worst ? psnr : worst;
    }
    return worst;
}

static void what_is_left_out_is_not_seen_on_a_small_screen(void **state) {
    (void)state;
    static const struct {
        enum video_effort effort;
        int times;
    } rows[] = {{VIDEO_EFFORT_ROUGH, 2}, {VIDEO_EFFORT_ROUGHER, 3}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct shown full = decode(VIDEO_EFFORT_FULL, rows[i].times);
        struct shown less = decode(rows[i].effort, rows[i].times);
        double psnr = worst_psnr(&full, &less);
        print_message("1/%d: %.1f dB\n", rows[i].times, psnr);
        assert_true(psnr >= 50);
        assert_true(psnr < 100); /* something was left out */
        free(full.light);
        free(less.light);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_out_is_not_seen_on_a_small_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
