/* unit.h: what every cmocka test needs, in the order in which cmocka wants it. */
#ifndef LEDSIGN_TESTS_UNIT_H
#define LEDSIGN_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above first. */
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
