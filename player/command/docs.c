#include <stdio.h>
#include <stdlib.h>

#include "command/command.h"
#include "model/config.h"

int command_keys(int argc, char **argv) {
    (void)argv;
    if (argc > 0) {
        return COMMAND_USAGE;
    }
    char *text = config_document();
    fputs(text, stdout);
    free(text);
    return COMMAND_OK;
}
