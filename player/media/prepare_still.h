/* prepare_still.h: a picture file as a PNG of exactly the pixels that are drawn. Lossless, also
 * with alpha: what is drawn is premultiplied, and dividing and multiplying again gives it back. */
#ifndef LEDSIGN_MEDIA_PREPARE_STILL_H
#define LEDSIGN_MEDIA_PREPARE_STILL_H

#include "media/prepare.h"

/* As prepare_is_right and prepare_make. */
bool prepare_still_is_right(const struct prepare_request *request, const char **why);
bool prepare_still_make(const struct prepare_request *request, struct prepare_report *report);

#endif
