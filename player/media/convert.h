/* convert.h: a decoded picture becomes a frame of what is visible of it, upright, at its exact size
 * on the canvas.
 *
 * For software drawing the frame is FRAME_BGRX and holds just the part of the zone's rectangle that
 * the picture fills, so that the main thread copies and never scales: what "cover" cuts off is cut
 * off before it is scaled, 8 bit 4:2:0 is scaled as it is and turned into RGB at the size of the
 * canvas. Only "pan" keeps the whole scaled picture, as another part of it is seen at each present.
 * For a GPU the planes go up as they are (FRAME_I420), or scaled down by the worker where they are
 * more than twice as large as on the canvas, which a GPU's filter would do badly.
 *
 * The right matrix and range: as tagged, else BT.709 from 720 lines on and BT.601 below, limited
 * range (full for the yuvj formats). 10 bit and 4:2:2 become 8 bit 4:2:0 first; what libyuv does
 * not know goes through swscale. Interlaced pictures: one field where the canvas is that much
 * smaller, else the lines of the second field are kept as far as they fit between those of the
 * first (a median of three), which keeps what stands still sharp and leaves no comb in what moves.
 * Alpha is ignored. One converter per worker. */
#ifndef LEDSIGN_MEDIA_CONVERT_H
#define LEDSIGN_MEDIA_CONVERT_H

#include <libavutil/frame.h>
#include <stdbool.h>

#include "base/rect.h"
#include "gfx/frame.h"

struct converter;

struct converter_options {
    struct placement placement;
    int rotation;   /* degrees clockwise that set the picture upright: 0, 90, 180, 270 */
    bool mirrored;  /* flipped upside down before that */
    bool wants_yuv; /* FRAME_I420 where the format allows it */
    int usual;      /* frames in use at a time */
};

struct converter *converter_create(const struct converter_options *options);
void converter_destroy(struct converter **converter); /* frames may outlive it */

/* A frame with one reference for the caller; NULL when the format cannot be converted or memory is
 * short. */
struct frame *converter_run(struct converter *converter, const AVFrame *picture);

/* The matrix of a picture: as tagged, else guessed from its height. */
enum frame_matrix converter_matrix(const AVFrame *picture);

/* Where `part_in_scaled` (the part of the placement, moved along a pan) lies in such a frame. */
struct rect converter_part(const struct converter_options *options, const struct frame *frame,
                           struct rect part_in_scaled);

#endif
