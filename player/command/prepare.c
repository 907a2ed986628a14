/* prepare.c: transcodes a site's media to the size at which they are shown, once.
 *
 * A few threads take tasks from one list, the main thread says how far they are. Everything that
 * was finished is in its place and in the list at once, so whatever ends this program (Ctrl-C, a
 * full disk, a power cut), the next run goes on after it. */
#include <errno.h>
#include <inttypes.h>
#include <linux/ioprio.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/translate.h"
#include "command/command.h"
#include "command/prepare_progress.h"
#include "media/prepare.h"
#include "media/prepare_store.h"
#include "model/model.h"
#include "model/problem.h"

#define JOBS_MAX   16
#define LOOK_US    200000
#define KEY_DIGITS 32
#define SPACE_MIN  65536 /* nothing worth having fits into less */
#define IDLE_SHARE 4     /* the player's own preparing leaves this much more of the disk */
#define MEGABYTE   (1024.0 * 1024.0)

/* Set by the signal handler, read by all: the one thing a handler may touch. */
static bool quit;

static void on_signal(int number) {
    (void)number;
    __atomic_store_n(&quit, true, __ATOMIC_RELEASE);
}

struct choice {
    const struct prepare_profile *profile;
    enum prepare_codec codec;
    bool is_explicit; /* profile or codec were asked for */
    bool dry_run;
    bool prune;
    bool idle;
    long jobs;
};

struct run {
    const struct choice *choice;
    struct model *model;
    struct prepare_store store; /* guarded by `lock` once threads run */
    struct prepare_task *tasks;
    int count;
    pthread_mutex_t lock;
    int next;     /* guarded */
    bool is_full; /* guarded: the disk */
    int working;  /* guarded: threads */
};

/* ---- tasks ---------------------------------------------------------------------------------- */

static struct prepare_request request_of(const struct run *run, struct prepare_task *task) {
    int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    int threads = run->choice->idle ? 1 : cores / (int)run->choice->jobs;
    return (struct prepare_request){.media = task->media,
                                    .wish = task->wish,
                                    .profile = run->choice->profile,
                                    .codec = run->choice->codec,
                                    .threads = threads > 0 ? threads : 1,
                                    .quit = &quit,
                                    .done = &task->done};
}

/* The file's name: a hash of the content and of everything that decides the result. */
static void name_file(const struct prepare_request *request, const char *source_hash,
                      char name[PREPARED_NAME_SIZE]) {
    char hash[65];
    char *parameters = prepare_parameters(request);
    struct str text = {0};
    str_addf(&text, "%s %s", source_hash, parameters);
    prepare_hash_text(str_text(&text), hash);
    snprintf(name, PREPARED_NAME_SIZE, "%.*s.%s", KEY_DIGITS, hash, prepare_ending(request));
    str_finish(&text);
    free(parameters);
}

/* Whether a row says all that is to be said about the task. */
static bool is_settled(const struct run *run, const struct prepared_row *row,
                       const struct prepare_request *request) {
    if (row == NULL || (row->state == PREPARED_FAILED && !run->choice->idle)) {
        return false;
    }
    char name[PREPARED_NAME_SIZE];
    name_file(request, row->hash, name);
    return row->state != PREPARED_READY || !run->choice->is_explicit ||
           strcmp(name, row->name) == 0;
}

static void list_row(struct run *run, struct prepare_task *task, struct prepared_row *row) {
    pthread_mutex_lock(&run->lock);
    prepared_list_put(&run->store.list, row);
    if (!prepare_store_save(&run->store)) {
        snprintf(task->report.problem, sizeof task->report.problem, "the list cannot be written");
        task->report.disk_is_full = true;
    }
    pthread_mutex_unlock(&run->lock);
}

static int64_t space_for_one(struct run *run) {
    int64_t space = prepare_store_space(&run->store);
    return run->choice->idle ? space - space / IDLE_SHARE : space / run->choice->jobs;
}

static bool has_space(struct prepare_task *task, int64_t space) {
    int64_t guess = prepared_bytes_guess(&task->media->facts, &task->wish);
    bool has = space > SPACE_MIN && space > guess / 4;
    task->report.disk_is_full = !has;
    if (!has) {
        snprintf(task->report.problem, sizeof task->report.problem,
                 "about %.1f MB are needed and %.1f MB may be used", (double)guess / MEGABYTE,
                 (double)space / MEGABYTE);
    }
    return has;
}

/* Makes the file under a temporary name and puts it in its place. */
static bool make(struct run *run, struct prepare_task *task, struct prepare_request *request,
                 const char *name) {
    struct str temporary = {0};
    char *path = prepare_store_path(&run->store, name);
    str_addf(&temporary, "%s.part", path);
    request->path = str_text(&temporary);
    request->bytes_max = space_for_one(run);
    bool good = has_space(task, request->bytes_max) && prepare_make(request, &task->report);
    if (good && !prepare_store_commit(&run->store, request->path, name)) {
        snprintf(task->report.problem, sizeof task->report.problem, "the disk reports an error");
        unlink(request->path);
        good = false;
    }
    str_finish(&temporary);
    free(path);
    return good;
}

/* A whole file that a power cut kept from being listed. */
static bool adopt(const struct run *run, struct prepare_task *task,
                  const struct prepare_request *request, const char *name) {
    char *path = prepare_store_path(&run->store, name);
    struct file_identity identity;
    bool is_made = prepare_is_made(request, path) && file_identify(path, &identity);
    if (is_made) {
        task->report.bytes = identity.size;
    }
    free(path);
    return is_made;
}

static enum prepare_outcome settle(struct run *run, struct prepare_task *task,
                                   struct prepare_request *request, struct prepared_row *row) {
    const char *why = NULL;
    if (!prepare_hash_file(task->media->path, &quit, row->hash)) {
        snprintf(task->report.problem, sizeof task->report.problem, "it cannot be read");
        return PREPARE_TASK_FAILED;
    }
    if (prepare_is_right(request, &why)) {
        row->state = PREPARED_KEPT;
        task->why = why;
        return PREPARE_TASK_KEPT;
    }
    char name[PREPARED_NAME_SIZE];
    name_file(request, row->hash, name);
    bool is_there = adopt(run, task, request, name);
    if (!is_there && !make(run, task, request, name)) {
        row->state = PREPARED_FAILED;
        return PREPARE_TASK_FAILED;
    }
    row->state = PREPARED_READY;
    row->bytes = task->report.bytes;
    memcpy(row->name, name, sizeof row->name);
    snprintf(row->codec, sizeof row->codec, "%s", prepare_codec_name(request));
    return is_there ? PREPARE_TASK_READY : PREPARE_TASK_MADE;
}

static void run_task(struct run *run, struct prepare_task *task) {
    struct prepare_request request = request_of(run, task);
    struct prepared_row row;
    task->begun_us = clock_monotonic_us();
    __atomic_store_n(&task->outcome, PREPARE_TASK_RUNNING, __ATOMIC_RELEASE);
    enum prepare_outcome outcome = PREPARE_TASK_FAILED;
    if (prepare_store_row(&run->store, task->media, &task->wish, &row)) {
        outcome = settle(run, task, &request, &row);
        bool is_accident = task->report.disk_is_full || __atomic_load_n(&quit, __ATOMIC_ACQUIRE);
        if (outcome != PREPARE_TASK_FAILED || !is_accident) {
            list_row(run, task, &row);
        }
        free(row.source);
    } else {
        snprintf(task->report.problem, sizeof task->report.problem,
                 "its name has a tab or a line break; rename it");
    }
    task->ended_us = clock_monotonic_us();
    __atomic_store_n(&task->outcome, outcome, __ATOMIC_RELEASE);
}

static struct prepare_task *take_task(struct run *run) {
    struct prepare_task *task = NULL;
    pthread_mutex_lock(&run->lock);
    while (task == NULL && run->next < run->count && !run->is_full &&
           !__atomic_load_n(&quit, __ATOMIC_ACQUIRE)) {
        task = &run->tasks[run->next++];
        task = task->outcome == PREPARE_TASK_WAITING ? task : NULL;
    }
    pthread_mutex_unlock(&run->lock);
    return task;
}

static void *work(void *argument) {
    struct run *run = argument;
    struct prepare_task *task;
    while ((task = take_task(run)) != NULL) {
        run_task(run, task);
        pthread_mutex_lock(&run->lock);
        run->is_full = run->is_full || task->report.disk_is_full;
        pthread_mutex_unlock(&run->lock);
    }
    pthread_mutex_lock(&run->lock);
    run->working--;
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

static bool is_working(struct run *run) {
    pthread_mutex_lock(&run->lock);
    bool working = run->working > 0;
    pthread_mutex_unlock(&run->lock);
    return working;
}

static void run_tasks(struct run *run) {
    pthread_t threads[JOBS_MAX];
    int started = 0;
    struct prepare_progress progress;
    prepare_progress_start(&progress, run->tasks, run->count, run->choice->idle);
    run->working = (int)run->choice->jobs;
    for (; started < run->choice->jobs; started++) {
        if (pthread_create(&threads[started], NULL, work, run) != 0) {
            break;
        }
    }
    pthread_mutex_lock(&run->lock);
    run->working -= (int)run->choice->jobs - started;
    pthread_mutex_unlock(&run->lock);
    if (started == 0) {
        log_error("prepare: no thread can be started; close other programs");
    }
    while (is_working(run)) {
        usleep(LOOK_US);
        prepare_progress_look(&progress);
    }
    for (int i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    prepare_progress_end(&progress);
}

/* ---- the site ------------------------------------------------------------------------------- */

static void find_tasks(struct run *run) {
    size_t count = run->model->media_count;
    struct prepared_wish *wishes = mem_zero(count + 1, sizeof *wishes);
    prepared_wishes(run->model, wishes);
    run->tasks = mem_zero(count + 1, sizeof *run->tasks);
    for (size_t i = 0; i < count; i++) {
        const struct media *media = &run->model->media[i];
        if (wishes[i].size.w <= 0 || (media->facts.is_still && media->facts.frame_count != 1)) {
            continue;
        }
        struct prepare_task *task = &run->tasks[run->count];
        *task = (struct prepare_task){.media = media, .wish = wishes[i]};
        struct prepare_request request = request_of(run, task);
        const struct prepared_row *row = prepare_store_find(&run->store, media, &wishes[i]);
        if (media->facts.is_still && !prepared_is_worth_it(&media->facts, &wishes[i])) {
            task->outcome = PREPARE_TASK_KEPT;
            task->why = "it is hardly larger than it is shown";
        } else if (is_settled(run, row, &request)) {
            task->outcome = row->state == PREPARED_READY  ? PREPARE_TASK_READY
                            : row->state == PREPARED_KEPT ? PREPARE_TASK_KEPT
                                                          : PREPARE_TASK_SKIPPED;
            task->why = row->state == PREPARED_KEPT ? "it is right as it is" : NULL;
            task->report.bytes = row->bytes;
        }
        run->count++;
    }
    free(wishes);
}

static void print_plan(const struct run *run) {
    double before = 0, after = 0;
    for (int i = 0; i < run->count; i++) {
        struct prepare_task *task = &run->tasks[i];
        struct prepare_request request = request_of(run, task);
        const char *why = task->why;
        if (task->outcome == PREPARE_TASK_WAITING && prepare_is_right(&request, &why)) {
            task->outcome = PREPARE_TASK_KEPT;
            task->why = why;
        }
        int64_t bytes = prepare_task_print(task);
        before += (double)task->media->identity.size;
        after += (double)bytes;
    }
    printf(_("%d files: %.1f MB as they are, about %.1f MB to be played; nothing was written\n"),
           run->count, before / MEGABYTE, after / MEGABYTE);
}

static int sum_up(const struct run *run) {
    int counts[PREPARE_TASK_OUTCOMES] = {0};
    double bytes = 0;
    for (int i = 0; i < run->count; i++) {
        counts[run->tasks[i].outcome]++;
        bytes += (double)run->tasks[i].report.bytes;
    }
    int failed = counts[PREPARE_TASK_FAILED] + counts[PREPARE_TASK_WAITING];
    if (!run->choice->idle) {
        printf(
            _("%d files: %d made, %d ready before, %d right as they are, %d not done; %.1f MB in "
              "%s\n"),
            run->count, counts[PREPARE_TASK_MADE], counts[PREPARE_TASK_READY],
            counts[PREPARE_TASK_KEPT], failed, bytes / MEGABYTE, run->store.folder);
    }
    if (run->is_full) {
        log_error(_("%s: the disk is full; delete something there, or what this site does not need "
                    "any more with: ledsign prepare %s --prune"),
                  run->store.folder, run->model->path);
    } else if (__atomic_load_n(&quit, __ATOMIC_ACQUIRE) && !run->choice->idle) {
        log_info(_("interrupted; the next `ledsign prepare` goes on from here"));
    }
    return failed > 0 ? COMMAND_FAILED : COMMAND_OK;
}

static void prune(struct run *run) {
    int files = 0;
    int64_t bytes = prepare_store_prune(&run->store, run->model, run->choice->dry_run, &files);
    printf(run->choice->dry_run ? _("%d files that are not needed any more, %.1f MB\n")
                                : _("%d files removed that were not needed any more, %.1f MB\n"),
           files, (double)bytes / MEGABYTE);
}

static int prepare_site(struct run *run) {
    if (!prepare_store_open(&run->store, run->model->path, !run->choice->dry_run)) {
        return COMMAND_FAILED;
    }
    if (run->choice->prune) {
        prune(run);
    }
    find_tasks(run);
    int status = COMMAND_OK;
    if (run->choice->dry_run) {
        print_plan(run);
    } else {
        pthread_mutex_init(&run->lock, NULL);
        run_tasks(run);
        status = sum_up(run);
        pthread_mutex_destroy(&run->lock);
    }
    free(run->tasks);
    prepare_store_close(&run->store);
    return status;
}

/* ---- the command ---------------------------------------------------------------------------- */

/* Uses only what nobody else wants of the processor and the disk, and ends with the player. */
static void become_idle(void) {
    struct sched_param parameters = {0};
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sched_setscheduler(0, SCHED_IDLE, &parameters);
    setpriority(PRIO_PROCESS, 0, 19);
    syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0));
}

static bool choose_profile(const char *text, struct choice *choice) {
    choice->profile = text != NULL ? prepare_profile_find(text) : prepare_profile_here();
    if (choice->profile == NULL) {
        log_error(_("--profile: \"%s\" is none of zero2, pi3, pi4, pi5, pc"), text);
    }
    return choice->profile != NULL;
}

static bool choose_codec(const char *text, struct choice *choice) {
    choice->codec = text != NULL && strcmp(text, "h265") == 0 ? PREPARE_H265 : PREPARE_H264;
    bool good = text == NULL || strcmp(text, "h264") == 0 || strcmp(text, "h265") == 0;
    if (!good) {
        log_error(_("--codec: \"%s\" is neither h264 nor h265"), text);
    }
    return good;
}

static bool choose_jobs(const char *text, struct choice *choice) {
    char *end = NULL;
    choice->jobs = text != NULL ? strtol(text, &end, 10) : 1;
    bool good = text == NULL ||
                (end != text && *end == '\0' && choice->jobs >= 1 && choice->jobs <= JOBS_MAX);
    if (!good) {
        log_error(_("--jobs: \"%s\" is not a number from 1 to %d"), text, JOBS_MAX);
    }
    return good;
}

int command_prepare(int argc, char **argv) {
    const char *path = NULL, *profile = NULL, *codec = NULL, *jobs = NULL;
    struct choice choice = {0};
    const struct option_row rows[] = {
        {"--dry-run", OPTION_FLAG, NULL, &choice.dry_run},
        {"--prune", OPTION_FLAG, NULL, &choice.prune},
        {"--idle", OPTION_FLAG, NULL, &choice.idle},
        {"--profile", OPTION_TEXT, &profile, NULL},
        {"--codec", OPTION_TEXT, &codec, NULL},
        {"--jobs", OPTION_TEXT, &jobs, NULL},
    };
    int count = 0;
    if (!options_parse(argc, argv, rows, sizeof rows / sizeof rows[0], &path, 1, &count) ||
        !choose_profile(profile, &choice) || !choose_codec(codec, &choice) ||
        !choose_jobs(jobs, &choice)) {
        return COMMAND_USAGE;
    }
    if (count == 0) {
        log_error(_("prepare: which site? Try: ledsign prepare playlists/campaign/campaign.cfg"));
        return COMMAND_USAGE;
    }
    choice.is_explicit = profile != NULL || codec != NULL;
    if (choice.idle) {
        become_idle();
    }
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    struct problems problems = {0};
    struct run run = {.choice = &choice, .model = command_load_originals(path, &problems)};
    if (!choice.idle) {
        command_say_problems(&problems);
    }
    problems_finish(&problems);
    int status = run.model != NULL ? prepare_site(&run) : COMMAND_FAILED;
    model_unref(&run.model);
    return status;
}
