#include "command/prepare_progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/translate.h"
#include "model/model.h"

#define PLAIN_PERIOD_US INT64_C(10000000)
#define BAR_WIDTH       20
#define LINE_MAX_CELLS  110
#define MEGABYTE        (1024.0 * 1024.0)

static enum prepare_outcome outcome_of(const struct prepare_task *task) {
    return __atomic_load_n(&task->outcome, __ATOMIC_ACQUIRE);
}

static bool is_final(enum prepare_outcome outcome) {
    return outcome != PREPARE_TASK_WAITING && outcome != PREPARE_TASK_RUNNING;
}

static bool is_still(const struct prepare_task *task) {
    return task->wish.rate.num <= 0;
}

/* Roughly what it costs: pixels decoded, and eight times as much for each that is encoded. */
static double work_of(const struct prepare_task *task) {
    const struct size coded = task->media->facts.coded, wish = task->wish.size;
    return (double)task->wish.frames * ((double)coded.w * coded.h + 8.0 * (double)wish.w * wish.h);
}

static double part_done(const struct prepare_task *task) {
    return is_final(outcome_of(task))
               ? 1.0
               : (double)__atomic_load_n(&task->done, __ATOMIC_ACQUIRE) / (double)task->wish.frames;
}

static void add_time(struct str *s, double seconds) {
    long whole = seconds > 0 && seconds < 1e7 ? (long)(seconds + 0.5) : 0;
    if (whole >= 3600) {
        str_addf(s, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    } else {
        str_addf(s, "%ld:%02ld", whole / 60, whole % 60);
    }
}

static void add_remaining(struct str *s, double elapsed_s, double part) {
    if (part > 0.005 && elapsed_s > 0.5) {
        add_time(s, elapsed_s * (1 - part) / part);
        str_add(s, _(" left"));
    } else {
        str_add(s, "...");
    }
}

static double speed_of(const struct prepare_task *task, int64_t until_us) {
    double elapsed = (double)(until_us - task->begun_us) / 1e6;
    double rate = (double)task->wish.rate.num / (double)task->wish.rate.den;
    double done = (double)__atomic_load_n(&task->done, __ATOMIC_ACQUIRE);
    return elapsed > 0 && rate > 0 ? done / rate / elapsed : 0;
}

/* ---- what has been done --------------------------------------------------------------------- */

static void add_shape(struct str *s, const struct prepare_task *task) {
    const struct media_facts *f = &task->media->facts;
    str_addf(s, "%s: %dx%d", task->media->name, f->coded.w, f->coded.h);
    if (!is_still(task) && f->rate.num > 0) {
        str_addf(s, " %.4g/s", (double)f->rate.num / (double)f->rate.den);
    }
    str_addf(s, " %s %.1f MB", f->codec, (double)task->media->identity.size / MEGABYTE);
}

static void add_wish(struct str *s, const struct prepare_task *task) {
    str_addf(s, " -> %dx%d", task->wish.size.w, task->wish.size.h);
    if (!is_still(task)) {
        str_addf(s, " %.4g/s", (double)task->wish.rate.num / (double)task->wish.rate.den);
    }
}

static void say_made(const struct prepare_task *task) {
    struct str s = {0};
    add_shape(&s, task);
    add_wish(&s, task);
    str_addf(&s, " %.1f MB", (double)task->report.bytes / MEGABYTE);
    if (task->report.psnr_db > 0) {
        str_addf(&s, ", %.1f dB, SSIM %.4f", task->report.psnr_db, task->report.ssim);
    }
    str_addf(&s, _(", in %.1f s"), (double)(task->ended_us - task->begun_us) / 1e6);
    if (!is_still(task)) {
        str_addf(&s, " (%.1fx)", speed_of(task, task->ended_us));
    }
    puts(str_text(&s));
    str_finish(&s);
    if (task->report.psnr_db > 0 && task->report.psnr_db < PREPARE_PSNR_WARN_DB) {
        log_warning(
            _("%s: the prepared file differs visibly from its source (%.1f dB); look at it, "
              "and use --profile pc if it is not good enough"),
            task->media->name, task->report.psnr_db);
    }
}

static void say_task(const struct prepare_task *task, bool is_quiet) {
    enum prepare_outcome outcome = outcome_of(task);
    if (outcome == PREPARE_TASK_MADE && !is_quiet) {
        say_made(task);
    } else if (outcome == PREPARE_TASK_FAILED && !task->report.has_quit) {
        log_error(_("%s: not prepared: %s; it plays as it is"), task->media->name,
                  task->report.problem);
    } else if (outcome == PREPARE_TASK_KEPT && !is_quiet) {
        printf(_("%s: kept: %s\n"), task->media->name, task->why);
    } else if (outcome == PREPARE_TASK_READY && !is_quiet) {
        printf(_("%s: ready before\n"), task->media->name);
    }
}

/* ---- what is being done --------------------------------------------------------------------- */

static void add_bar(struct str *s, double part) {
    int full = (int)(part * BAR_WIDTH + 0.5);
    str_add(s, "[");
    for (int i = 0; i < BAR_WIDTH; i++) {
        str_add(s, i < full ? "=" : i == full ? ">" : " ");
    }
    str_addf(s, "] %3.0f %%", part * 100);
}

static void add_running(struct str *s, const struct prepare_task *task, int64_t now) {
    double part = part_done(task);
    str_addf(s, "  %.40s %.0f %% %.1fx ", task->media->name, part * 100, speed_of(task, now));
    add_remaining(s, (double)(now - task->begun_us) / 1e6, part);
}

static void add_all(struct str *s, const struct prepare_progress *p, int64_t now) {
    double work = 0, done = 0;
    int ended = 0, of = 0;
    for (int i = 0; i < p->count; i++) {
        if (p->tasks[i].ended_us > 0 || !is_final(outcome_of(&p->tasks[i]))) {
            work += work_of(&p->tasks[i]);
            done += work_of(&p->tasks[i]) * part_done(&p->tasks[i]);
            ended += is_final(outcome_of(&p->tasks[i]));
            of++;
        }
    }
    double part = work > 0 ? done / work : 1;
    add_bar(s, part);
    str_addf(s, _(", %d/%d files done, "), ended, of);
    add_remaining(s, (double)(now - p->begun_us) / 1e6, part);
    for (int i = 0; i < p->count && s->length < LINE_MAX_CELLS; i++) {
        if (outcome_of(&p->tasks[i]) == PREPARE_TASK_RUNNING) {
            add_running(s, &p->tasks[i], now);
        }
    }
}

static void clear_line(struct prepare_progress *p) {
    if (p->has_line) {
        printf("\r\033[K");
        p->has_line = false;
    }
}

static void say_ended(struct prepare_progress *p) {
    for (int i = 0; i < p->count; i++) {
        struct prepare_task *task = &p->tasks[i];
        if (!task->is_said && is_final(outcome_of(task))) {
            task->is_said = true;
            clear_line(p);
            fflush(stdout);
            say_task(task, p->is_quiet);
        }
    }
}

void prepare_progress_start(struct prepare_progress *p, struct prepare_task *tasks, int count,
                            bool is_quiet) {
    *p = (struct prepare_progress){.tasks = tasks, .count = count, .is_quiet = is_quiet};
    p->is_terminal = !is_quiet && isatty(STDOUT_FILENO);
    p->begun_us = p->said_us = clock_monotonic_us();
    say_ended(p);
    fflush(stdout);
}

void prepare_progress_look(struct prepare_progress *p) {
    int64_t now = clock_monotonic_us();
    bool is_due = p->is_terminal || now - p->said_us >= PLAIN_PERIOD_US;
    say_ended(p);
    if (is_due && !p->is_quiet) {
        struct str line = {0};
        p->said_us = now;
        add_all(&line, p, now);
        printf(p->is_terminal ? "\r\033[K%.*s" : "%.*s\n", LINE_MAX_CELLS + 60, str_text(&line));
        p->has_line = p->is_terminal;
        str_finish(&line);
    }
    fflush(stdout);
}

void prepare_progress_end(struct prepare_progress *p) {
    clear_line(p);
    say_ended(p);
    fflush(stdout);
}

int64_t prepare_task_print(const struct prepare_task *task) {
    struct str s = {0};
    enum prepare_outcome outcome = outcome_of(task);
    bool is_kept = outcome == PREPARE_TASK_KEPT || outcome == PREPARE_TASK_SKIPPED;
    int64_t bytes = is_kept ? task->media->identity.size
                    : outcome == PREPARE_TASK_READY
                        ? task->report.bytes
                        : prepared_bytes_guess(&task->media->facts, &task->wish);
    add_shape(&s, task);
    if (is_kept) {
        str_addf(&s, _(": kept: %s"), task->why != NULL ? task->why : _("it failed before"));
    } else {
        add_wish(&s, task);
        str_addf(&s, outcome == PREPARE_TASK_READY ? _(" %.1f MB, ready") : _(" about %.1f MB"),
                 (double)bytes / MEGABYTE);
    }
    puts(str_text(&s));
    str_finish(&s);
    return bytes;
}
