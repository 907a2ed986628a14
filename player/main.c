#include "base/translate.h"
#include "cli.h"

int main(int argc, char **argv) {
    translate_start();
    return cli_run(argc, argv);
}
