/* h264_head.h: what the head of an H.264 stream says, read without decoding a picture.
 *
 * MP4 files carry the sequence parameter set (ITU-T H.264, 7.3.2.1.1 and E.1.1) in their "avcC" box
 * (ISO/IEC 14496-15); libavcodec reads it only on the way to a first picture, which costs most of
 * the time a player takes to start. Pure; any thread. */
#ifndef LEDSIGN_MEDIA_H264_HEAD_H
#define LEDSIGN_MEDIA_H264_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct h264_head {
    int chroma; /* 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4 */
    int bits;
    bool may_be_interlaced;
    int aspect_num; /* of a pixel; 0 when not said */
    int aspect_den;
};

/* False when `avcc` is not such a box, or damaged. */
bool h264_head_parse(const uint8_t *avcc, size_t size, struct h264_head *head);

#endif
