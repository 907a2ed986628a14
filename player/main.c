#include <malloc.h>

#include "base/translate.h"
#include "cli.h"

/* Each thread that decodes would keep an arena of its own, and what it once took. */
#define ARENAS_MAX 2
/* Pictures go back to the system when they are freed, whatever sizes were freed before. */
#define MMAP_THRESHOLD (1024 * 1024)

int main(int argc, char **argv) {
    mallopt(M_ARENA_MAX, ARENAS_MAX);
    mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD);
    translate_start();
    return cli_run(argc, argv);
}
