/* The same scenes on SDL surfaces and on SDL's software renderer: the pictures agree within 3. */
#include "unit.h"

#include <SDL2/SDL.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gfx/canvas.h"
#include "gfx/frame.h"
#include "gfx/scene.h"

#define W 64
#define H 48

static const struct color black = {0, 0, 0, 255};

static struct frame *gradient(enum frame_format format, int alpha) {
    struct frame *frame = frame_create(format, 32, 32);
    for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
            uint8_t *p = frame->plane[0] + y * frame->stride[0] + x * 4;
            p[0] = (uint8_t)(x * 8 * alpha / 255);
            p[1] = (uint8_t)(y * 8 * alpha / 255);
            p[2] = (uint8_t)(255 * alpha / 255);
            p[3] = (uint8_t)alpha;
        }
    }
    return frame;
}

static struct layer picture(struct frame *frame, int x, int y, uint8_t opacity) {
    return (struct layer){
        .frame = frame,
        .from_in_frame = {0, 0, 32, 32},
        .to_on_canvas = {x, y, 32, 32},
        .clip_on_canvas = {0, 0, W, H},
        .opacity = opacity,
    };
}

static struct layer fill(struct rect to, struct color color) {
    return (struct layer){
        .color = color, .to_on_canvas = to, .clip_on_canvas = {0, 0, W, H}, .opacity = 255};
}

static void compare(const uint8_t *a, const uint8_t *b) {
    for (int i = 0; i < W * H; i++) {
        for (int c = 0; c < 3; c++) {
            int difference = abs(a[i * 4 + c] - b[i * 4 + c]);
            if (difference > 3) {
                fail_msg("pixel %d,%d channel %d: %d and %d", i % W, i / W, c, a[i * 4 + c],
                         b[i * 4 + c]);
            }
        }
    }
}

static void test_renderers_agree(void **state) {
    (void)state;
    struct frame *opaque = gradient(FRAME_BGRX, 255), *glass = gradient(FRAME_BGRA, 100);
    SDL_Surface *target = SDL_CreateRGBSurfaceWithFormat(0, W, H, 32, SDL_PIXELFORMAT_RGB888);
    SDL_Renderer *renderer = SDL_CreateSoftwareRenderer(target);
    assert_non_null(renderer);
    struct canvas *first = canvas_create((struct size){W, H});
    struct canvas *second = canvas_create_on_renderer(renderer, (struct size){W, H});
    static uint8_t a[W * H * 4], b[W * H * 4];
    const struct layer rows[][3] = {
        {picture(opaque, 0, 0, 255), {0}, {0}},
        {picture(opaque, -10, 30, 255), picture(glass, 5, 5, 255), {0}},
        {picture(opaque, 8, 8, 128),
         fill((struct rect){0, 0, 20, 20}, (struct color){9, 200, 30, 120}),
         picture(glass, 40, 20, 77)},
        {fill((struct rect){3, 3, 60, 40}, (struct color){200, 10, 30, 255}), {0}, {0}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene = {0};
        for (int k = 0; k < 3; k++) {
            scene_add(&scene, &rows[i][k]);
        }
        struct scene again = {0};
        for (int k = 0; k < 3; k++) {
            scene_add(&again, &rows[i][k]);
        }
        canvas_draw(first, &scene, black);
        canvas_draw(second, &again, black);
        assert_true(canvas_read(first, a, W * 4));
        assert_true(canvas_read(second, b, W * 4));
        compare(a, b);
        scene_finish(&scene);
        scene_finish(&again);
    }
    canvas_destroy(&first);
    canvas_destroy(&second);
    SDL_DestroyRenderer(renderer);
    SDL_FreeSurface(target);
    frame_unref(&opaque);
    frame_unref(&glass);
}

/* A canvas that draws only damage must look like one that draws everything. */
static void test_damage_is_enough(void **state) {
    (void)state;
    struct frame *opaque = gradient(FRAME_BGRX, 255), *glass = gradient(FRAME_BGRA, 100);
    struct canvas *lazy = canvas_create((struct size){W, H});
    static uint8_t a[W * H * 4], b[W * H * 4];
    unsigned seed = 7;
    for (int round = 0; round < 200; round++) {
        struct scene one = {0}, two = {0};
        for (int k = 0; k < 4; k++) {
            seed = seed * 1664525u + 1013904223u;
            int x = (int)(seed >> 8 & 3) * 10, y = (int)(seed >> 12 & 3) * 8;
            struct layer layer =
                picture(seed >> 20 & 1 ? opaque : glass, x, y, seed >> 21 & 1 ? 255 : 90);
            if ((seed >> 24 & 3) == 0) {
                continue;
            }
            scene_add(&one, &layer);
            scene_add(&two, &layer);
        }
        struct canvas *fresh = canvas_create((struct size){W, H});
        canvas_draw(lazy, &one, black);
        canvas_draw(fresh, &two, black);
        canvas_read(lazy, a, W * 4);
        canvas_read(fresh, b, W * 4);
        assert_memory_equal(a, b, sizeof a);
        canvas_destroy(&fresh);
        scene_finish(&one);
        scene_finish(&two);
    }
    canvas_destroy(&lazy);
    frame_unref(&opaque);
    frame_unref(&glass);
}

static void paint(struct frame *frame, uint8_t value) {
    memset(frame->plane[0], value, (size_t)frame->stride[0] * 32);
}

static uint8_t draw_one(struct canvas *canvas, const struct layer *layers, int count) {
    static uint8_t pixels[W * H * 4];
    struct scene scene = {0};
    for (int i = 0; i < count; i++) {
        scene_add(&scene, &layers[i]);
    }
    canvas_draw(canvas, &scene, black);
    canvas_read(canvas, pixels, W * 4);
    scene_finish(&scene);
    return pixels[(16 * W + 16) * 4];
}

/* A pool gives the same frame again for another picture; a texture that had the old one must not
 * stand in for it. */
static void test_textures_follow_pictures(void **state) {
    (void)state;
    SDL_Surface *target = SDL_CreateRGBSurfaceWithFormat(0, W, H, 32, SDL_PIXELFORMAT_RGB888);
    SDL_Renderer *renderer = SDL_CreateSoftwareRenderer(target);
    struct canvas *canvas = canvas_create_on_renderer(renderer, (struct size){W, H});
    struct frame_pool *pool = frame_pool_create(FRAME_BGRX, 32, 32, 2);
    struct frame *old = frame_pool_take(pool), *other = frame_pool_take(pool);
    const struct frame *address = old;
    paint(old, 200);
    paint(other, 100);
    struct layer both[] = {picture(old, 0, 0, 255), picture(other, 32, 0, 255)};
    assert_int_equal(draw_one(canvas, both, 2), 200);
    assert_int_equal(draw_one(canvas, both, 0), 0);
    frame_unref(&other);
    frame_unref(&old);
    struct frame *new = frame_pool_take(pool);
    assert_ptr_equal(new, address);
    paint(new, 50);
    for (int i = 0; i < 4; i++) {
        struct layer moved = picture(new, i, 0, 255);
        assert_int_equal(draw_one(canvas, &moved, 1), 50);
    }
    frame_unref(&new);
    frame_pool_destroy(&pool);
    canvas_destroy(&canvas);
    SDL_DestroyRenderer(renderer);
    SDL_FreeSurface(target);
}

/* What a swapped buffer holds is unknown: nothing changed, and all is drawn again. */
static void test_swapped_buffers_are_drawn_again(void **state) {
    (void)state;
    SDL_Surface *target = SDL_CreateRGBSurfaceWithFormat(0, W, H, 32, SDL_PIXELFORMAT_RGB888);
    SDL_Renderer *renderer = SDL_CreateSoftwareRenderer(target);
    struct canvas *canvas = canvas_create_on_renderer(renderer, (struct size){W, H});
    struct frame *frame = frame_create(FRAME_BGRX, 32, 32);
    paint(frame, 150);
    struct layer layer = picture(frame, 0, 0, 255);
    assert_int_equal(draw_one(canvas, &layer, 1), 150);
    SDL_SetRenderDrawColor(renderer, 9, 9, 9, 255);
    SDL_RenderClear(renderer); /* as another buffer would look */
    assert_int_equal(draw_one(canvas, &layer, 1), 150);
    frame_unref(&frame);
    canvas_destroy(&canvas);
    SDL_DestroyRenderer(renderer);
    SDL_FreeSurface(target);
}

static void test_nothing_changed_nothing_drawn(void **state) {
    (void)state;
    struct frame *opaque = gradient(FRAME_BGRX, 255);
    struct canvas *canvas = canvas_create((struct size){W, H});
    struct layer layer = picture(opaque, 4, 6, 255);
    for (int i = 0; i < 3; i++) {
        struct scene scene = {0};
        scene_add(&scene, &layer);
        struct rect damage = canvas_draw(canvas, &scene, black);
        assert_int_equal(rect_is_empty(damage), i > 0);
        scene_finish(&scene);
    }
    layer.to_on_canvas.x += 2;
    struct scene scene = {0};
    scene_add(&scene, &layer);
    struct rect damage = canvas_draw(canvas, &scene, black);
    assert_true(rect_equal(damage, (struct rect){4, 6, 34, 32}));
    scene_finish(&scene);
    canvas_destroy(&canvas);
    frame_unref(&opaque);
}

static void test_pool_reuses_and_outlives(void **state) {
    (void)state;
    struct frame_pool *pool = frame_pool_create(FRAME_I420, 33, 17, 2);
    struct frame *a = frame_pool_take(pool), *b = frame_pool_take(pool);
    void *memory = a->memory;
    assert_int_equal(a->stride[0] % 64, 0);
    assert_true(a->plane[2] - a->plane[1] >= 17 * 9);
    frame_unref(&a);
    a = frame_pool_take(pool);
    assert_ptr_equal(a->memory, memory);
    frame_pool_destroy(&pool);
    frame_unref(&a);
    frame_unref(&b);
    assert_null(frame_create(FRAME_BGRX, 32769, 1));
    assert_null(frame_create(FRAME_BGRX, 32768, 32768));
}

static void *give_back_late(void *frame) {
    usleep(FRAME_POOL_PATIENCE_MS * 1000 / 4);
    frame_unref((struct frame **)frame);
    return NULL;
}

/* No more frames than usual as long as they come home in time; none is waited for without end. */
static void test_pool_waits_a_moment(void **state) {
    (void)state;
    struct frame_pool *pool = frame_pool_create(FRAME_BGRX, 16, 16, 2);
    struct frame *a = frame_pool_take(pool), *b = frame_pool_take(pool);
    int reused = 0;
    for (int i = 0; i < 5; i++) { /* a thread may be late now and then */
        void *memory = a->memory;
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, give_back_late, &a), 0);
        struct frame *c = frame_pool_take(pool);
        reused += c->memory == memory;
        pthread_join(thread, NULL);
        a = c;
    }
    assert_true(reused > 0);
    struct frame *more = frame_pool_take(pool);
    assert_non_null(more);
    frame_unref(&a);
    frame_unref(&b);
    frame_unref(&more);
    frame_pool_destroy(&pool);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_renderers_agree),
        cmocka_unit_test(test_damage_is_enough),
        cmocka_unit_test(test_nothing_changed_nothing_drawn),
        cmocka_unit_test(test_textures_follow_pictures),
        cmocka_unit_test(test_swapped_buffers_are_drawn_again),
        cmocka_unit_test(test_pool_reuses_and_outlives),
        cmocka_unit_test(test_pool_waits_a_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
