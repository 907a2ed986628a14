/* decoder_backend.h: one way of decoding; the rows of the table behind decoder.h.
 *
 * Tried in the order of the table; software is the last row and always there. A row may block, fail
 * or lie for as long as it likes: hardware rows run on a thread of their own (decoder_lane.h) and
 * are believed only after they have shown the same picture as software (decoder.c). Pictures come
 * in memory that the CPU can read, with the time stamps of their packets. */
#ifndef LEDSIGN_MEDIA_DECODER_BACKEND_H
#define LEDSIGN_MEDIA_DECODER_BACKEND_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>

#include "media/video_ladder.h"

struct decoder_backend {
    const char *name;                /* "vaapi", ..., "software" */
    const char *device;              /* file that must be there; NULL: none needed */
    enum AVHWDeviceType device_type; /* for hwaccels */
    const char *suffix;              /* of the wrapper's name after the codec's, "_v4l2m2m" */

    void *(*open)(const struct decoder_backend *row, const AVStream *stream, int threads);
    void (*close)(void *self);
    int (*send)(void *self, const AVPacket *packet); /* as avcodec_send_packet */
    int (*receive)(void *self, AVFrame *frame);      /* as avcodec_receive_frame */
    void (*flush)(void *self);
    int (*delay)(const void *self); /* pictures held back for their order */
    /* Software only. Hurried: pictures that no other refers to are left out. */
    void (*set_effort)(void *self, enum video_effort effort, bool is_hurried);
};

/* What libavcodec offers, NULL at the end; decoder_libav.c. */
extern const struct decoder_backend *const decoder_backends[];
extern const struct decoder_backend decoder_software;

/* An own copy of what a stream says of itself, as the only stream of the result; NULL when memory
 * is short. Free it with avformat_free_context. */
AVFormatContext *decoder_backend_copy_stream(const AVStream *stream);

#endif
