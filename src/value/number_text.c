// SPDX-License-Identifier: Apache-2.0
#include "value/number_text.h"

enum {
    MAX_DIGITS = 64,
    MAX_EXPONENT = 64,
    MAX_TEXT = MAX_DIGITS + 2 * MAX_EXPONENT + 8,
};

// 0.DIGITS times ten to the power of `point`.
struct scaled {
    bool negative;
    char digits[MAX_DIGITS]; // the first one is not zero
    long count;
    long point;
};

struct text {
    char bytes[MAX_TEXT];
    size_t length;
};

// Reads the digits in front of the exponent. False: too many.
static bool scan_digits(struct pc_str mantissa, struct scaled *out)
{
    bool fraction = false;
    for (size_t i = 0; i < mantissa.len; i++) {
        char c = mantissa.ptr[i];
        bool leading_zero = c == '0' && out->count == 0;
        if (c == '-') {
            out->negative = true;
        } else if (c == '.') {
            fraction = true;
        } else if (leading_zero) {
            out->point -= fraction;
        } else if (out->count == MAX_DIGITS) {
            return false;
        } else {
            out->digits[out->count++] = c;
            out->point += !fraction;
        }
    }
    return true;
}

// False: too large.
static bool scan_exponent(struct pc_str exponent, long *out)
{
    long value = 0;
    for (size_t i = 0; i < exponent.len; i++) {
        if (pc_char_is_digit(exponent.ptr[i])) {
            value = value * 10 + (exponent.ptr[i] - '0');
        }
        if (value > MAX_EXPONENT) {
            return false;
        }
    }
    *out = exponent.len > 0 && exponent.ptr[0] == '-' ? -value : value;
    return true;
}

static void put(struct text *text, char c)
{
    text->bytes[text->length++] = c;
}

static void put_zeros(struct text *text, long count)
{
    for (long i = 0; i < count; i++) {
        put(text, '0');
    }
}

static struct text plain_text(const struct scaled *number)
{
    struct text text = {.length = 0};
    if (number->negative && number->count > 0) {
        put(&text, '-');
    }
    if (number->point <= 0 || number->count == 0) {
        put(&text, '0');
    }
    if (number->point <= 0 && number->count > 0) {
        put(&text, '.');
        put_zeros(&text, -number->point);
    }
    for (long i = 0; i < number->count; i++) {
        if (i > 0 && i == number->point) {
            put(&text, '.');
        }
        put(&text, number->digits[i]);
    }
    if (number->count > 0) {
        put_zeros(&text, number->point - number->count);
    }
    return text;
}

// Nothing but digits behind a sign, and not the zero that JSON can write with one.
static bool is_integer(struct pc_str written)
{
    size_t i = written.len > 0 && written.ptr[0] == '-' ? 1 : 0;
    bool zero = i == 1 && pc_str_eq(written, PC_STR("-0"));
    while (i < written.len && pc_char_is_digit(written.ptr[i])) {
        i++;
    }
    return i == written.len && !zero;
}

static size_t exponent_place(struct pc_str written)
{
    size_t lower = pc_str_find(written, 'e', 0);
    return lower != SIZE_MAX ? lower : pc_str_find(written, 'E', 0);
}

enum pc_status pc_number_text(struct pc_arena *arena, struct pc_str written, struct pc_str *out)
{
    struct scaled number = {.count = 0};
    size_t place = exponent_place(written);
    long exponent = 0;
    if (is_integer(written)) {
        *out = written;
        return PC_OK;
    }
    if (!scan_digits(pc_str_slice(written, 0, place), &number) ||
        (place != SIZE_MAX &&
         !scan_exponent(pc_str_slice(written, place + 1, written.len), &exponent)) ||
        number.point < -MAX_EXPONENT) {
        *out = written;
        return PC_OK;
    }
    while (number.count > 0 && number.digits[number.count - 1] == '0') {
        number.count--;
    }
    number.point += exponent;
    struct text text = plain_text(&number);
    return pc_arena_copy(arena, (struct pc_str){text.bytes, text.length}, out);
}
