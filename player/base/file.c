#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "base/translate.h"

/* Phrases for people; strerror is not thread safe everywhere and names nothing. */
static const char *phrase(int error) {
    static const struct {
        int error;
        const char *text;
    } rows[] = {
        {ENOENT, N_("no such file")},         {ENOTDIR, N_("no such folder")},
        {EACCES, N_("no permission")},        {EPERM, N_("no permission")},
        {EISDIR, N_("it is a folder")},       {ENOSPC, N_("the disk is full")},
        {EROFS, N_("the disk is read-only")}, {EIO, N_("the disk reports an error")},
        {ELOOP, N_("too many links")},        {ENAMETOOLONG, N_("the name is too long")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].error == error) {
            return rows[i].text;
        }
    }
    return N_("it cannot be read or written");
}

bool file_identify(const char *path, struct file_identity *out) {
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode) || access(path, R_OK) != 0) {
        return false;
    }
    *out = (struct file_identity){info.st_size,
                                  (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec,
                                  info.st_ino};
    return true;
}

const char *file_why_unreadable(const char *path) {
    struct stat info;
    if (stat(path, &info) != 0) {
        return phrase(errno);
    }
    if (!S_ISREG(info.st_mode)) {
        return S_ISDIR(info.st_mode) ? N_("it is a folder") : N_("it is not a regular file");
    }
    return phrase(access(path, R_OK) != 0 ? errno : EIO);
}

bool file_identity_equal(const struct file_identity *a, const struct file_identity *b) {
    return a->size == b->size && a->mtime_ns == b->mtime_ns && a->inode == b->inode;
}

static char *read_descriptor(int fd, size_t limit, size_t *length, const char **why) {
    struct str s = {0};
    char buffer[16384];
    ssize_t got;
    while ((got = read(fd, buffer, sizeof buffer)) != 0) {
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 || s.length + (size_t)got > limit) {
            *why = got < 0 ? phrase(errno) : N_("it is larger than allowed");
            str_finish(&s);
            return NULL;
        }
        str_add_bytes(&s, buffer, (size_t)got);
    }
    *length = s.length;
    return str_take(&s);
}

char *file_read(const char *path, size_t limit, size_t *length, const char **why) {
    /* O_NONBLOCK: opening a named pipe must not wait for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        *why = phrase(errno);
        if (fd >= 0) {
            close(fd);
        }
        return NULL;
    }
    char *bytes = NULL;
    if (!S_ISREG(info.st_mode)) {
        *why = S_ISDIR(info.st_mode) ? N_("it is a folder") : N_("it is not a regular file");
    } else {
        bytes = read_descriptor(fd, limit, length, why);
    }
    close(fd);
    return bytes;
}

static bool write_all(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static void sync_folder(const char *path) {
    char *folder = file_folder(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

bool file_write(const char *path, const void *bytes, size_t length, const char **why) {
    struct str temporary = {0};
    str_addf(&temporary, "%s.part-XXXXXX", path);
    int fd = mkostemp(temporary.text, O_CLOEXEC);
    bool done = fd >= 0 && fchmod(fd, 0644) == 0 && write_all(fd, bytes, length) && fsync(fd) == 0;
    int error = errno;
    if (fd >= 0 && close(fd) != 0 && done) {
        done = false;
        error = errno;
    }
    if (done && rename(temporary.text, path) != 0) {
        done = false;
        error = errno;
    }
    if (done) {
        sync_folder(path);
    } else {
        *why = phrase(error == ENOENT ? ENOTDIR : error);
        if (fd >= 0) {
            unlink(temporary.text);
        }
    }
    str_finish(&temporary);
    return done;
}

bool file_can_write(const char *path, const char **why) {
    struct stat info;
    char *folder = file_folder(path);
    int error = access(folder, W_OK | X_OK) != 0 ? errno : 0;
    if (error == 0 && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        error = EISDIR;
    }
    free(folder);
    if (error != 0) {
        *why = phrase(error == ENOENT ? ENOTDIR : error);
    }
    return error == 0;
}

char *file_join(const char *folder, const char *name) {
    struct str path = {0};
    if (name[0] != '/') {
        str_add(&path, folder);
        if (path.length > 0 && path.text[path.length - 1] != '/') {
            str_add(&path, "/");
        }
    }
    str_add(&path, name);
    return str_take(&path);
}

char *file_folder(const char *path) {
    const char *slash = strrchr(path, '/');
    struct str folder = {0};
    if (slash == NULL) {
        str_add(&folder, ".");
    } else {
        str_add_bytes(&folder, path, slash == path ? 1 : (size_t)(slash - path));
    }
    return str_take(&folder);
}

const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Makes a folder and those above it. */
static bool make_folders(const char *path) {
    char *copy = mem_strdup(path);
    bool made = true;
    for (char *slash = strchr(copy + 1, '/'); made; slash = strchr(slash + 1, '/')) {
        if (slash != NULL) {
            *slash = 0;
        }
        made = mkdir(copy, 0755) == 0 || errno == EEXIST;
        if (slash == NULL) {
            break;
        }
        *slash = '/';
    }
    free(copy);
    return made;
}

char *file_in_state_folder(const char *name) {
    static const struct {
        const char *variable;
        const char *below;
    } places[] = {
        {"STATE_DIRECTORY", ""}, {"XDG_STATE_HOME", "/ledsign"}, {"HOME", "/.local/state/ledsign"}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const char *value = getenv(places[i].variable);
        if (value == NULL || value[0] != '/') {
            continue;
        }
        struct str path = {0};
        str_addf(&path, "%s%s", value, places[i].below);
        bool usable = make_folders(path.text);
        str_addf(&path, "/%s", name);
        if (usable) {
            return str_take(&path);
        }
        str_finish(&path);
    }
    return NULL;
}
