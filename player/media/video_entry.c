#include "media/video_entry.h"

#include <libavcodec/avcodec.h>
#include <stdint.h>

#define H264_SLICE     1
#define H264_IDR_SLICE 5
#define HEVC_IDR_FIRST 19 /* IDR_W_RADL, IDR_N_LP */
#define HEVC_IDR_LAST  20
#define HEVC_SLICE_MAX 31

enum verdict { VERDICT_NONE, VERDICT_CLEAN, VERDICT_DIRTY };

/* Of one NAL unit by its first byte (ITU-T H.264 table 7-1, H.265 table 7-1). */
static enum verdict judge(enum AVCodecID codec, uint8_t first) {
    if (codec == AV_CODEC_ID_H264) {
        int type = first & 31;
        return type == H264_IDR_SLICE                        ? VERDICT_CLEAN
               : type >= H264_SLICE && type < H264_IDR_SLICE ? VERDICT_DIRTY
                                                             : VERDICT_NONE;
    }
    int type = first >> 1 & 63;
    return type >= HEVC_IDR_FIRST && type <= HEVC_IDR_LAST ? VERDICT_CLEAN
           : type <= HEVC_SLICE_MAX                        ? VERDICT_DIRTY
                                                           : VERDICT_NONE;
}

/* The units are told apart by start codes (00 00 01). */
static bool start_codes_are_clean(enum AVCodecID codec, const uint8_t *data, int size) {
    for (int i = 0; i + 3 < size; i++) {
        if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1) {
            enum verdict verdict = judge(codec, data[i + 3]);
            if (verdict != VERDICT_NONE) {
                return verdict == VERDICT_CLEAN;
            }
            i += 3;
        }
    }
    return false;
}

/* The units are told apart by lengths in front of them. */
static bool lengths_are_clean(enum AVCodecID codec, const uint8_t *data, int size,
                              int length_size) {
    for (int at = 0; at + length_size < size;) {
        uint32_t length = 0;
        for (int i = 0; i < length_size; i++) {
            length = length << 8 | data[at + i];
        }
        enum verdict verdict = judge(codec, data[at + length_size]);
        if (verdict != VERDICT_NONE) {
            return verdict == VERDICT_CLEAN;
        }
        if (length >= (uint32_t)(size - at - length_size)) {
            return false;
        }
        at += length_size + (int)length;
    }
    return false;
}

bool video_entry_is_clean(const AVCodecParameters *parameters, const AVPacket *packet) {
    enum AVCodecID codec = parameters->codec_id;
    bool is_avc = codec == AV_CODEC_ID_H264;
    if (!(packet->flags & AV_PKT_FLAG_KEY)) {
        return false;
    }
    if (!is_avc && codec != AV_CODEC_ID_HEVC) {
        const AVCodecDescriptor *about = avcodec_descriptor_get(codec);
        bool is_intra = about != NULL && (about->props & AV_CODEC_PROP_INTRA_ONLY) != 0;
        return is_intra || codec == AV_CODEC_ID_VP8 || codec == AV_CODEC_ID_VP9 ||
               codec == AV_CODEC_ID_AV1;
    }
    /* avcC and hvcC begin with their version, 1, and say how long the lengths are. */
    int at = is_avc ? 4 : 21;
    bool has_lengths = parameters->extradata_size > at && parameters->extradata[0] == 1;
    return has_lengths ? lengths_are_clean(codec, packet->data, packet->size,
                                           (parameters->extradata[at] & 3) + 1)
                       : start_codes_are_clean(codec, packet->data, packet->size);
}
