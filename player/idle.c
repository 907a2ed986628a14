#include "idle.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

#define END_LOOKS   200
#define END_LOOK_US 10000

extern char **environ;

static void start(struct idle *idle, const char *site_path) {
    char *arguments[] = {(char *)(uintptr_t) "ledsign", (char *)(uintptr_t) "prepare",
                         (char *)(uintptr_t) "--idle",  (char *)(uintptr_t) "--",
                         (char *)(uintptr_t)site_path,  NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int error = posix_spawn(&idle->child, "/proc/self/exe", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        idle->child = 0;
        log_warning("%s: its media cannot be prepared in the background: %s; run ledsign prepare",
                    site_path, strerror(error));
    }
}

void idle_look(struct idle *idle, const char *site_path, bool wanted) {
    if (idle->child > 0 && waitpid(idle->child, NULL, WNOHANG) != 0) {
        idle->child = 0;
    }
    if (idle->child == 0 && idle->is_due) {
        idle->is_due = false;
        if (wanted) {
            start(idle, site_path);
        }
    }
}

void idle_finish(struct idle *idle) {
    if (idle->child <= 0) {
        return;
    }
    kill(idle->child, SIGTERM);
    for (int i = 0; i < END_LOOKS; i++) {
        if (waitpid(idle->child, NULL, WNOHANG) != 0) {
            idle->child = 0;
            return;
        }
        usleep(END_LOOK_US);
    }
    kill(idle->child, SIGKILL);
    waitpid(idle->child, NULL, 0);
    idle->child = 0;
}
