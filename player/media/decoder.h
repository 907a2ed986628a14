/* decoder.h: a video decoder behind one door, so that the demuxing side need not know which.
 *
 * Threads are given by the rate of pixels, not by the number of cores: a decoder that needs a fifth
 * of a core does not get faster with eight threads, only larger by one picture each.
 *
 * One thread at a time (libavcodec's own threads come on top). */
#ifndef LEDSIGN_MEDIA_DECODER_H
#define LEDSIGN_MEDIA_DECODER_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>

#include "base/flick.h"

/* What the pictures inside and outside of one decoder may take together; 20 pictures of 4096x2160
 * and as many as are really referred to of anything larger. A file that wants more is not decoded
 * on. */
#define DECODER_BYTES_MAX (INT64_C(288) * 1024 * 1024)

struct decoder;

struct decoder_request {
    const AVStream *stream;
    struct ratio rate; /* pictures per second, 0/1 unknown */
};

/* Threads for this many pixels per second, between 1 and `cores`. */
int decoder_threads(double pixels_per_s, enum AVCodecID codec, int cores);

struct decoder *decoder_open(const struct decoder_request *request); /* NULL: cannot be decoded */
void decoder_close(struct decoder **decoder);

/* As avcodec_send_packet (NULL: drain) and avcodec_receive_frame. */
int decoder_send(struct decoder *decoder, const AVPacket *packet);
int decoder_receive(struct decoder *decoder, AVFrame *frame);
int decoder_delay(const struct decoder *decoder); /* pictures held back for their order */
void decoder_flush(struct decoder *decoder); /* forgets everything; after draining or seeking */

#endif
