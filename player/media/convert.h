/* convert.h: a decoded picture becomes a frame of the display size, upright, in sRGB.
 *
 * 8 bit 4:2:0 goes through libyuv (scale in YUV, then one matrix), everything else through
 * swscale. The right matrix and range: as tagged, else BT.709 from 720 lines on and BT.601 below,
 * limited range (full for the yuvj formats). One converter per worker. */
#ifndef LEDSIGN_MEDIA_CONVERT_H
#define LEDSIGN_MEDIA_CONVERT_H

#include <libavutil/frame.h>
#include <stdbool.h>

#include "base/rect.h"

struct converter;
struct frame;

/* `scaled`: size of the upright result; `rotation`: degrees clockwise. */
struct converter *converter_create(struct size scaled, int rotation);
void converter_destroy(struct converter **converter);

/* Fills `out` (FRAME_BGRX of the scaled size); false when the format cannot be converted. */
bool converter_run(struct converter *converter, const AVFrame *picture, struct frame *out);

#endif
