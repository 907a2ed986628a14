/* picture_signature.h: a picture in a few hundred numbers, to see whether two decoders agree.
 *
 * Means of blocks of brightness and of both colours, for 8 bit 4:2:0 in planes or NV12. Two right
 * decoders of one standard agree to the bit; the tolerance is for drivers that round. Pure. */
#ifndef LEDSIGN_MEDIA_PICTURE_SIGNATURE_H
#define LEDSIGN_MEDIA_PICTURE_SIGNATURE_H

#include <libavutil/frame.h>
#include <stdbool.h>
#include <stdint.h>

#define PICTURE_SIGNATURE_COLUMNS 24
#define PICTURE_SIGNATURE_ROWS    16

struct picture_signature {
    int64_t pts;
    int width;
    int height;
    uint8_t mean[3][PICTURE_SIGNATURE_ROWS * PICTURE_SIGNATURE_COLUMNS];
};

/* False: of another format. */
bool picture_signature_of(const AVFrame *frame, struct picture_signature *signature);
bool picture_signature_agrees(const struct picture_signature *a, const struct picture_signature *b);

#endif
