// SPDX-License-Identifier: Apache-2.0
#include "value/number_text.h"

enum {
    MAX_EXPONENT = 4096,
};

// 0.DIGITS times ten to the power of `point`; zero has no digits.
struct scaled {
    bool negative;
    char *digits; // neither the first nor the last one is zero
    size_t count;
    long point;
};

struct text {
    char *bytes;
    size_t length;
};

// Reads the digits in front of the exponent; out->digits has room for as many.
static void scan_digits(struct pc_str mantissa, struct scaled *out)
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
        } else {
            out->digits[out->count++] = c;
            out->point += !fraction;
        }
    }
    while (out->count > 0 && out->digits[out->count - 1] == '0') {
        out->count--;
    }
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

// The most bytes that plain_text puts.
static size_t room_of(const struct scaled *number)
{
    size_t zeros = (size_t)(number->point < 0 ? -number->point : number->point);
    return number->count + zeros + sizeof("-0.");
}

static void put_plain(struct text *text, const struct scaled *number)
{
    long count = (long)number->count;
    if (count == 0) {
        put(text, '0');
        return;
    }
    if (number->negative) {
        put(text, '-');
    }
    if (number->point <= 0) {
        put(text, '0');
        put(text, '.');
        put_zeros(text, -number->point);
    }
    for (long i = 0; i < count; i++) {
        if (i > 0 && i == number->point) {
            put(text, '.');
        }
        put(text, number->digits[i]);
    }
    put_zeros(text, number->point - count);
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
    size_t place = exponent_place(written);
    struct pc_str mantissa = pc_str_slice(written, 0, place);
    long exponent = 0;
    if (is_integer(written)) {
        *out = written;
        return PC_OK;
    }
    if (place != SIZE_MAX &&
        !scan_exponent(pc_str_slice(written, place + 1, written.len), &exponent)) {
        return PC_ERR_LIMIT;
    }
    struct scaled number = {.digits = pc_arena_array(arena, mantissa.len, 1)};
    if (number.digits == NULL) {
        return PC_ERR_NOMEM;
    }
    scan_digits(mantissa, &number);
    number.point += exponent;
    struct text text = {pc_arena_alloc(arena, room_of(&number)), 0};
    if (text.bytes == NULL) {
        return PC_ERR_NOMEM;
    }
    put_plain(&text, &number);
    *out = (struct pc_str){text.bytes, text.length};
    return PC_OK;
}
