/* qr_size.h: how large a QR code has to be, known without drawing it, for `check`. Pure. */
#ifndef LEDSIGN_MODEL_QR_SIZE_H
#define LEDSIGN_MODEL_QR_SIZE_H

#include <stddef.h>

/* Modules a side, the quiet zone of 4 on each side included, of the code that media/source_qr.h
 * draws for so many bytes: byte mode, error correction level M (ISO/IEC 18004, table 7). 0: they
 * fit into none. */
int qr_size_modules(size_t bytes);

#endif
