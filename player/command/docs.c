#include <stdio.h>
#include <stdlib.h>

#include "command/command.h"
#include "model/config.h"

int command_keys(int argc, char **argv) {
    int count = 0;
    if (!options_parse(argc, argv, NULL, 0, NULL, 0, &count)) {
        return COMMAND_USAGE;
    }
    char *text = config_document();
    fputs(text, stdout);
    free(text);
    return COMMAND_OK;
}
