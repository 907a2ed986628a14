/* frame.h: one finished picture, immutable and shared by reference count.
 *
 * Made by workers (media/), held by scenes, drawn by the main thread. Pixels are never written
 * after frame_share: two frames with the same address are the same picture, which is how "nothing
 * changed" is recognised. The memory is one aligned block that goes back to its pool (or to the
 * heap) with the last reference; plain C, no library types. Reference counting: any thread. */
#ifndef LEDSIGN_GFX_FRAME_H
#define LEDSIGN_GFX_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_format {
    FRAME_BGRX, /* 4 bytes B,G,R,x: opaque, sRGB full range (SDL: XRGB8888 on little endian) */
    FRAME_BGRA, /* 4 bytes B,G,R,A: premultiplied alpha (SDL: ARGB8888 on little endian) */
    FRAME_I420, /* 3 planes, 8 bit, chroma half both ways (rounded up); matrix and range below */
};

enum frame_matrix { FRAME_BT601, FRAME_BT709, FRAME_BT2020 };

struct frame_pool;

struct frame {
    enum frame_format format;
    int width; /* pixels */
    int height;
    uint8_t *plane[3];
    int stride[3];            /* bytes, multiples of 64 */
    enum frame_matrix matrix; /* FRAME_I420 only */
    bool full_range;          /* FRAME_I420 only */
    int64_t number;           /* of the source picture, for tests and statistics */

    /* private to frame.c */
    struct frame_pool *pool;
    struct frame *next_free;
    void *memory;
    size_t memory_size;
    int references; /* atomic */
};

/* A frame to be filled by the caller, who holds the one reference. Up to 32768 a side and 512 MB;
 * NULL (not logged) when it is larger or memory is short. Contents are undefined. */
struct frame *frame_create(enum frame_format format, int width, int height);
struct frame *frame_ref(struct frame *frame);
void frame_unref(struct frame **frame); /* NULL is fine; leaves NULL */

/* Frames of one format and size that are used again instead of being freed. `usual` is how many are
 * in use at a time: so many are kept, and while so many are out, frame_pool_take waits up to
 * FRAME_POOL_PATIENCE_MS for one to come home before it makes another, as what is on screen is
 * given back just after its successor was asked for. Frames may outlive the pool. */
#define FRAME_POOL_PATIENCE_MS 4
struct frame_pool *frame_pool_create(enum frame_format format, int width, int height, int usual);
void frame_pool_destroy(struct frame_pool **pool);
struct frame *frame_pool_take(struct frame_pool *pool);

#endif
