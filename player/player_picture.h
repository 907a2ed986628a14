/* player_picture.h: the picture of the screen, kept fresh in a file while the player plays.
 *
 * For whoever cannot see the wall: --picture, or offscreen, where nobody sees anything else. At
 * most one picture a second, only when the screen has changed, and none while the last one is still
 * being written: the canvas is copied on the main thread, and compressed and written by a worker.
 * A file that cannot be written is said and ends nothing. Main thread; owned by the player. */
#ifndef LEDSIGN_PLAYER_PICTURE_H
#define LEDSIGN_PLAYER_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rect.h"

struct output;
struct player_options;
struct worker;

struct player_picture {
    char *path; /* NULL: none is kept */
    struct worker *writer;
    int64_t taken_us; /* monotonic time of the last one */
    bool is_old;      /* the screen has changed since */
    bool is_busy;     /* atomic: the writer has a picture in hand */
};

void player_picture_init(struct player_picture *picture, const struct player_options *options,
                         const struct output *output);
void player_picture_finish(struct player_picture *picture);

/* After every round of the loop: takes a picture when one is due. */
void player_picture_keep(struct player_picture *picture, struct output *output, struct size size);

#endif
