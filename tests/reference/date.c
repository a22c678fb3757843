// SPDX-License-Identifier: Apache-2.0
//
// Dates: the W3C profile of ISO 8601, or epoch seconds when there are only digits.
#include <stdio.h>

#include "text.h"
#include "values.h"

enum {
    SECONDS_A_DAY = 86400,
    DAYS_1970 = 719162, // from 0001-01-01 to 1970-01-01
};

// What is read so far of a text; `ok` goes false for good at the first thing that is wrong.
struct cursor {
    struct pc_str text;
    size_t at;
    bool ok;
};

static bool next_is(const struct cursor *cursor, char c)
{
    return cursor->at < cursor->text.len && cursor->text.ptr[cursor->at] == c;
}

static void expect(struct cursor *cursor, char c)
{
    cursor->ok = cursor->ok && next_is(cursor, c);
    cursor->at++;
}

// Exactly `count` digits, from low to high.
static int digits(struct cursor *cursor, size_t count, int low, int high)
{
    struct pc_str part = pc_str_slice(cursor->text, cursor->at, cursor->at + count);
    if (part.len != count || !ref_is_digits(part)) {
        cursor->ok = false;
        return low;
    }
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        value = value * 10 + (part.ptr[i] - '0');
    }
    cursor->at += count;
    cursor->ok = cursor->ok && value >= low && value <= high;
    return value;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

// Days from 1970-01-01, by counting.
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t days = -DAYS_1970;
    for (int y = 1; y < year; y++) {
        days += is_leap(y) ? 366 : 365;
    }
    if (year == 0) {
        days -= 366; // the year 0 of the proleptic calendar is a leap year
    }
    for (int m = 1; m < month; m++) {
        days += days_in_month(year, m);
    }
    return days + day - 1;
}

// "Z", "+hh:mm", "-hh:mm"; none means UTC. Seconds to the east.
static int64_t zone(struct cursor *cursor)
{
    if (cursor->at == cursor->text.len) {
        return 0;
    }
    if (next_is(cursor, 'Z')) {
        cursor->at++;
        return 0;
    }
    bool west = next_is(cursor, '-');
    expect(cursor, west ? '-' : '+');
    int hours = digits(cursor, 2, 0, 23);
    expect(cursor, ':');
    int minutes = digits(cursor, 2, 0, 59);
    int64_t seconds = hours * 3600 + minutes * 60;
    return west ? -seconds : seconds;
}

static struct pc_str fraction(struct cursor *cursor)
{
    cursor->at++;
    size_t from = cursor->at, last = from;
    while (cursor->at < cursor->text.len && pc_char_is_digit(cursor->text.ptr[cursor->at])) {
        cursor->at++;
        if (cursor->text.ptr[cursor->at - 1] != '0') {
            last = cursor->at;
        }
    }
    cursor->ok = cursor->ok && cursor->at > from;
    return pc_str_slice(cursor->text, from, last);
}

// "hh:mm[:ss[.frac]][zone]".
static void time_of_day(struct cursor *cursor, struct ref_date *date)
{
    date->seconds += digits(cursor, 2, 0, 23) * 3600;
    expect(cursor, ':');
    date->seconds += digits(cursor, 2, 0, 59) * 60;
    if (cursor->ok && next_is(cursor, ':')) {
        cursor->at++;
        date->seconds += digits(cursor, 2, 0, 59);
        if (cursor->ok && next_is(cursor, '.')) {
            date->fraction = fraction(cursor);
        }
    }
    if (cursor->ok) {
        date->seconds -= zone(cursor);
    }
}

static bool calendar_read(struct pc_str text, struct ref_date *out)
{
    struct cursor cursor = {text, 0, true};
    struct ref_date date = {.fraction = PC_STR("")};
    int year = digits(&cursor, 4, 0, 9999);
    expect(&cursor, '-'); // a year alone is an epoch
    int month = digits(&cursor, 2, 1, 12), day = 1;
    if (cursor.ok && next_is(&cursor, '-')) {
        cursor.at++;
        day = digits(&cursor, 2, 1, days_in_month(year, month));
        date.seconds = days_since_1970(year, month, day) * SECONDS_A_DAY;
        if (cursor.ok && next_is(&cursor, 'T')) {
            cursor.at++;
            time_of_day(&cursor, &date);
        }
    } else if (cursor.ok) {
        date.seconds = days_since_1970(year, month, day) * SECONDS_A_DAY;
    }
    if (!cursor.ok || cursor.at != text.len) {
        return false;
    }
    *out = date;
    return true;
}

// The house's limit, for R-417 knows none: seconds of 64 bits.
static bool epoch_read(struct pc_str text, struct ref_date *out)
{
    struct ref_date date = {.fraction = PC_STR("")};
    for (size_t i = 0; i < text.len; i++) {
        int digit = text.ptr[i] - '0';
        if (date.seconds > (INT64_MAX - digit) / 10) {
            return false;
        }
        date.seconds = date.seconds * 10 + digit;
    }
    *out = date;
    return true;
}

bool ref_date_read(struct pc_str text, struct ref_date *out)
{
    if (ref_is_digits(text)) {
        return epoch_read(text, out);
    }
    return calendar_read(text, out);
}

bool ref_time_read(struct pc_str text, struct ref_date *out)
{
    if (ref_date_read(text, out)) {
        return true;
    }
    if (!ref_is_digits(text)) {
        return false;
    }
    *out = (struct ref_date){.seconds = INT64_MAX, .fraction = PC_STR("")}; // behind any date
    return true;
}

int ref_date_compare(const struct ref_date *a, const struct ref_date *b)
{
    if (a->seconds != b->seconds) {
        return a->seconds < b->seconds ? -1 : 1;
    }
    return pc_str_cmp(a->fraction, b->fraction);
}

struct pc_str ref_date_text(struct pc_arena *arena, int64_t seconds)
{
    int64_t day = seconds / SECONDS_A_DAY, rest = seconds % SECONDS_A_DAY;
    if (rest < 0) {
        day--;
        rest += SECONDS_A_DAY;
    }
    int year = 1970, month = 1;
    for (; day < 0; year--) {
        day += is_leap(year - 1) ? 366 : 365;
    }
    for (; day >= (is_leap(year) ? 366 : 365); year++) {
        day -= is_leap(year) ? 366 : 365;
    }
    for (; day >= days_in_month(year, month); month++) {
        day -= days_in_month(year, month);
    }
    char text[64];
    (void)snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, (int)day + 1,
                   (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
    struct pc_str view = pc_str_from(text);
    return ref_join(arena, &view, 1);
}
