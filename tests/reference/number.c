// SPDX-License-Identifier: Apache-2.0
//
// Numbers: [+-]?digits[.digits], compared digit by digit, so that none is too long.
#include "text.h"
#include "values.h"

enum {
    MAX_DIGITS = 4096, // of a number of the context that is written with an exponent
};

static size_t digits_at(struct pc_str text, size_t at)
{
    size_t count = 0;
    while (at + count < text.len && pc_char_is_digit(text.ptr[at + count])) {
        count++;
    }
    return count;
}

static struct pc_str without_leading_zeros(struct pc_str digits)
{
    size_t zeros = 0;
    while (zeros < digits.len && digits.ptr[zeros] == '0') {
        zeros++;
    }
    return pc_str_slice(digits, zeros, digits.len);
}

static struct pc_str without_trailing_zeros(struct pc_str digits)
{
    size_t length = digits.len;
    while (length > 0 && digits.ptr[length - 1] == '0') {
        length--;
    }
    return pc_str_slice(digits, 0, length);
}

bool ref_number_read(struct pc_str text, struct ref_number *out)
{
    size_t at = 0;
    bool negative = text.len > 0 && text.ptr[0] == '-';
    if (negative || (text.len > 0 && text.ptr[0] == '+')) {
        at++;
    }
    size_t whole = digits_at(text, at);
    struct ref_number number = {
        .whole = without_leading_zeros(pc_str_slice(text, at, at + whole)),
        .fraction = PC_STR(""),
    };
    at += whole;
    if (whole > 0 && at < text.len && text.ptr[at] == '.') {
        size_t fraction = digits_at(text, at + 1);
        if (fraction == 0) {
            return false;
        }
        number.fraction = without_trailing_zeros(pc_str_slice(text, at + 1, at + 1 + fraction));
        at += 1 + fraction;
    }
    if (whole == 0 || at != text.len) {
        return false;
    }
    number.negative = negative && (number.whole.len > 0 || number.fraction.len > 0);
    *out = number;
    return true;
}

static int compare_size(const struct ref_number *a, const struct ref_number *b)
{
    if (a->whole.len != b->whole.len) {
        return a->whole.len < b->whole.len ? -1 : 1;
    }
    int whole = pc_str_cmp(a->whole, b->whole);
    return whole != 0 ? whole : pc_str_cmp(a->fraction, b->fraction);
}

int ref_number_compare(const struct ref_number *a, const struct ref_number *b)
{
    if (a->negative != b->negative) {
        return a->negative ? -1 : 1;
    }
    return a->negative ? compare_size(b, a) : compare_size(a, b);
}

// The exponent of a JSON number in [-MAX_DIGITS, MAX_DIGITS], or false.
static bool exponent_read(struct pc_str text, int *out)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    size_t at = negative || (text.len > 0 && text.ptr[0] == '+') ? 1 : 0;
    int exponent = 0;
    for (; at < text.len; at++) {
        exponent = exponent * 10 + (text.ptr[at] - '0');
        if (exponent > MAX_DIGITS) {
            return false;
        }
    }
    *out = negative ? -exponent : exponent;
    return true;
}

// digits * 10^-scale, as sign, whole part and fraction.
static struct pc_str with_point(struct pc_arena *arena, bool negative, struct pc_str digits,
                                size_t scale)
{
    struct pc_str whole = pc_str_slice(digits, 0, digits.len - scale);
    struct pc_str fraction = pc_str_slice(digits, digits.len - scale, digits.len);
    whole = without_leading_zeros(whole);
    fraction = without_trailing_zeros(fraction);
    bool zero = whole.len == 0 && fraction.len == 0;
    struct pc_str parts[] = {
        negative && !zero ? PC_STR("-") : PC_STR(""),
        whole.len == 0 ? PC_STR("0") : whole,
        fraction.len == 0 ? PC_STR("") : PC_STR("."),
        fraction,
    };
    return ref_join(arena, parts, 4);
}

// numbers become canonical strings, without exponent. Every digit is kept; zeros that say
// nothing are not.
struct pc_str ref_number_text(struct pc_arena *arena, struct pc_str json)
{
    bool negative = json.len > 0 && json.ptr[0] == '-';
    size_t from = negative ? 1 : 0;
    size_t whole = digits_at(json, from);
    bool point = from + whole < json.len && json.ptr[from + whole] == '.';
    size_t fraction = point ? digits_at(json, from + whole + 1) : 0;
    size_t end = from + whole + (point ? 1 + fraction : 0);
    int exponent = 0;
    if (end < json.len && !exponent_read(pc_str_slice(json, end + 1, json.len), &exponent)) {
        return PC_STR("");
    }
    // The digits with as many zeros on both sides as the exponent can ask for.
    size_t up = exponent > 0 ? (size_t)exponent : 0;
    size_t down = exponent < 0 ? (size_t)-exponent : 0;
    size_t length = down + whole + fraction + up;
    char *digits = ref_alloc(arena, length, 1);
    memset(digits, '0', length);
    memcpy(digits + down, json.ptr + from, whole);
    if (fraction > 0) {
        memcpy(digits + down + whole, json.ptr + from + whole + 1, fraction);
    }
    return with_point(arena, negative, (struct pc_str){digits, length}, fraction + down);
}
