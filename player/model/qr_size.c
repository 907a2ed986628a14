#include "model/qr_size.h"

#define QUIET_MODULES 4

int qr_size_modules(size_t bytes) {
    /* By version, from 1 on. */
    static const unsigned short most[] = {
        14,   26,   42,   62,   84,   106,  122,  152,  180,  213,  251,  287,  331,  362,
        412,  450,  504,  560,  624,  666,  711,  779,  857,  911,  997,  1059, 1125, 1190,
        1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331};
    for (size_t i = 0; i < sizeof most / sizeof most[0]; i++) {
        if (bytes <= most[i]) {
            return 21 + 4 * (int)i + 2 * QUIET_MODULES;
        }
    }
    return 0;
}
