#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "unit.h"

static char folder[] = "/tmp/ledsign-file-XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

static char *in_folder(const char *name) {
    return file_join(folder, name);
}

static void paths(void **state) {
    (void)state;
    static const struct {
        const char *folder, *name, *joined;
    } joins[] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"a", "/b", "/b"},
                 {"", "b", "b"},    {"/", "b", "/b"},   {".", "../b", "./../b"}};
    for (size_t i = 0; i < COUNT(joins); i++) {
        char *joined = file_join(joins[i].folder, joins[i].name);
        assert_string_equal(joined, joins[i].joined);
        free(joined);
    }
    static const struct {
        const char *path, *folder, *name;
    } parts[] = {{"a/b", "a", "b"},
                 {"b", ".", "b"},
                 {"/b", "/", "b"},
                 {"a/b/c", "a/b", "c"},
                 {"a/", "a", ""}};
    for (size_t i = 0; i < COUNT(parts); i++) {
        char *found = file_folder(parts[i].path);
        assert_string_equal(found, parts[i].folder);
        assert_string_equal(file_name(parts[i].path), parts[i].name);
        free(found);
    }
}

static void reads_are_bounded(void **state) {
    (void)state;
    const char *why = NULL;
    size_t length = 0;
    char *path = in_folder("a");
    assert_true(file_write(path, "0123456789", 10, &why));
    char *text = file_read(path, 10, &length, &why);
    assert_string_equal(text, "0123456789");
    assert_int_equal(length, 10);
    free(text);
    assert_null(file_read(path, 9, &length, &why));
    assert_non_null(strstr(why, "larger"));
    unlink(path);
    assert_null(file_read(path, 9, &length, &why));
    assert_string_equal(why, "no such file");
    assert_null(file_read(folder, 9, &length, &why));
    assert_string_equal(why, "it is a folder");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_null(file_read(path, 9, &length, &why)); /* and does not wait for a writer */
    assert_string_equal(why, "it is not a regular file");
    unlink(path);
    assert_null(file_read("/proc/version", 3, &length, &why)); /* size 0, and yet something in it */
    free(path);
}

/* A new file in place of the old one: whoever has the old one open keeps it whole. */
static void writes_replace(void **state) {
    (void)state;
    const char *why = NULL;
    char *path = in_folder("a");
    struct file_identity before, after, same;
    assert_true(file_write(path, "old", 3, &why));
    assert_true(file_identify(path, &before));
    FILE *reader = fopen(path, "r");
    assert_true(file_write(path, "new and longer", 14, &why));
    char text[32] = "";
    assert_int_equal(fread(text, 1, sizeof text - 1, reader), 3);
    assert_string_equal(text, "old");
    fclose(reader);
    assert_true(file_identify(path, &after) && file_identify(path, &same));
    assert_false(file_identity_equal(&before, &after));
    assert_true(file_identity_equal(&after, &same));
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0644);
    unlink(path);
    assert_false(file_identify(path, &after));
    assert_string_equal(file_why_unreadable(path), "no such file");
    assert_false(file_identify(folder, &after));
    assert_string_equal(file_why_unreadable(folder), "it is a folder");
    free(path);
    path = in_folder("no/such/folder");
    why = NULL;
    assert_false(file_write(path, "x", 1, &why));
    assert_string_equal(why, "no such folder");
    why = NULL;
    assert_false(file_can_write(path, &why));
    assert_string_equal(why, "no such folder");
    free(path);
    path = in_folder("taken"); /* by a folder: the new file cannot take its name, and is removed */
    assert_true(file_can_write(path, &why));
    mkdir(path, 0700);
    assert_false(file_write(path, "x", 1, &why));
    assert_false(file_can_write(path, &why));
    assert_string_equal(why, "it is a folder");
    assert_int_equal(rmdir(path), 0);
    free(path); /* remove_folder fails when a temporary file is left behind */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),
        cmocka_unit_test(reads_are_bounded),
        cmocka_unit_test(writes_replace),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
