#include "gfx/frame.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/str.h"

#define ALIGNMENT       64
#define FRAME_SIDE_MAX  32768
#define FRAME_BYTES_MAX (512u * 1024 * 1024)

/* A pool lives until its owner has let go and its last frame has come home. */
struct frame_pool {
    pthread_mutex_t lock;
    pthread_cond_t came_home;
    enum frame_format format;
    int width;
    int height;
    int usual;
    int idle_count;
    int outside; /* frames in use */
    bool orphaned;
    struct frame *idle;
};

static size_t align_up(size_t n) {
    return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Strides and plane offsets; returns the bytes of the whole block. */
static size_t layout(struct frame *frame, size_t offset[3]) {
    size_t chroma_width = (size_t)(frame->width + 1) / 2;
    size_t chroma_height = (size_t)(frame->height + 1) / 2;
    bool planar = frame->format == FRAME_I420;
    size_t stride = align_up((size_t)frame->width * (planar ? 1 : 4));
    size_t chroma_stride = planar ? align_up(chroma_width) : 0;
    frame->stride[0] = (int)stride;
    frame->stride[1] = frame->stride[2] = (int)chroma_stride;
    offset[0] = 0;
    offset[1] = stride * (size_t)frame->height;
    offset[2] = offset[1] + chroma_stride * chroma_height;
    return offset[2] + chroma_stride * chroma_height;
}

struct frame *frame_create(enum frame_format format, int width, int height) {
    if (width < 1 || height < 1 || width > FRAME_SIDE_MAX || height > FRAME_SIDE_MAX) {
        return NULL;
    }
    struct frame *frame = mem_zero(1, sizeof *frame);
    frame->format = format;
    frame->width = width;
    frame->height = height;
    frame->references = 1;
    size_t offset[3];
    frame->memory_size = layout(frame, offset);
    frame->memory =
        frame->memory_size <= FRAME_BYTES_MAX ? aligned_alloc(ALIGNMENT, frame->memory_size) : NULL;
    if (frame->memory == NULL) {
        free(frame);
        return NULL;
    }
    for (int i = 0; i < (format == FRAME_I420 ? 3 : 1); i++) {
        frame->plane[i] = (uint8_t *)frame->memory + offset[i];
    }
    return frame;
}

static void destroy(struct frame *frame) {
    free(frame->memory);
    free(frame);
}

struct frame *frame_ref(struct frame *frame) {
    __atomic_add_fetch(&frame->references, 1, __ATOMIC_RELAXED);
    return frame;
}

static void pool_free(struct frame_pool *pool) {
    for (struct frame *frame = pool->idle; frame != NULL;) {
        struct frame *next = frame->next_free;
        destroy(frame);
        frame = next;
    }
    pthread_cond_destroy(&pool->came_home);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

static void give_back(struct frame *frame) {
    struct frame_pool *pool = frame->pool;
    pthread_mutex_lock(&pool->lock);
    pool->outside--;
    bool keep = !pool->orphaned && pool->outside + pool->idle_count < pool->usual;
    if (keep) {
        frame->next_free = pool->idle;
        pool->idle = frame;
        pool->idle_count++;
    }
    pthread_cond_signal(&pool->came_home);
    bool last = pool->orphaned && pool->outside == 0;
    pthread_mutex_unlock(&pool->lock);
    if (!keep) {
        destroy(frame);
    }
    if (last) {
        pool_free(pool);
    }
}

void frame_unref(struct frame **frame) {
    struct frame *f = *frame;
    *frame = NULL;
    if (f == NULL || __atomic_sub_fetch(&f->references, 1, __ATOMIC_ACQ_REL) > 0) {
        return;
    }
    if (f->pool != NULL) {
        give_back(f);
    } else {
        destroy(f);
    }
}

struct frame_pool *frame_pool_create(enum frame_format format, int width, int height, int usual) {
    struct frame_pool *pool = mem_zero(1, sizeof *pool);
    pthread_mutex_init(&pool->lock, NULL);
    clock_condition_init(&pool->came_home);
    pool->format = format;
    pool->width = width;
    pool->height = height;
    pool->usual = usual;
    return pool;
}

void frame_pool_destroy(struct frame_pool **pool) {
    struct frame_pool *p = *pool;
    *pool = NULL;
    if (p == NULL) {
        return;
    }
    pthread_mutex_lock(&p->lock);
    p->orphaned = true;
    bool last = p->outside == 0;
    pthread_mutex_unlock(&p->lock);
    if (last) {
        pool_free(p);
    }
}

struct frame *frame_pool_take(struct frame_pool *pool) {
    struct timespec until = clock_deadline(FRAME_POOL_PATIENCE_MS);
    int error = 0;
    pthread_mutex_lock(&pool->lock);
    while (pool->idle == NULL && pool->outside >= pool->usual && error == 0) {
        error = pthread_cond_timedwait(&pool->came_home, &pool->lock, &until);
    }
    struct frame *frame = pool->idle;
    if (frame != NULL) {
        pool->idle = frame->next_free;
        pool->idle_count--;
    }
    pool->outside++;
    pthread_mutex_unlock(&pool->lock);
    if (frame == NULL) {
        frame = frame_create(pool->format, pool->width, pool->height);
    }
    if (frame == NULL) {
        pthread_mutex_lock(&pool->lock);
        pool->outside--;
        pthread_mutex_unlock(&pool->lock);
        return NULL;
    }
    frame->next_free = NULL;
    frame->pool = pool;
    frame->references = 1;
    return frame;
}
