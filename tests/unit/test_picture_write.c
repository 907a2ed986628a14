#include "media/picture_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

/* Big-endian number in a PNG header. */
static unsigned number_at(const char *bytes, size_t at) {
    const unsigned char *b = (const unsigned char *)bytes + at;
    return (unsigned)b[0] << 24 | (unsigned)b[1] << 16 | (unsigned)b[2] << 8 | b[3];
}

static void writes_an_opaque_rgb_png(void **state) {
    (void)state;
    char path[] = "/tmp/test_picture_write.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    uint8_t pixels[2 * 16];
    for (int i = 0; i < 32; i++) {
        pixels[i] = (uint8_t)(i * 7);
    }
    const char *why = NULL;
    assert_true(picture_write_png(path, pixels, 3, 2, 16, &why));
    size_t length = 0;
    char *bytes = file_read(path, 1 << 20, &length, &why);
    assert_non_null(bytes);
    assert_memory_equal(bytes, "\x89PNG\r\n\x1a\n", 8);
    assert_int_equal(number_at(bytes, 16), 3);
    assert_int_equal(number_at(bytes, 20), 2);
    assert_int_equal(bytes[24], 8); /* bits */
    assert_int_equal(bytes[25], 2); /* RGB without alpha */
    free(bytes);
    unlink(path);
}

static void names_the_reason(void **state) {
    (void)state;
    uint8_t pixel[4] = {0};
    const char *why = NULL;
    assert_false(picture_write_png("/nonexistent/x.png", pixel, 1, 1, 4, &why));
    assert_non_null(why);
    why = NULL;
    assert_false(picture_write_png("/tmp/x.png", pixel, 0, 1, 4, &why));
    assert_non_null(why);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_an_opaque_rgb_png),
        cmocka_unit_test(names_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
