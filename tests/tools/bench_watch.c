/* bench_watch: runs a player and watches, from outside, what it costs and what the screen shows.
 *
 * usage: bench_watch [--screen FILE] [--server PID] [--settle S] [--for S] [--log FILE]
 *                    -- PROGRAM ...
 * Starts PROGRAM, waits until the screen (an Xvfb -fbdir file) shows something other than before,
 * lets S seconds pass, then measures for S seconds: CPU time of the player and of the X server,
 * the player's peak memory, and each change of what the screen shows, looked at 1000 times a
 * second. Prints "name value" lines; the log has a line for each change: microseconds (real time),
 * code (bench_screen.h). Without --screen only the costs are measured.
 *
 * usage: bench_watch --agree FILE FILE --for S
 * How often two screens show the same code: "agree SHARE". */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "bench_screen.h"

#define LOOK_NS        1000000
#define START_LIMIT_US 30000000

struct watch {
    const char *screen_path[2];
    const char *log_path;
    pid_t server;
    double settle_s, for_s;
    char **command;
    struct bench_screen screen[2];
    FILE *log;
    uint32_t shown;
};

static int64_t us_of(clockid_t id) {
    struct timespec t = {0, 0};
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* CPU time of all threads of a process, dead ones too. */
static int64_t cpu_us(pid_t pid) {
    clockid_t id;
    return pid > 0 && clock_getcpuclockid(pid, &id) == 0 ? us_of(id) : 0;
}

static double peak_mb(pid_t pid) {
    char path[32], line[128];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            kb = strtol(line + 6, NULL, 10);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return (double)kb / 1024;
}

static void sleep_to_next_look(struct timespec *next) {
    next->tv_nsec += LOOK_NS;
    if (next->tv_nsec >= 1000000000) {
        next->tv_nsec -= 1000000000;
        next->tv_sec++;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec > next->tv_sec || (now.tv_sec == next->tv_sec && now.tv_nsec > next->tv_nsec)) {
        *next = now; /* looks that were missed are not made up for */
    }
}

/* True when the screen shows something else than at the last look. */
static bool look(struct watch *watch) {
    uint32_t code = bench_code(&watch->screen[0]);
    if (code == watch->shown || code == BENCH_UNKNOWN) {
        return false;
    }
    watch->shown = code;
    if (watch->log != NULL) {
        fprintf(watch->log, "%lld %u\n", (long long)us_of(CLOCK_REALTIME), code);
    }
    return true;
}

static bool has_ended(pid_t child) {
    return waitpid(child, NULL, WNOHANG) == child;
}

static pid_t start(char **command) {
    pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        execvp(command[0], command);
        fprintf(stderr, "%s: %s\n", command[0], strerror(errno));
        _exit(127);
    }
    return child;
}

static void stop(pid_t child) {
    kill(-child, SIGTERM);
    for (int i = 0; i < 200; i++) {
        if (has_ended(child)) {
            return;
        }
        usleep(10000);
    }
    kill(-child, SIGKILL);
    waitpid(child, NULL, 0);
}

/* Looks until `end_us`; at the first change only when `until_change`. False when the player ends.
 */
static bool watch_until(struct watch *watch, pid_t child, int64_t end_us, bool until_change) {
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    for (int64_t i = 0; us_of(CLOCK_MONOTONIC) < end_us; i++) {
        sleep_to_next_look(&next);
        if (watch->screen_path[0] != NULL && look(watch) && until_change) {
            return true;
        }
        if (i % 256 == 255 && has_ended(child)) {
            fprintf(stderr, "%s: ended too early\n", watch->command[0]);
            return false;
        }
    }
    return true;
}

static int64_t from_now(double seconds) {
    return us_of(CLOCK_MONOTONIC) + (int64_t)(seconds * 1e6);
}

static bool measure(struct watch *watch, pid_t child) {
    int64_t began = us_of(CLOCK_MONOTONIC), cpu = cpu_us(child), server = cpu_us(watch->server);
    if (watch->log_path != NULL && (watch->log = fopen(watch->log_path, "w")) == NULL) {
        fprintf(stderr, "%s: %s\n", watch->log_path, strerror(errno));
        return false;
    }
    watch->shown = BENCH_UNCHANGED;
    bool lived = watch_until(watch, child, from_now(watch->for_s), false);
    double seconds = (double)(us_of(CLOCK_MONOTONIC) - began);
    printf("seconds %.3f\n", seconds / 1e6);
    printf("cpu %.5f\n", (double)(cpu_us(child) - cpu) / seconds);
    printf("server_cpu %.5f\n", (double)(cpu_us(watch->server) - server) / seconds);
    printf("peak_mb %.1f\n", peak_mb(child));
    if (watch->log != NULL) {
        fclose(watch->log);
    }
    return lived;
}

static bool run(struct watch *watch) {
    if (watch->screen_path[0] != NULL) {
        look(watch);
    }
    int64_t began = us_of(CLOCK_MONOTONIC);
    pid_t child = start(watch->command);
    bool good = child > 0;
    if (good && watch->screen_path[0] != NULL) {
        good = watch_until(watch, child, began + START_LIMIT_US, true);
        printf("start_ms %.0f\n", (double)(us_of(CLOCK_MONOTONIC) - began) / 1000);
    }
    good = good && watch_until(watch, child, from_now(watch->settle_s), false) &&
           (watch->for_s <= 0 || measure(watch, child));
    if (child > 0) {
        stop(child);
    }
    return good;
}

static bool agree(const struct watch *watch) {
    int64_t end = from_now(watch->for_s), looks = 0, same = 0;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    while (us_of(CLOCK_MONOTONIC) < end) {
        sleep_to_next_look(&next);
        uint32_t a = bench_code(&watch->screen[0]), b = bench_code(&watch->screen[1]);
        looks++;
        same += a == b && a < BENCH_COLOR;
    }
    printf("agree %.5f\n", (double)same / (double)looks);
    return looks > 0;
}

static bool parse(struct watch *watch, int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i++) {
        const char *value = argv[i + 1];
        if (strcmp(argv[i], "--") == 0) {
            watch->command = argv + i + 1;
            return true;
        } else if (strcmp(argv[i], "--agree") == 0 && i + 2 < argc) {
            watch->screen_path[0] = value;
            watch->screen_path[1] = argv[i + 2];
            i++;
        } else if (strcmp(argv[i], "--screen") == 0) {
            watch->screen_path[0] = value;
        } else if (strcmp(argv[i], "--server") == 0) {
            watch->server = (pid_t)strtol(value, NULL, 10);
        } else if (strcmp(argv[i], "--settle") == 0) {
            watch->settle_s = strtod(value, NULL);
        } else if (strcmp(argv[i], "--for") == 0) {
            watch->for_s = strtod(value, NULL);
        } else if (strcmp(argv[i], "--log") == 0) {
            watch->log_path = value;
        } else {
            return false;
        }
        i++;
    }
    return watch->screen_path[1] != NULL;
}

int main(int argc, char **argv) {
    struct watch watch = {.shown = BENCH_UNCHANGED};
    if (!parse(&watch, argc, argv)) {
        fprintf(stderr, "usage: bench_watch [--screen FILE] [--server PID] [--settle S] [--for S] "
                        "[--log FILE] -- PROGRAM ...\n"
                        "       bench_watch --agree FILE FILE --for S\n");
        return 2;
    }
    for (int i = 0; i < 2; i++) {
        if (watch.screen_path[i] != NULL &&
            !bench_screen_open(&watch.screen[i], watch.screen_path[i])) {
            return 1;
        }
    }
    return (watch.screen_path[1] != NULL ? agree(&watch) : run(&watch)) ? 0 : 1;
}
