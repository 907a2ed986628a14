/* video_entry.h: whether a decoder may be fed a packet right after another round's, undrained.
 *
 * True where everything before the packet is forgotten by the format itself: an IDR picture of
 * H.264 or HEVC, a key frame of VP8, VP9, AV1, a picture of an intra-only codec. Recovery points
 * and open groups of pictures refer back and are not clean. Pure. */
#ifndef LEDSIGN_MEDIA_VIDEO_ENTRY_H
#define LEDSIGN_MEDIA_VIDEO_ENTRY_H

#include <libavcodec/codec_par.h>
#include <libavcodec/packet.h>
#include <stdbool.h>

bool video_entry_is_clean(const AVCodecParameters *parameters, const AVPacket *packet);

#endif
