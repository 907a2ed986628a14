/* decoder_lane.h: a decoder that cannot be trusted, on a thread of its own.
 *
 * Packets go in and pictures come out through two short queues; no call waits longer than it says.
 * A driver that never returns costs a thread, not the screen: closing waits for
 * DECODER_LANE_CLOSE_MS, then the thread is left alone with what it holds (nothing can end it but
 * the end of the process). All functions: the thread that opened the lane. */
#ifndef LEDSIGN_MEDIA_DECODER_LANE_H
#define LEDSIGN_MEDIA_DECODER_LANE_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>

struct decoder_backend;
struct decoder_lane;

#define DECODER_LANE_CLOSE_MS 2000

enum decoder_lane_result {
    DECODER_LANE_PICTURE,
    DECODER_LANE_HUNGRY, /* all packets are in the decoder, and no picture is ready */
    DECODER_LANE_BUSY,   /* neither picture nor hunger within the time */
    DECODER_LANE_ENDED,  /* drained, or given up by itself after an error */
};

struct decoder_lane *decoder_lane_open(const struct decoder_backend *backend,
                                       const AVStream *stream);
/* Tells it to end; returns at once. Only closing is allowed afterwards. */
void decoder_lane_abandon(struct decoder_lane *lane);
void decoder_lane_close(struct decoder_lane **lane);

/* NULL: drain. False when the queue is full. */
bool decoder_lane_send(struct decoder_lane *lane, const AVPacket *packet);
enum decoder_lane_result decoder_lane_receive(struct decoder_lane *lane, AVFrame *frame,
                                              int limit_ms);

/* How long the call of the backend that runs now has been running. */
int decoder_lane_stuck_ms(struct decoder_lane *lane);
int decoder_lane_errors(struct decoder_lane *lane); /* in a row */

#endif
