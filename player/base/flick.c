#include "base/flick.h"

#include <math.h>
#include <stdbool.h>

/* 64 x 64 -> 128 bit product and division by 64 bit, by hand: 32-bit ARM has no __int128. */
struct wide {
    uint64_t high;
    uint64_t low;
};

static struct wide wide_multiply(uint64_t a, uint64_t b) {
    uint64_t a_low = (uint32_t)a, a_high = a >> 32, b_low = (uint32_t)b, b_high = b >> 32;
    uint64_t low = a_low * b_low;
    uint64_t middle = a_high * b_low + (low >> 32);
    uint64_t carry = a_low * b_high + (uint32_t)middle;
    return (struct wide){a_high * b_high + (middle >> 32) + (carry >> 32),
                         (carry << 32) | (uint32_t)low};
}

/* The quotient, saturated to 64 bits; *rest receives the remainder. */
static uint64_t wide_divide(struct wide n, uint64_t d, uint64_t *rest) {
    if (n.high == 0) {
        *rest = n.low % d;
        return n.low / d;
    }
    if (n.high >= d) {
        *rest = 0;
        return UINT64_MAX;
    }
    uint64_t remainder = n.high, quotient = 0;
    for (int bit = 63; bit >= 0; bit--) {
        bool overflow = remainder >> 63;
        remainder = remainder << 1 | (n.low >> bit & 1);
        if (overflow || remainder >= d) {
            remainder -= d;
            quotient |= UINT64_C(1) << bit;
        }
    }
    *rest = remainder;
    return quotient;
}

static uint64_t magnitude(int64_t v) {
    return v < 0 ? (uint64_t) - (v + 1) + 1 : (uint64_t)v;
}

int64_t flick_muldiv(int64_t value, int64_t num, int64_t den) {
    bool negative = (value < 0) != (num < 0);
    uint64_t rest;
    uint64_t q = wide_divide(wide_multiply(magnitude(value), magnitude(num)), (uint64_t)den, &rest);
    if (negative) {
        uint64_t away = q + (rest != 0 && q != UINT64_MAX);
        return away > (uint64_t)INT64_MAX ? INT64_MIN : -(int64_t)away;
    }
    return q > (uint64_t)INT64_MAX ? INT64_MAX : (int64_t)q;
}

int64_t flick_floor_div(int64_t a, int64_t b) {
    int64_t q = a / b;
    return a % b < 0 ? q - 1 : q;
}

int64_t flick_frame_at(flick_t position, struct ratio rate) {
    return flick_muldiv(position, rate.num, rate.den * FLICKS_PER_SECOND);
}

flick_t flick_of_frame(int64_t index, struct ratio rate) {
    flick_t down = flick_muldiv(-index, rate.den * FLICKS_PER_SECOND, rate.num);
    return down == INT64_MIN ? INT64_MAX : -down;
}

flick_t flick_from_us(int64_t us) {
    return flick_muldiv(us, FLICKS_PER_SECOND, 1000000);
}

int64_t flick_to_us(flick_t t) {
    return flick_muldiv(t, 1000000, FLICKS_PER_SECOND);
}

flick_t flick_from_seconds(double seconds) {
    double flicks = seconds * (double)FLICKS_PER_SECOND;
    if (isnan(flicks)) {
        return 0;
    }
    if (flicks >= 9.2233720368547e18) {
        return INT64_MAX;
    }
    if (flicks <= -9.2233720368547e18) {
        return INT64_MIN;
    }
    return llround(flicks);
}

double flick_to_seconds(flick_t t) {
    return (double)t / (double)FLICKS_PER_SECOND;
}

flick_t flick_add(flick_t a, flick_t b) {
    if (a == FLICK_NEVER || a == FLICK_ALWAYS) {
        return a;
    }
    if (b > 0 && a > INT64_MAX - b) {
        return INT64_MAX;
    }
    if (b < 0 && a < INT64_MIN - b) {
        return INT64_MIN;
    }
    return a + b;
}
