/* output_private.h: what the kinds of output implement. Main thread only. */
#ifndef LEDSIGN_OUTPUT_OUTPUT_PRIVATE_H
#define LEDSIGN_OUTPUT_OUTPUT_PRIVATE_H

#include "output/output.h"

struct output_ops {
    void (*present)(struct output *output, struct rect damage);
    bool (*poll)(struct output *output);
    void (*close)(struct output *output);
};

struct output {
    const struct output_ops *ops;
    struct canvas *canvas; /* owned */
    char name[64];
    bool waits_for_vsync;
    bool wants_yuv;
};

/* `display` is the one to open, whatever the options say. NULL with a sentence in `why` when it is
 * not to be had. */
struct output *out_window_open(const struct output_options *options, enum output_display display,
                               char *why, int why_size);
struct output *out_offscreen_open(const struct output_options *options, enum output_display display,
                                  char *why, int why_size);

#endif
