#include "model/calendar.h"

#include <stddef.h>

#include "base/flick.h"

int64_t calendar_days_from_civil(int year, int month, int day) {
    int64_t months = (int64_t)month - 1;
    int64_t y = year + flick_floor_div(months, 12);
    int m = (int)(months - flick_floor_div(months, 12) * 12) + 1;
    y -= m <= 2;
    int64_t era = flick_floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct calendar_date calendar_civil_from_days(int64_t days) {
    int64_t z = days + 719468;
    int64_t era = flick_floor_div(z, 146097);
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t mp = (5 * day_of_year + 2) / 153;
    int month = (int)(mp + (mp < 10 ? 3 : -9));
    return (struct calendar_date){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(day_of_year - (153 * mp + 2) / 5 + 1),
    };
}

bool calendar_is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int calendar_days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && calendar_is_leap(year));
}

int calendar_weekday(int64_t days) {
    int64_t shifted = days + 3; /* 1970-01-01 was a Thursday */
    return (int)(shifted - flick_floor_div(shifted, 7) * 7);
}

int calendar_iso_week(int64_t days, int *week_year) {
    int64_t thursday = days - calendar_weekday(days) + 3;
    int year = calendar_civil_from_days(thursday).year;
    if (week_year != NULL) {
        *week_year = year;
    }
    return (int)((thursday - calendar_days_from_civil(year, 1, 1)) / 7) + 1;
}

int64_t calendar_easter(int year) {
    int a = year % 19, b = year / 100, c = year % 100;
    int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    int h = (19 * a + b - d - g + 15) % 30;
    int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;
    return calendar_days_from_civil(year, n / 31, n % 31 + 1);
}
