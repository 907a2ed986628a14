/* prepare_progress.h: says how far `prepare` is: one line that is kept fresh on a terminal, plain
 * lines elsewhere. Main thread; reads what the working threads write atomically. */
#ifndef LEDSIGN_COMMAND_PREPARE_PROGRESS_H
#define LEDSIGN_COMMAND_PREPARE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "media/prepare.h"

enum prepare_outcome {
    PREPARE_TASK_WAITING,
    PREPARE_TASK_RUNNING,
    PREPARE_TASK_MADE,
    PREPARE_TASK_READY, /* was there already */
    PREPARE_TASK_KEPT,  /* the source is right */
    PREPARE_TASK_FAILED,
    PREPARE_TASK_SKIPPED, /* failed earlier */
    PREPARE_TASK_OUTCOMES,
};

struct prepare_task {
    const struct media *media;
    struct prepared_wish wish;
    enum prepare_outcome outcome; /* atomic; what follows is written before it becomes final */
    const char *why;              /* kept: borrowed phrase */
    struct prepare_report report;
    int64_t begun_us;
    int64_t ended_us;
    int64_t done; /* atomic: pictures */
    bool is_said;
};

struct prepare_progress {
    struct prepare_task *tasks;
    int count;
    bool is_quiet;
    bool is_terminal;
    bool has_line;
    int64_t begun_us;
    int64_t said_us;
};

void prepare_progress_start(struct prepare_progress *progress, struct prepare_task *tasks,
                            int count, bool is_quiet);
void prepare_progress_look(struct prepare_progress *progress);
void prepare_progress_end(struct prepare_progress *progress);

/* One line for --dry-run; gives the bytes that will be played, guessed where they are not known. */
int64_t prepare_task_print(const struct prepare_task *task);

#endif
