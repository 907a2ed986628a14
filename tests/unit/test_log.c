/* A log whose reader does not read in time says afterwards how much is missing. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "unit.h"

static void lines_without_room_are_counted(void **state) {
    (void)state;
    int ends[2], before = dup(STDERR_FILENO);
    char text[65536 + 1];
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    while (write(ends[1], "x", 1) == 1) {
    }
    dup2(ends[1], STDERR_FILENO);
    log_never_wait();
    log_info("lost");
    log_warning("lost as well");
    while (read(ends[0], text, sizeof text) > 0) {
    }
    log_info("there again");
    log_info("nothing more to say");
    log_set_sink(NULL, NULL);
    dup2(before, STDERR_FILENO);
    ssize_t length = read(ends[0], text, sizeof text - 1);
    assert_true(length > 0);
    text[length] = 0;
    assert_string_equal(
        text, "ledsign: warning: 2 lines before this one are missing: stderr was not read in time\n"
              "ledsign: there again\n"
              "ledsign: nothing more to say\n");
    close(before);
    close(ends[0]);
    close(ends[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_without_room_are_counted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
