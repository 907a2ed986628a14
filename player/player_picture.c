#include "player_picture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/worker.h"
#include "gfx/canvas.h"
#include "media/picture_write.h"
#include "output/output.h"
#include "player.h"

#define PERIOD_US 1000000

struct picture_job {
    struct player_picture *picture;
    char *path;
    uint8_t *pixels;
    struct size size;
};

static void drop_picture(void *argument) {
    struct picture_job *job = argument;
    __atomic_store_n(&job->picture->is_busy, false, __ATOMIC_RELEASE);
    free(job->pixels);
    free(job->path);
    free(job);
}

static void write_picture(void *argument) {
    struct picture_job *job = argument;
    const char *why = NULL;
    if (!picture_write_png(job->path, job->pixels, job->size.w, job->size.h, job->size.w * 4,
                           &why)) {
        log_warning("%s: the picture of the screen cannot be written: %s", job->path, why);
    }
    drop_picture(job);
}

/* A folder of our own, because others may write to the common one. */
static char *own_picture_path(void) {
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    struct str path = {0};
    str_addf(&path, "%s/ledsign-%ld", runtime != NULL ? runtime : "/tmp", (long)getuid());
    struct stat info;
    bool usable = mkdir(path.text, 0700) == 0 || (lstat(path.text, &info) == 0 &&
                                                  S_ISDIR(info.st_mode) && info.st_uid == getuid());
    if (!usable) {
        log_warning("%s: not a folder of this user; no picture of the screen is kept", path.text);
        str_finish(&path);
        return NULL;
    }
    str_add(&path, "/screen.png");
    return str_take(&path);
}

void player_picture_init(struct player_picture *picture, const struct player_options *options,
                         const struct output *output) {
    bool is_offscreen = strcmp(output_name(output), "offscreen") == 0;
    if (options->picture_path != NULL) {
        picture->path = mem_strdup(options->picture_path);
    } else if (is_offscreen && !options->is_virtual) {
        picture->path = own_picture_path();
    }
    if (picture->path != NULL) {
        picture->writer = worker_create("picture");
    }
    if (picture->writer != NULL) {
        log_info("a picture of the screen is kept in %s", picture->path);
    }
}

void player_picture_finish(struct player_picture *picture) {
    worker_destroy(&picture->writer);
    free(picture->path);
    picture->path = NULL;
}

void player_picture_keep(struct player_picture *picture, struct output *output, struct size size) {
    int64_t us = clock_monotonic_us();
    bool is_busy = __atomic_load_n(&picture->is_busy, __ATOMIC_ACQUIRE);
    if (picture->writer == NULL || !picture->is_old || is_busy ||
        us - picture->taken_us < PERIOD_US) {
        return;
    }
    struct picture_job *job = mem_zero(1, sizeof *job);
    job->picture = picture;
    job->path = mem_strdup(picture->path);
    job->size = size;
    job->pixels = mem_alloc((size_t)size.w * 4 * (size_t)size.h);
    canvas_read(output_canvas(output), job->pixels, size.w * 4);
    picture->is_busy = true;
    picture->is_old = false;
    picture->taken_us = us;
    if (!worker_submit(picture->writer, write_picture, drop_picture, job)) {
        drop_picture(job);
    }
}
