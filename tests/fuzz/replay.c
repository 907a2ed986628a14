/* Runs a fuzz target over the files that are named: the corpus, in builds without libFuzzer. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        size_t length = 0;
        const char *why = NULL;
        char *bytes = file_read(argv[i], 1 << 20, &length, &why);
        if (bytes == NULL) {
            fprintf(stderr, "%s: %s\n", argv[i], why);
            return 1;
        }
        LLVMFuzzerTestOneInput((const unsigned char *)bytes, length);
        free(bytes);
    }
    printf("ok    %s: %d inputs\n", argv[0], argc - 1);
    return 0;
}
