/* corpus_run: any folder of media through the player, file by file, and a table of what became of
 * it.
 *
 * usage: corpus_run LEDSIGN FOLDER [PART_OF_A_NAME]
 *
 * Each file becomes the one item of a site of 320 x 180. `ledsign snapshot` shows it half a second
 * in, `ledsign play` plays and records two seconds of it on a virtual clock. Both run under limits
 * of time and memory. Where FFmpeg's own program decodes the file too, the picture is compared with
 * its picture (on a grid of 32 x 18, so that scaling filters do not matter) and the sound with its
 * loudness. A manifest.tsv in the folder (columns path, expected by name) says which files have to
 * play; without one, whatever FFmpeg decodes has to. Prints a line for each file that is not as
 * expected, then the table. Exit status 1 after a crash, a hang or too much memory. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WIDTH       320
#define HEIGHT      180
#define GRID_W      32
#define GRID_H      18
#define PIXELS      (WIDTH * HEIGHT * 4)
#define LIMIT_S     15.0
#define SLOW_S      2.0
#define RSS_MAX_KB  (400 * 1024)
#define FILES_MAX   4096
#define FRAMES_MAX  12
#define PICTURE_OFF 14.0 /* mean difference of the grid's cells, of 255 */
#define SOUND_OFF   3.0  /* dB */
#define SOUND_BYTES (48000 * 2 * 2 * 2)

enum verdict { RIGHT, PICTURE_WRONG, SOUND_WRONG, REFUSED, NOT_COMPARED, CRASHED, HUNG, VERDICTS };
static const char *const verdict_names[] = {
    "right", "picture differs", "sound differs", "refused", "not compared", "crashed", "hung"};

struct run {
    int status;
    bool timed_out;
    double seconds;
    long rss_kb;
    char errors[2000];
};

struct work {
    const char *ledsign;
    char folder[64];
    char site[96], picture[96], sound[96], errors[96];
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void limit(int what, rlim_t value) {
    struct rlimit l = {value, value};
    setrlimit(what, &l);
}

static void start_child(const char *const argv[], const char *errors) {
    int null = open("/dev/null", O_RDWR), log = open(errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(null, 0);
    dup2(null, 1);
    dup2(log, 2);
    limit(RLIMIT_AS, (rlim_t)4 << 30);
    limit(RLIMIT_CPU, 30);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, (rlim_t)256 << 20);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

static struct run run(const char *const argv[], const char *errors) {
    struct run result = {0};
    struct rusage usage;
    double begun = now();
    pid_t child = fork();
    if (child == 0) {
        start_child(argv, errors);
    }
    while (wait4(child, &result.status, WNOHANG, &usage) == 0) {
        if (now() - begun > LIMIT_S && !result.timed_out) {
            result.timed_out = true;
            kill(child, SIGKILL);
        }
        usleep(2000);
    }
    result.seconds = now() - begun;
    result.rss_kb = usage.ru_maxrss;
    FILE *file = fopen(errors, "r");
    if (file != NULL) {
        size_t length = fread(result.errors, 1, sizeof result.errors - 1, file);
        result.errors[length] = 0;
        fclose(file);
    }
    return result;
}

/* Both halves of a pipe would do; a file keeps it simple. Returns the bytes read. */
static size_t ffmpeg(const struct work *work, const char *const argv[], uint8_t *bytes,
                     size_t size) {
    char path[96];
    snprintf(path, sizeof path, "%s/reference", work->folder);
    unlink(path);
    const char *full[64] = {"ffmpeg", "-v", "error", "-nostdin", "-y"};
    int count = 5;
    for (int i = 0; argv[i] != NULL; i++) {
        full[count++] = argv[i];
    }
    full[count] = path;
    struct run result = run(full, work->errors);
    FILE *file = result.timed_out ? NULL : fopen(path, "rb");
    size_t length = file != NULL ? fread(bytes, 1, size, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    return length;
}

static void write_site(const struct work *work, const char *kind, const char *path) {
    FILE *file = fopen(work->site, "w");
    fprintf(file,
            "screen = { size = [ %d, %d ]; timezone = \"UTC\"; };\n"
            "playlists = { list = ( { %s = \"",
            WIDTH, HEIGHT, kind);
    for (const char *c = path; *c != 0; c++) {
        fprintf(file, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
    }
    fprintf(file, "\"; } ); };\nschedule = ( { play = \"list\"; when = \"00:00-23:00\"; } );\n");
    fclose(file);
}

static const char *kind_of(const char *path) {
    static const char *const images[] = {"png", "jpg",  "jpeg", "gif",  "webp", "bmp",
                                         "tif", "tiff", "avif", "heic", NULL};
    static const char *const sounds[] = {"mp3", "m4a", "flac", "ogg", "opus", "wav",  "aac", "wma",
                                         "oga", "mka", "m4b",  "aif", "aiff", "path", NULL};
    const char *dot = strrchr(path, '.');
    for (int i = 0; dot != NULL && images[i] != NULL; i++) {
        if (strcasecmp(dot + 1, images[i]) == 0) {
            return "image";
        }
    }
    for (int i = 0; dot != NULL && sounds[i] != NULL; i++) {
        if (strcasecmp(dot + 1, sounds[i]) == 0) {
            return "audio";
        }
    }
    return "video";
}

/* Mean of each cell over black, three colours. */
static void grid_of(const uint8_t *bgra, double grid[GRID_W * GRID_H * 3]) {
    memset(grid, 0, sizeof(double) * GRID_W * GRID_H * 3);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const uint8_t *pixel = bgra + ((size_t)y * WIDTH + (size_t)x) * 4;
            double *cell = grid + ((y * GRID_H / HEIGHT) * GRID_W + x * GRID_W / WIDTH) * 3;
            for (int c = 0; c < 3; c++) {
                cell[c] += pixel[c] * pixel[3] / 255.0 / (10.0 * 10.0);
            }
        }
    }
}

static double difference(const uint8_t *a, const uint8_t *b) {
    static double x[GRID_W * GRID_H * 3], y[GRID_W * GRID_H * 3];
    double sum = 0;
    grid_of(a, x);
    grid_of(b, y);
    for (int i = 0; i < GRID_W * GRID_H * 3; i++) {
        sum += fabs(x[i] - y[i]);
    }
    return sum / (GRID_W * GRID_H * 3);
}

/* The smallest difference to one of the pictures around the instant; < 0: nothing to compare. */
static double compare_picture(const struct work *work, const char *path, bool is_still) {
    static uint8_t ours[PIXELS], theirs[PIXELS * FRAMES_MAX];
    const char *mine[] = {"-i", work->picture, "-f", "rawvideo", "-pix_fmt", "bgra", NULL};
    char url[4200];
    snprintf(url, sizeof url, "file:%s", path);
    const char *filter =
        "scale='max(1,iw*if(sar,sar,1))':ih,setsar=1,scale=320:180:"
        "force_original_aspect_ratio=decrease:flags=area,format=bgra,pad=320:180:-1:-1:black@0";
    const char *still[] = {"-i", url,        "-frames:v", "1",    "-vf", filter,
                           "-f", "rawvideo", "-pix_fmt",  "bgra", NULL};
    /* Decoded from the beginning: jumping into a transport stream shows FFmpeg's own broken
     * pictures. */
    const char *moving[] = {"-i",          url,         "-ss",      "0.4",      "-t",   "0.25",
                            "-an",         "-frames:v", "12",       "-vf",      filter, "-fps_mode",
                            "passthrough", "-f",        "rawvideo", "-pix_fmt", "bgra", NULL};
    if (ffmpeg(work, mine, ours, PIXELS) != PIXELS) {
        return -1;
    }
    size_t got = is_still ? 0 : ffmpeg(work, moving, theirs, sizeof theirs);
    if (got < PIXELS) { /* a still, or shorter than half a second */
        got = ffmpeg(work, still, theirs, sizeof theirs);
    }
    double least = -1;
    for (size_t i = 0; (i + 1) * PIXELS <= got; i++) {
        double d = difference(ours, theirs + i * PIXELS);
        least = least < 0 || d < least ? d : least;
    }
    return least;
}

/* Decibels of what is heard in two seconds; -100 is silence. */
static double loudness(const uint8_t *bytes, size_t length) {
    double sum = 0;
    size_t count = length / 2;
    for (size_t i = 0; i < count; i++) {
        double v = (int16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8) / 32768.0;
        sum += v * v;
    }
    return count > 0 && sum > 0 ? fmax(-100, 10 * log10(sum / (double)count)) : -100;
}

/* How much louder we are, in dB; 0 where there is nothing to hear. NAN: nothing to compare. */
static double compare_sound(const struct work *work, const char *path) {
    static uint8_t ours[SOUND_BYTES + 44], theirs[SOUND_BYTES];
    char url[4200];
    snprintf(url, sizeof url, "file:%s", path);
    const char *argv[] = {"-i", url,   "-t",    "2",  "-vn",   "-ac",
                          "2",  "-ar", "48000", "-f", "s16le", NULL};
    size_t got = ffmpeg(work, argv, theirs, sizeof theirs);
    FILE *file = fopen(work->sound, "rb");
    size_t mine = file != NULL ? fread(ours, 1, sizeof ours, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    if (got < 48000 / 5 * 4 || mine <= 44) {
        return NAN;
    }
    mine = mine - 44 < got ? mine - 44 : got; /* what is shorter is repeated */
    double a = loudness(ours + 44, mine), b = loudness(theirs, got);
    return a < -60 && b < -60 ? 0 : a - b;
}

static bool is_bad_end(const struct run *r) {
    return r->timed_out || WIFSIGNALED(r->status) || r->rss_kb > RSS_MAX_KB;
}

static struct { char *path, *expected; } manifest[FILES_MAX];
static int manifest_count;

static void read_manifest(const char *folder) {
    char path[4200], line[4096];
    snprintf(path, sizeof path, "%s/manifest.tsv", folder);
    FILE *file = fopen(path, "r");
    int wanted = -1;
    while (file != NULL && manifest_count < FILES_MAX && fgets(line, sizeof line, file) != NULL) {
        char *rest = line, *field, *name = NULL, *expected = NULL;
        for (int i = 0; (field = strsep(&rest, "\t\n")) != NULL; i++) {
            name = i == 0 ? field : name;
            expected = i == wanted ? field : expected;
            wanted = strcmp(field, "expected") == 0 && wanted < 0 ? i : wanted;
        }
        manifest[manifest_count].path = strdup(name != NULL ? name : "");
        manifest[manifest_count++].expected = strdup(expected != NULL ? expected : "");
    }
    if (file != NULL) {
        fclose(file);
    }
}

static const char *expected_of(const char *relative) {
    for (int i = 0; i < manifest_count; i++) {
        if (strcmp(manifest[i].path, relative) == 0) {
            return manifest[i].expected;
        }
    }
    return "";
}

static void cut_line(char *text) {
    text[strcspn(text, "\n")] = 0;
}

struct total {
    long files[2][VERDICTS]; /* have to play; may be refused */
    double slowest;
    long largest_kb;
    long slow, heavy;
    char slowest_name[300], largest_name[300];
};

static void note_costs(struct total *total, const struct run *r, const char *name) {
    if (r->seconds > total->slowest) {
        total->slowest = r->seconds;
        snprintf(total->slowest_name, sizeof total->slowest_name, "%s", name);
    }
    if (r->rss_kb > total->largest_kb) {
        total->largest_kb = r->rss_kb;
        snprintf(total->largest_name, sizeof total->largest_name, "%s", name);
    }
    total->slow += r->seconds > SLOW_S;
    total->heavy += r->rss_kb > RSS_MAX_KB;
}

/* A name may promise a video where there is only sound. */
static struct run try_kinds(const struct work *work, const char *const snapshot[], const char *path,
                            const char **kind) {
    write_site(work, *kind, path);
    struct run first = run(snapshot, work->errors);
    if (strcmp(*kind, "video") == 0 && strstr(first.errors, "no video in it") != NULL) {
        *kind = "audio";
        write_site(work, *kind, path);
        first = run(snapshot, work->errors);
    }
    return first;
}

static void try_file(const struct work *work, struct total *total, const char *path,
                     const char *name) {
    const char *kind = kind_of(path), *expected = expected_of(name);
    char text[200] = "";
    unlink(work->picture);
    unlink(work->sound);
    const char *snapshot[] = {
        work->ledsign, "snapshot",    work->site, "--at", "2026-09-02T00:00:00.5Z",
        "-o",          work->picture, NULL};
    const char *play[] = {work->ledsign, "play",      work->site,
                          "--display",   "offscreen", "--speed",
                          "max",         "--at",      "2026-09-02T00:00:00Z",
                          "--for",       "2s",        "--record-sound",
                          work->sound,   NULL};
    struct run first = try_kinds(work, snapshot, path, &kind), second = run(play, work->errors);
    note_costs(total, &first, name);
    enum verdict verdict = RIGHT;
    bool is_refused = strstr(first.errors, "error") != NULL || first.status != 0;
    if (first.timed_out || second.timed_out) {
        verdict = HUNG;
    } else if (is_bad_end(&first) || is_bad_end(&second)) {
        verdict = CRASHED;
        snprintf(text, sizeof text, "status %x and %x, %ld and %ld kB", (unsigned)first.status,
                 (unsigned)second.status, first.rss_kb, second.rss_kb);
    } else if (is_refused) {
        verdict = REFUSED;
        cut_line(first.errors);
        snprintf(text, sizeof text, "%.190s",
                 strstr(first.errors, name) != NULL ? strstr(first.errors, name) + strlen(name)
                                                    : first.errors);
    } else {
        double off = strcmp(kind, "audio") != 0
                         ? compare_picture(work, path, strcmp(kind, "image") == 0)
                         : -1;
        double louder = strcmp(kind, "image") != 0 ? compare_sound(work, path) : NAN;
        verdict = off > PICTURE_OFF          ? PICTURE_WRONG
                  : fabs(louder) > SOUND_OFF ? SOUND_WRONG
                  : off < 0 && isnan(louder) ? NOT_COMPARED
                                             : RIGHT;
        snprintf(text, sizeof text, "picture off by %.1f, sound by %.1f dB", off, louder);
    }
    bool has_to_play = manifest_count > 0 ? strncmp(expected, "plays", 5) == 0 &&
                                                strstr(expected, "refus") == NULL &&
                                                strstr(expected, "fails") == NULL
                                          : true;
    total->files[has_to_play ? 0 : 1][verdict]++;
    bool is_expected = verdict == RIGHT || (verdict == REFUSED && !has_to_play) ||
                       (!has_to_play && verdict <= NOT_COMPARED);
    if (!is_expected || first.seconds > SLOW_S || first.rss_kb > RSS_MAX_KB) {
        printf("%-16s %-5s %4.1f s %4ld MB  %s  %s\n", verdict_names[verdict], kind, first.seconds,
               first.rss_kb / 1024, name, text);
        fflush(stdout);
    }
}

static int by_name(const FTSENT **a, const FTSENT **b) {
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: corpus_run LEDSIGN FOLDER [PART_OF_A_NAME]\n");
        return 2;
    }
    struct work work = {.ledsign = argv[1], .folder = "/tmp/corpus_run.XXXXXX"};
    if (mkdtemp(work.folder) == NULL) {
        perror("/tmp");
        return 2;
    }
    snprintf(work.site, sizeof work.site, "%s/site.cfg", work.folder);
    snprintf(work.picture, sizeof work.picture, "%s/picture.png", work.folder);
    snprintf(work.sound, sizeof work.sound, "%s/sound.wav", work.folder);
    snprintf(work.errors, sizeof work.errors, "%s/errors", work.folder);
    char *root = realpath(argv[2], NULL), *roots[] = {root, NULL};
    if (root == NULL) {
        perror(argv[2]);
        return 2;
    }
    read_manifest(root);
    struct total total = {0};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    for (FTSENT *entry; tree != NULL && (entry = fts_read(tree)) != NULL;) {
        const char *name = entry->fts_path + strlen(root) + 1;
        bool is_media = entry->fts_info == FTS_F && strstr(name, "manifest.tsv") == NULL &&
                        strcmp(name + strlen(name) - 3, ".md") != 0;
        if (is_media && (argc < 4 || strstr(name, argv[3]) != NULL)) {
            try_file(&work, &total, entry->fts_path, name);
        }
    }
    fts_close(tree);
    printf("\n%-16s %12s %16s\n", "", "have to play", "may be refused");
    for (int i = 0; i < VERDICTS; i++) {
        printf("%-16s %12ld %16ld\n", verdict_names[i], total.files[0][i], total.files[1][i]);
    }
    printf(
        "slower than %.0f s: %ld (slowest %.1f s: %s)\nmore than %d MB: %ld (largest %ld MB: %s)\n",
        SLOW_S, total.slow, total.slowest, total.slowest_name, RSS_MAX_KB / 1024, total.heavy,
        total.largest_kb / 1024, total.largest_name);
    free(root);
    long bad = total.files[0][CRASHED] + total.files[1][CRASHED] + total.files[0][HUNG] +
               total.files[1][HUNG] + total.heavy;
    return bad > 0;
}
