#include "base/line.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

bool line_write(int descriptor, const char *line, size_t length) {
    char cut[LINE_BYTES_MAX];
    struct pollfd room = {.fd = descriptor, .events = POLLOUT};
    if (poll(&room, 1, 0) != 1 || (room.revents & (POLLERR | POLLNVAL | POLLOUT)) != POLLOUT) {
        return false;
    }
    if (length > sizeof cut) {
        memcpy(cut, line, sizeof cut);
        cut[sizeof cut - 1] = '\n';
        line = cut;
        length = sizeof cut;
    }
    ssize_t written;
    do {
        written = write(descriptor, line, length);
    } while (written < 0 && errno == EINTR);
    return written == (ssize_t)length;
}
