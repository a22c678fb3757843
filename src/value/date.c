// SPDX-License-Identifier: Apache-2.0
//
// Reads dates in both forms of R-417, and writes instants. Whatever is not exactly one of the forms
// is refused: no lower-case 't' or 'z', no space for the 'T', no week or ordinal dates, no instant
// beyond 64-bit seconds.
#include "value/date.h"

enum {
    SECONDS_A_MINUTE = 60,
    SECONDS_AN_HOUR = 3600,
    SECONDS_A_DAY = 86400,
    NANOSECONDS_A_SECOND = 1000000000,
    FRACTION_DIGITS = 9,
    DAYS_A_CYCLE = 146097,      // 400 years
    DAYS_BEFORE_EPOCH = 719468, // from 0000-03-01 to 1970-01-01
};

// Of the years that have four digits.
static const int64_t FIRST_SECOND = -62167219200, LAST_SECOND = 253402300799;

struct cursor {
    struct pc_str text;
    size_t at;
};

struct calendar {
    int64_t year;
    uint32_t month, day;
};

static bool at_end(const struct cursor *in)
{
    return in->at == in->text.len;
}

// Steps over c if it is next.
static bool take(struct cursor *in, char c)
{
    if (at_end(in) || in->text.ptr[in->at] != c) {
        return false;
    }
    in->at++;
    return true;
}

static bool digit_next(const struct cursor *in)
{
    return !at_end(in) && pc_char_is_digit(in->text.ptr[in->at]);
}

static uint32_t take_digit(struct cursor *in)
{
    return (uint32_t)(in->text.ptr[in->at++] - '0');
}

// Reads exactly count digits (at most 9) of a value from least to most.
static bool take_field(struct cursor *in, size_t count, uint32_t least, uint32_t most,
                       uint32_t *out)
{
    uint32_t value = 0;
    for (size_t i = 0; i < count; i++) {
        if (!digit_next(in)) {
            return false;
        }
        value = value * 10 + take_digit(in);
    }
    if (value < least || value > most) {
        return false;
    }
    *out = value;
    return true;
}

// Reads the digits behind a point, at least one; those beyond the ninth are cut.
static bool take_fraction(struct cursor *in, uint32_t *nanoseconds)
{
    uint32_t value = 0;
    size_t count = 0;
    for (; digit_next(in); count++) {
        uint32_t digit = take_digit(in);
        if (count < FRACTION_DIGITS) {
            value = value * 10 + digit;
        }
    }
    if (count == 0) {
        return false;
    }
    for (; count < FRACTION_DIGITS; count++) {
        value *= 10;
    }
    *nanoseconds = value;
    return true;
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static uint32_t days_in_month(int64_t year, uint32_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

// Quotient rounded towards minus infinity.
static int64_t floor_div(int64_t value, int64_t divisor)
{
    int64_t quotient = value / divisor;
    return value % divisor < 0 ? quotient - 1 : quotient;
}

// Days since 1970-01-01. Years begin in March here, so that the leap day is the last of its year.
static int64_t days_of(struct calendar date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t cycle = floor_div(year, 400);
    int64_t year_of_cycle = year - cycle * 400;
    int64_t month_from_march = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int64_t day_of_cycle =
        year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    return cycle * DAYS_A_CYCLE + day_of_cycle - DAYS_BEFORE_EPOCH;
}

// The reverse of days_of.
static struct calendar calendar_of(int64_t days)
{
    days += DAYS_BEFORE_EPOCH;
    int64_t cycle = floor_div(days, DAYS_A_CYCLE);
    int64_t day_of_cycle = days - cycle * DAYS_A_CYCLE;
    int64_t year_of_cycle =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 - day_of_cycle / 146096) / 365;
    int64_t day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    struct calendar date = {
        .year = cycle * 400 + year_of_cycle + (month_from_march >= 10),
        .month = (uint32_t)((month_from_march + 2) % 12 + 1),
        .day = (uint32_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
    return date;
}

// Reads Z, +hh:mm, -hh:mm or nothing: seconds east of UTC.
static bool take_zone(struct cursor *in, int64_t *offset)
{
    if (at_end(in) || take(in, 'Z')) {
        *offset = 0;
        return true;
    }
    bool west = take(in, '-');
    uint32_t hour;
    uint32_t minute;
    if ((!west && !take(in, '+')) || !take_field(in, 2, 0, 23, &hour) || !take(in, ':') ||
        !take_field(in, 2, 0, 59, &minute)) {
        return false;
    }
    int64_t east = (int64_t)hour * SECONDS_AN_HOUR + (int64_t)minute * SECONDS_A_MINUTE;
    *offset = west ? -east : east;
    return true;
}

// Reads hh:mm[:ss[.frac]][TZD] and adds it to *out.
static bool take_time(struct cursor *in, struct pc_instant *out)
{
    uint32_t hour;
    uint32_t minute;
    uint32_t second = 0;
    int64_t offset;
    if (!take_field(in, 2, 0, 23, &hour) || !take(in, ':') || !take_field(in, 2, 0, 59, &minute)) {
        return false;
    }
    if (take(in, ':')) {
        if (!take_field(in, 2, 0, 59, &second)) {
            return false;
        }
        if (take(in, '.') && !take_fraction(in, &out->nanoseconds)) {
            return false;
        }
    }
    if (!take_zone(in, &offset)) {
        return false;
    }
    out->seconds += (int64_t)hour * SECONDS_AN_HOUR + (int64_t)minute * SECONDS_A_MINUTE +
                    (int64_t)second - offset;
    return true;
}

// Reads YYYY-MM[-DD[Ttime]].
static bool parse_calendar(struct pc_str text, struct pc_instant *out)
{
    struct cursor in = {text, 0};
    uint32_t year;
    struct calendar date = {.day = 1};
    if (!take_field(&in, 4, 0, 9999, &year) || !take(&in, '-') ||
        !take_field(&in, 2, 1, 12, &date.month)) {
        return false;
    }
    date.year = year;
    bool has_day = take(&in, '-');
    if (has_day && !take_field(&in, 2, 1, days_in_month(date.year, date.month), &date.day)) {
        return false;
    }
    struct pc_instant instant = {days_of(date) * SECONDS_A_DAY, 0};
    if (has_day && take(&in, 'T') && !take_time(&in, &instant)) {
        return false;
    }
    if (!at_end(&in)) {
        return false;
    }
    *out = instant;
    return true;
}

// Reads digits, and nothing else, as seconds since 1970.
static bool parse_epoch(struct pc_str text, struct pc_instant *out)
{
    struct cursor in = {text, 0};
    int64_t value = 0;
    while (digit_next(&in)) {
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (int64_t)take_digit(&in), &value)) {
            return false;
        }
    }
    if (text.len == 0 || !at_end(&in)) {
        return false;
    }
    *out = (struct pc_instant){value, 0};
    return true;
}

bool pc_instant_parse(struct pc_str text, struct pc_instant *out)
{
    // only a '-' behind the first byte makes a calendar date; digits alone are seconds.
    bool calendar = pc_str_find(text, '-', 1) != SIZE_MAX;
    return calendar ? parse_calendar(text, out) : parse_epoch(text, out);
}

bool pc_instant_read(struct pc_str text, struct pc_instant *out)
{
    struct cursor in = {text, 0};
    if (pc_instant_parse(text, out)) {
        return true;
    }
    while (digit_next(&in)) {
        (void)take_digit(&in);
    }
    if (text.len == 0 || !at_end(&in)) {
        return false;
    }
    *out = (struct pc_instant){.seconds = INT64_MAX};
    return true;
}

int pc_instant_cmp(struct pc_instant a, struct pc_instant b)
{
    if (a.seconds != b.seconds) {
        return a.seconds < b.seconds ? -1 : 1;
    }
    return (a.nanoseconds > b.nanoseconds) - (a.nanoseconds < b.nanoseconds);
}

static void write_fraction(struct pc_buf *out, uint32_t nanoseconds)
{
    int digits = FRACTION_DIGITS;
    while (nanoseconds % 10 == 0) {
        nanoseconds /= 10;
        digits--;
    }
    pc_buf_format(out, ".%0*u", digits, nanoseconds);
}

// YYYY-MM-DDThh:mm:ss
static void write_seconds(struct pc_buf *out, int64_t seconds)
{
    int64_t days = floor_div(seconds, SECONDS_A_DAY);
    int32_t time = (int32_t)(seconds % SECONDS_A_DAY);
    time += time < 0 ? SECONDS_A_DAY : 0;
    struct calendar date = calendar_of(days);
    int64_t year = date.year < 0 ? -date.year : date.year;
    const char *sign = date.year < 0 ? "-" : date.year > 9999 ? "+" : "";
    pc_buf_text(out, sign);
    pc_buf_number(out, year, 4);
    pc_buf_byte(out, '-');
    pc_buf_number(out, date.month, 2);
    pc_buf_byte(out, '-');
    pc_buf_number(out, date.day, 2);
    pc_buf_byte(out, 'T');
    pc_buf_number(out, time / SECONDS_AN_HOUR, 2);
    pc_buf_byte(out, ':');
    pc_buf_number(out, time / SECONDS_A_MINUTE % 60, 2);
    pc_buf_byte(out, ':');
    pc_buf_number(out, time % 60, 2);
}

// East of UTC, so that the year has four digits; 0: it has them, or no offset would do.
static int64_t zone_for(int64_t seconds)
{
    const int64_t widest = 23 * SECONDS_AN_HOUR + 59 * SECONDS_A_MINUTE;
    if (seconds < FIRST_SECOND && seconds >= FIRST_SECOND - widest) {
        return widest;
    }
    return seconds > LAST_SECOND && seconds <= LAST_SECOND + widest ? -widest : 0;
}

void pc_instant_write(struct pc_buf *out, struct pc_instant instant)
{
    if (instant.seconds > LAST_SECOND && instant.nanoseconds == 0) {
        pc_buf_number(out, instant.seconds, 1);
        return;
    }
    int64_t zone = zone_for(instant.seconds);
    write_seconds(out, instant.seconds + zone);
    if (instant.nanoseconds > 0) {
        write_fraction(out, instant.nanoseconds);
    }
    pc_buf_text(out, zone == 0 ? "Z" : zone > 0 ? "+23:59" : "-23:59");
}

void pc_instant_write_time(struct pc_buf *out, int64_t nanoseconds)
{
    enum {
        NANOSECONDS = 1000000000, // a second
    };
    int64_t part = nanoseconds % NANOSECONDS;
    part += part < 0 ? NANOSECONDS : 0;
    write_seconds(out, floor_div(nanoseconds, NANOSECONDS));
    pc_buf_byte(out, '.');
    pc_buf_number(out, part / 1000, 6);
    pc_buf_byte(out, 'Z');
}
