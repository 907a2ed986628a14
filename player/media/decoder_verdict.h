/* decoder_verdict.h: which hardware decoders have proved themselves here, remembered over restarts.
 *
 * A small text file in the state folder, one line for each kind of video: what was found, and the
 * key: board, kernel, libavcodec, decoder, codec and size; another kernel asks anew. A decoder is
 * marked as being tried before it is touched: where a driver takes the whole process down, the mark
 * is found at the next start and the decoder is left alone. Deleting the file forgets everything.
 * Any thread. */
#ifndef LEDSIGN_MEDIA_DECODER_VERDICT_H
#define LEDSIGN_MEDIA_DECODER_VERDICT_H

#include "base/rect.h"

enum decoder_verdict {
    DECODER_VERDICT_UNKNOWN,
    DECODER_VERDICT_TRYING,
    DECODER_VERDICT_GOOD,
    DECODER_VERDICT_BAD,
};

/* The caller frees it. */
char *decoder_verdict_key(const char *decoder, const char *codec, struct size size);

enum decoder_verdict decoder_verdict_read(const char *path, const char *key);
/* UNKNOWN takes the line out. The file keeps the newest 100 lines. Not being able to write is not
 * said: then every start asks anew. */
void decoder_verdict_write(const char *path, const char *key, enum decoder_verdict verdict);

#endif
