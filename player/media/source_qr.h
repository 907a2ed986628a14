/* source_qr.h: a text or link as a QR code. Picture worker. */
#ifndef LEDSIGN_MEDIA_SOURCE_QR_H
#define LEDSIGN_MEDIA_SOURCE_QR_H

#include <stddef.h>

#include "base/color.h"
#include "base/rect.h"

struct frame;

/* The code as large as whole pixels per module allow, centred, within a quiet zone of 4 modules
 * (ISO/IEC 18004), error correction level M. `dark` and `light` are used when dark on light is
 * readable (WCAG contrast of 4.5 or more), exchanged when they are the wrong way round, and black
 * on white stands in otherwise; a clear `light` means white. NULL with a clause in `problem` when
 * the text is too long for a code or for the zone. */
struct frame *source_qr_draw(const char *text, struct size zone, struct color dark,
                             struct color light, struct rect *place, char *problem,
                             size_t problem_size);

#endif
