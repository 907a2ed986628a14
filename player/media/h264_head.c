#include "media/h264_head.h"

#define SPS_BYTES_MAX 512
#define SAR_EXTENDED  255

struct bits {
    uint8_t data[SPS_BYTES_MAX];
    size_t count; /* bits */
    size_t at;
    bool is_short;
};

static uint32_t get(struct bits *bits, int count) {
    uint32_t value = 0;
    for (int i = 0; i < count; i++) {
        if (bits->at >= bits->count) {
            bits->is_short = true;
            return 0;
        }
        value = value << 1 | (bits->data[bits->at / 8] >> (7 - bits->at % 8) & 1);
        bits->at++;
    }
    return value;
}

/* Exp-Golomb. */
static uint32_t get_ue(struct bits *bits) {
    int zeros = 0;
    while (get(bits, 1) == 0 && zeros < 32 && !bits->is_short) {
        zeros++;
    }
    return zeros < 32 ? (1u << zeros) - 1 + get(bits, zeros) : UINT32_MAX;
}

static int32_t get_se(struct bits *bits) {
    uint32_t code = get_ue(bits);
    return code & 1 ? (int32_t)(code / 2 + 1) : -(int32_t)(code / 2);
}

/* Without the bytes that keep start codes from occurring inside. */
static void unescape(struct bits *bits, const uint8_t *from, size_t size) {
    size_t count = 0;
    int zeros = 0;
    for (size_t i = 0; i < size && count < SPS_BYTES_MAX; i++) {
        if (zeros >= 2 && from[i] == 3) {
            zeros = 0;
            continue;
        }
        zeros = from[i] == 0 ? zeros + 1 : 0;
        bits->data[count++] = from[i];
    }
    bits->count = count * 8;
}

static void skip_scaling_list(struct bits *bits, int size) {
    int32_t last = 8, next = 8;
    for (int i = 0; i < size && !bits->is_short; i++) {
        if (next != 0) {
            next = (last + get_se(bits)) & 255;
        }
        last = next != 0 ? next : last;
    }
}

static bool has_chroma_info(uint32_t profile) {
    static const uint8_t profiles[] = {100, 110, 122, 244, 44,  83, 86,
                                       118, 128, 138, 139, 134, 135};
    for (size_t i = 0; i < sizeof profiles; i++) {
        if (profiles[i] == profile) {
            return true;
        }
    }
    return false;
}

static void read_chroma_info(struct bits *bits, struct h264_head *head) {
    head->chroma = (int)get_ue(bits);
    if (head->chroma == 3) {
        get(bits, 1);
    }
    uint32_t luma = get_ue(bits), chroma = get_ue(bits);
    head->bits = 8 + (int)(luma > chroma ? luma & 15 : chroma & 15);
    get(bits, 1);
    if (get(bits, 1) == 1) {
        for (int i = 0; i < (head->chroma == 3 ? 12 : 8); i++) {
            if (get(bits, 1) == 1) {
                skip_scaling_list(bits, i < 6 ? 16 : 64);
            }
        }
    }
}

static void skip_picture_order(struct bits *bits) {
    uint32_t type = get_ue(bits);
    if (type == 0) {
        get_ue(bits);
    } else if (type == 1) {
        get(bits, 1);
        get_se(bits);
        get_se(bits);
        uint32_t count = get_ue(bits);
        for (uint32_t i = 0; i < count && !bits->is_short; i++) {
            get_se(bits);
        }
    }
}

/* Table E-1. */
static void read_aspect(struct bits *bits, struct h264_head *head) {
    static const uint8_t known[][2] = {
        {0, 1},   {1, 1},   {12, 11}, {10, 11}, {16, 11},  {40, 33}, {24, 11}, {20, 11}, {32, 11},
        {80, 33}, {18, 11}, {15, 11}, {64, 33}, {160, 99}, {4, 3},   {3, 2},   {2, 1},
    };
    uint32_t kind = get(bits, 8);
    if (kind == SAR_EXTENDED) {
        head->aspect_num = (int)get(bits, 16);
        head->aspect_den = (int)get(bits, 16);
    } else if (kind < sizeof known / sizeof known[0]) {
        head->aspect_num = known[kind][0];
        head->aspect_den = known[kind][1];
    }
}

static void read_size(struct bits *bits, struct h264_head *head) {
    get_ue(bits); /* reference frames */
    get(bits, 1);
    get_ue(bits); /* width and height in macroblocks */
    get_ue(bits);
    head->may_be_interlaced = get(bits, 1) == 0;
    if (head->may_be_interlaced) {
        get(bits, 1);
    }
    get(bits, 1);
    if (get(bits, 1) == 1) {
        for (int i = 0; i < 4; i++) {
            get_ue(bits); /* cropping */
        }
    }
}

bool h264_head_parse(const uint8_t *avcc, size_t size, struct h264_head *head) {
    *head = (struct h264_head){.chroma = 1, .bits = 8};
    if (size < 9 || avcc[0] != 1 || (avcc[5] & 31) == 0) {
        return false;
    }
    size_t length = (size_t)avcc[6] << 8 | avcc[7];
    if (length < 4 || length > size - 8 || (avcc[8] & 31) != 7) {
        return false;
    }
    struct bits bits = {.at = 8};
    unescape(&bits, avcc + 8, length);
    uint32_t profile = get(&bits, 8);
    get(&bits, 16); /* constraints, level */
    get_ue(&bits);  /* its number */
    if (has_chroma_info(profile)) {
        read_chroma_info(&bits, head);
    }
    get_ue(&bits);
    skip_picture_order(&bits);
    read_size(&bits, head);
    if (get(&bits, 1) == 1 && get(&bits, 1) == 1) {
        read_aspect(&bits, head);
    }
    return !bits.is_short;
}
