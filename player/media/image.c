#include "media/image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/buffer.h>
#include <libavutil/imgutils.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "base/translate.h"
#include "gfx/frame.h"
#include "media/image_convert.h"

#define OPEN_LIMIT_US       INT64_C(1800000)        /* for reading what there is of an animation */
#define ANIMATION_BYTES_MAX (IMAGE_DECODED_MAX / 4) /* a decoder holds up to three pictures */
#define LOWRES_MAX          3
#define MAGIC_LENGTH        16
#define HEAD_LENGTH         34 /* enough to tell an animated WebP */
#define DELAY_MIN           (20 * FLICKS_PER_MILLISECOND)
#define DELAY_DEFAULT       (100 * FLICKS_PER_MILLISECOND)

/* What the first bytes say a file is. */
struct kind {
    const char *magic;
    int length;
    int offset;
    enum AVCodecID codec;
    const char *animation; /* FFmpeg's demuxer when there can be several pictures */
};

static const struct kind kinds[] = {
    {"\x89PNG\r\n\x1a\n", 8, 0, AV_CODEC_ID_PNG, "apng"},
    {"\xff\xd8\xff", 3, 0, AV_CODEC_ID_MJPEG, NULL},
    {"WEBP", 4, 8, AV_CODEC_ID_WEBP, NULL},
    {"GIF8", 4, 0, AV_CODEC_ID_GIF, "gif"},
    {"BM", 2, 0, AV_CODEC_ID_BMP, NULL},
    {"II*\0", 4, 0, AV_CODEC_ID_TIFF, NULL},
    {"MM\0*", 4, 0, AV_CODEC_ID_TIFF, NULL},
};

struct image {
    struct image_request request;
    char *path;
    const struct kind *kind;
    AVFormatContext *demuxer; /* animations */
    AVCodecContext *decoder;
    AVPacket *packet;
    AVFrame *picture; /* decoded, not yet handed out when has_picture */
    bool has_picture;
    bool has_facts;    /* size, turn and placement are known */
    bool is_too_large; /* the decoder asked for more than IMAGE_DECODED_MAX */
    int64_t bytes_max;
    int64_t deadline_us; /* of what runs now */
    struct size coded;   /* at full resolution, as stored */
    struct image_turn turn;
    struct placement placement;
    flick_t *ends;
    int count;
    int index; /* of the picture that comes next */
    int64_t number;
    struct frame *last; /* shown again where an animation is broken */
};

static bool fail(char *problem, size_t size, const char *clause) {
    if (problem[0] == '\0') {
        snprintf(problem, size, "%s", clause);
    }
    return false;
}

static bool is_stopped(const struct image *image) {
    return clock_monotonic_us() > image->deadline_us ||
           (image->request.is_cancelled != NULL &&
            image->request.is_cancelled(image->request.context));
}

static int interrupt(void *context) {
    return is_stopped(context);
}

/* FFmpeg asks here for the memory of every picture, after it has read the headers. */
static int get_buffer(AVCodecContext *decoder, AVFrame *picture, int flags) {
    struct image *image = decoder->opaque;
    int64_t bytes = av_image_get_buffer_size(picture->format, picture->width, picture->height, 1);
    if (bytes < 0 || bytes > image->bytes_max) {
        image->is_too_large = true;
        return AVERROR(ENOMEM);
    }
    int error = avcodec_default_get_buffer2(decoder, picture, flags);
    for (int i = 0; error >= 0 && decoder->codec_id == AV_CODEC_ID_MJPEG && i < 4; i++) {
        if (picture->buf[i] != NULL) { /* what a cut JPEG lacks is grey, as everywhere */
            memset(picture->buf[i]->data, 0x80, (size_t)picture->buf[i]->size);
        }
    }
    return error;
}

static bool open_decoder(struct image *image, enum AVCodecID id, const AVCodecParameters *facts,
                         int lowres) {
    const AVCodec *codec = avcodec_find_decoder(id);
    image->decoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
    if (image->decoder == NULL) {
        return false;
    }
    if (facts != NULL && avcodec_parameters_to_context(image->decoder, facts) < 0) {
        return false;
    }
    image->decoder->opaque = image;
    image->decoder->get_buffer2 = get_buffer;
    image->decoder->thread_count = 1;
    image->decoder->lowres = lowres;
    return avcodec_open2(image->decoder, codec, NULL) >= 0;
}

/* --- JPEG: size before decoding, for the DCT's own scaling -------------------------------- */

struct jpeg_facts {
    struct size size;
    int bits;
    int components;
    bool is_progressive;
};

/* Finds the frame header (SOF, ITU-T T.81 B.2.2). */
static bool jpeg_read_facts(const uint8_t *bytes, size_t length, struct jpeg_facts *facts) {
    size_t at = 2;
    while (at + 10 <= length) {
        if (bytes[at] != 0xff || bytes[at + 1] == 0xff || bytes[at + 1] == 0) {
            at++;
            continue;
        }
        int marker = bytes[at + 1];
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
            marker != 0xcc) {
            facts->bits = bytes[at + 4];
            facts->size = (struct size){bytes[at + 7] << 8 | bytes[at + 8],
                                        bytes[at + 5] << 8 | bytes[at + 6]};
            facts->components = bytes[at + 9];
            facts->is_progressive = marker == 0xc2;
            return facts->size.w > 0 && facts->size.h > 0;
        }
        bool has_length = !(marker >= 0xd0 && marker <= 0xd9) && marker != 0x01;
        at += 2 + (has_length ? (size_t)bytes[at + 2] << 8 | bytes[at + 3] : 0);
    }
    return false;
}

/* True when a picture of `size` reduced to 1/2^shift still has every pixel that is shown. */
static bool suffices(const struct image_request *request, struct size size, int shift) {
    struct size scaled = rect_fit(size, request->area, request->fit).scaled;
    return size.w >> shift >= scaled.w && size.h >> shift >= scaled.h;
}

/* Which way up it is, is not known yet: both must do. */
static int choose_lowres(const struct image_request *request, const struct jpeg_facts *facts) {
    struct size turned = {facts->size.h, facts->size.w};
    int shift = 0;
    bool is_plain = facts->bits == 8 && facts->components <= 3; /* FFmpeg fails on some CMYK */
    while (is_plain && shift < LOWRES_MAX && suffices(request, facts->size, shift + 1) &&
           suffices(request, turned, shift + 1)) {
        shift++;
    }
    return shift;
}

static bool jpeg_fits(const struct jpeg_facts *facts, int lowres) {
    int64_t samples = (int64_t)facts->size.w * facts->size.h * facts->components;
    int64_t bytes = (facts->is_progressive ? 2 * samples : 0) + (samples >> (2 * lowres));
    return bytes <= (int64_t)IMAGE_DECODED_MAX;
}

/* --- Decoding ---------------------------------------------------------------------------- */

/* True when image->picture holds the picture of image->packet. */
static bool decode_packet(struct image *image) {
    av_frame_unref(image->picture);
    if (avcodec_send_packet(image->decoder, image->packet) < 0) {
        return false;
    }
    return avcodec_receive_frame(image->decoder, image->picture) >= 0 &&
           image->picture->width > 0 && image->picture->height > 0;
}

static void learn_facts(struct image *image, struct size coded) {
    const AVDictionaryEntry *entry = av_dict_get(image->picture->metadata, "Orientation", NULL, 0);
    image->turn = image_turn_of(entry != NULL ? (int)strtol(entry->value, NULL, 10) : 1);
    image->coded =
        coded.w > 0 ? coded : (struct size){image->picture->width, image->picture->height};
    struct size upright =
        image->turn.swaps ? (struct size){image->coded.h, image->coded.w} : image->coded;
    image->placement = rect_fit(upright, image->request.area, image->request.fit);
    image->has_facts = true;
}

static bool too_large(char *problem, size_t size) {
    return fail(problem, size, "too large to decode; make it smaller than 8000x8000 pixels");
}

/* image->packet is the whole file (or cover). */
static bool decode_still(struct image *image, enum AVCodecID id, char *problem, size_t size) {
    struct jpeg_facts jpeg = {0};
    int lowres = 0;
    image->bytes_max = IMAGE_DECODED_MAX;
    if (id == AV_CODEC_ID_MJPEG &&
        jpeg_read_facts(image->packet->data, (size_t)image->packet->size, &jpeg)) {
        lowres = choose_lowres(&image->request, &jpeg);
        if (!jpeg_fits(&jpeg, lowres)) {
            return too_large(problem, size);
        }
    }
    bool ok = open_decoder(image, id, NULL, lowres) && decode_packet(image);
    if (ok) {
        learn_facts(image, lowres > 0 ? jpeg.size : (struct size){0});
        image->has_picture = true;
        image->count = 1;
    }
    avcodec_free_context(&image->decoder); /* its memory is needed for the conversion */
    av_packet_unref(image->packet);
    if (!ok && image->is_too_large) {
        return too_large(problem, size);
    }
    return ok || fail(problem, size, "the picture is broken");
}

/* --- Animations -------------------------------------------------------------------------- */

static void close_round(struct image *image) {
    avcodec_free_context(&image->decoder);
    avformat_close_input(&image->demuxer);
    image->index = 0;
}

static bool open_demuxer(struct image *image, const AVInputFormat *format) {
    image->demuxer = avformat_alloc_context();
    if (image->demuxer == NULL) {
        return false;
    }
    image->demuxer->interrupt_callback = (AVIOInterruptCB){interrupt, image};
    struct str url = {0};
    str_addf(&url, "file:%s", image->path); /* a colon in the name is not a protocol */
    bool ok = avformat_open_input(&image->demuxer, str_text(&url), format, NULL) >= 0;
    str_finish(&url);
    return ok;
}

static bool open_round(struct image *image) {
    const AVInputFormat *format = av_find_input_format(image->kind->animation);
    if (format == NULL || !open_demuxer(image, format) || image->demuxer->nb_streams < 1) {
        return false;
    }
    const AVCodecParameters *facts = image->demuxer->streams[0]->codecpar;
    return open_decoder(image, facts->codec_id, facts, 0);
}

/* Reads all delays, so that the picture for an instant is known without decoding. */
static void read_delays(struct image *image) {
    image->ends = mem_zero(IMAGE_FRAMES_MAX, sizeof *image->ends);
    flick_t end = 0;
    while (image->count < IMAGE_FRAMES_MAX && !is_stopped(image) &&
           av_read_frame(image->demuxer, image->packet) >= 0) {
        AVRational base = image->demuxer->streams[0]->time_base;
        flick_t delay = flick_muldiv(image->packet->duration, base.num * FLICKS_PER_SECOND,
                                     base.den > 0 ? base.den : 1);
        end = flick_add(end, delay < DELAY_MIN ? DELAY_DEFAULT : delay);
        image->ends[image->count++] = end;
        av_packet_unref(image->packet);
    }
}

/* The next picture of the round; false when it is broken. */
static bool decode_next(struct image *image) {
    if (image->demuxer == NULL && !open_round(image)) {
        return false;
    }
    bool ok = av_read_frame(image->demuxer, image->packet) >= 0 && decode_packet(image);
    av_packet_unref(image->packet);
    return ok;
}

static bool open_animation(struct image *image, char *problem, size_t size) {
    image->bytes_max = ANIMATION_BYTES_MAX;
    bool ok = open_round(image);
    if (ok) {
        read_delays(image);
        close_round(image);
    }
    for (int skipped = 0; ok && !image->has_picture && skipped < image->count; skipped++) {
        image->has_picture = decode_next(image);
        image->index += image->has_picture ? 0 : 1;
        ok = !is_stopped(image) && !image->is_too_large;
    }
    if (image->has_picture) {
        learn_facts(image, (struct size){0});
        return true;
    }
    close_round(image);
    image->count = 0;
    return image->is_too_large ? too_large(problem, size)
                               : fail(problem, size, "the picture is broken");
}

/* --- Opening ----------------------------------------------------------------------------- */

static bool read_file(struct image *image, char *problem, size_t size) {
    struct file_identity identity;
    if (!file_identify(image->path, &identity)) {
        return fail(problem, size, "no such file");
    }
    if (identity.size > (int64_t)IMAGE_FILE_MAX) {
        return fail(problem, size, "the file is larger than 96 MB");
    }
    if (identity.size < MAGIC_LENGTH || av_new_packet(image->packet, (int)identity.size) < 0) {
        return fail(problem, size, "not a picture: it is empty");
    }
    FILE *file = fopen(image->path, "rbe");
    size_t got = file != NULL ? fread(image->packet->data, 1, (size_t)identity.size, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    return got == (size_t)identity.size || fail(problem, size, "it cannot be read");
}

static const struct kind *find_kind(const uint8_t *bytes) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (memcmp(bytes + kinds[i].offset, kinds[i].magic, (size_t)kinds[i].length) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* Of what begins with these bytes; NULL: it may be a picture that can be shown. */
static const char *refusal_of(const uint8_t *head, size_t length) {
    const struct kind *kind = length >= MAGIC_LENGTH ? find_kind(head) : NULL;
    bool is_heif = length >= MAGIC_LENGTH && memcmp(head + 4, "ftyp", 4) == 0 &&
                   (memcmp(head + 8, "hei", 3) == 0 || memcmp(head + 8, "avi", 3) == 0 ||
                    memcmp(head + 8, "mif1", 4) == 0 || memcmp(head + 8, "msf1", 4) == 0);
    if (kind == NULL) {
        return is_heif ? N_("HEIC and AVIF pictures cannot be shown; convert it to JPEG or PNG")
                       : N_("not a PNG, JPEG, WebP, GIF, BMP or TIFF picture");
    }
    bool is_animated_webp = kind->codec == AV_CODEC_ID_WEBP && length >= HEAD_LENGTH &&
                            memmem(head, HEAD_LENGTH, "ANIM", 4) != NULL;
    return is_animated_webp ? N_("animated WebP cannot be shown; convert it to GIF or a video")
                            : NULL;
}

const char *image_refusal(const char *path) {
    uint8_t head[HEAD_LENGTH];
    FILE *file = fopen(path, "rbe");
    size_t length = file != NULL ? fread(head, 1, sizeof head, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    return length > 0 ? refusal_of(head, length) : NULL;
}

/* GIFs are; a PNG is when acTL comes before its first data (APNG specification). */
static bool may_be_animated(const struct kind *kind, const AVPacket *packet) {
    if (kind->animation == NULL || kind->codec != AV_CODEC_ID_PNG) {
        return kind->animation != NULL;
    }
    const uint8_t *data = memmem(packet->data, (size_t)packet->size, "IDAT", 4);
    size_t before = data != NULL ? (size_t)(data - packet->data) : (size_t)packet->size;
    return memmem(packet->data, before, "acTL", 4) != NULL;
}

static bool open_file(struct image *image, char *problem, size_t size) {
    if (!read_file(image, problem, size)) {
        return false;
    }
    const char *refusal = refusal_of(image->packet->data, (size_t)image->packet->size);
    if (refusal != NULL) {
        return fail(problem, size, refusal);
    }
    image->kind = find_kind(image->packet->data);
    if (!may_be_animated(image->kind, image->packet)) {
        return decode_still(image, image->kind->codec, problem, size);
    }
    if (image->kind->codec == AV_CODEC_ID_GIF) {
        av_packet_unref(image->packet);
        return open_animation(image, problem, size);
    }
    AVPacket *whole = av_packet_alloc();
    if (whole == NULL) {
        return fail(problem, size, "memory is short");
    }
    av_packet_move_ref(whole, image->packet);
    char ignored[8] = "x"; /* what is no APNG may still be a PNG */
    bool ok = open_animation(image, ignored, sizeof ignored);
    if (!ok) {
        av_packet_move_ref(image->packet, whole);
        image->is_too_large = false;
        ok = decode_still(image, AV_CODEC_ID_PNG, problem, size);
    }
    av_packet_free(&whole);
    return ok;
}

static bool open_cover(struct image *image, char *problem, size_t size) {
    if (!open_demuxer(image, NULL)) {
        return fail(problem, size, "no cover picture: the file cannot be opened");
    }
    const AVStream *cover = NULL;
    for (unsigned i = 0; i < image->demuxer->nb_streams && cover == NULL; i++) {
        const AVStream *stream = image->demuxer->streams[i];
        bool is_cover = (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
        cover = is_cover && stream->attached_pic.size > 0 ? stream : NULL;
    }
    bool ok = cover != NULL && av_packet_ref(image->packet, &cover->attached_pic) >= 0;
    enum AVCodecID id = ok ? cover->codecpar->codec_id : AV_CODEC_ID_NONE;
    avformat_close_input(&image->demuxer);
    if (ok && image->packet->size >= MAGIC_LENGTH && find_kind(image->packet->data) != NULL) {
        id = find_kind(image->packet->data)->codec;
    }
    return ok ? decode_still(image, id, problem, size) : fail(problem, size, "no cover picture");
}

struct image *image_open(const struct image_request *request, char *problem, size_t problem_size) {
    struct image *image = mem_zero(1, sizeof *image);
    problem[0] = '\0';
    image->request = *request;
    image->path = mem_strdup(request->path);
    image->packet = av_packet_alloc();
    image->picture = av_frame_alloc();
    image->deadline_us = clock_monotonic_us() + OPEN_LIMIT_US;
    bool ok = image->packet != NULL && image->picture != NULL &&
              (request->is_cover ? open_cover(image, problem, problem_size)
                                 : open_file(image, problem, problem_size));
    if (!ok) {
        fail(problem, problem_size, "memory is short");
        image_close(&image);
    }
    return image;
}

void image_close(struct image **image) {
    struct image *i = *image;
    *image = NULL;
    if (i == NULL) {
        return;
    }
    close_round(i);
    av_packet_free(&i->packet);
    av_frame_free(&i->picture);
    frame_unref(&i->last);
    free(i->ends);
    free(i->path);
    free(i);
}

const struct placement *image_placement(const struct image *image) {
    return &image->placement;
}

int image_frame_count(const struct image *image) {
    return image->count;
}

flick_t image_frame_end(const struct image *image, int index) {
    return image->ends != NULL && image->count > 1 ? image->ends[index] : 0;
}

/* --- Frames ------------------------------------------------------------------------------ */

static struct rect wanted_part(const struct image *image) {
    const struct placement *p = &image->placement;
    bool pans = p->pan_x > 0 || p->pan_y > 0;
    return pans ? (struct rect){0, 0, p->scaled.w, p->scaled.h} : p->part_in_scaled;
}

static void advance(struct image *image) {
    image->number++;
    image->index++;
    if (image->index >= image->count) {
        close_round(image);
    }
}

struct frame *image_next(struct image *image, char *problem, size_t problem_size) {
    problem[0] = '\0';
    image->deadline_us = clock_monotonic_us() + OPEN_LIMIT_US;
    if (!image->has_picture && (image->count == 1 || !decode_next(image))) {
        advance(image);
        fail(problem, problem_size, "the picture is broken");
        return image->last != NULL ? frame_ref(image->last) : NULL;
    }
    image->has_picture = false;
    struct frame *frame =
        image_convert(image->picture, image->turn, image->placement.scaled, wanted_part(image));
    av_frame_unref(image->picture);
    if (frame == NULL) {
        fail(problem, problem_size, "too large for the memory");
        return NULL;
    }
    frame->number = image->number;
    frame_unref(&image->last);
    image->last = image->count > 1 ? frame_ref(frame) : NULL;
    advance(image);
    return frame;
}
