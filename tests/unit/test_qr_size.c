/* The size that is foretold is the one that the library draws, for every length. */
#include <qrencode.h>
#include <string.h>

#include "model/qr_size.h"
#include "unit.h"

#define BYTES_MAX 2331

static void sizes(void **state) {
    (void)state;
    char text[BYTES_MAX + 2] = "";
    for (size_t bytes = 1; bytes <= BYTES_MAX; bytes += bytes < 130 ? 1 : 17) {
        memset(text, 'x', bytes);
        text[bytes] = 0;
        QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
        assert_non_null(code);
        if (code->width + 8 != qr_size_modules(bytes)) {
            fail_msg("%zu bytes: %d, not %d", bytes, code->width + 8, qr_size_modules(bytes));
        }
        QRcode_free(code);
    }
    assert_int_equal(qr_size_modules(BYTES_MAX), 177 + 8);
    assert_int_equal(qr_size_modules(BYTES_MAX + 1), 0);
    memset(text, 'x', BYTES_MAX + 1);
    assert_null(QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sizes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
