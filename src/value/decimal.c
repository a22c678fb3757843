// SPDX-License-Identifier: Apache-2.0
//
// Decimal numbers as views of their digits: no conversion, hence no loss and no limit. Once
// leading and trailing zeros are cut, numbers compare as their digits do.
#include "value/decimal.h"

// Place of the first byte at or after from that is no digit.
static size_t skip_digits(struct pc_str text, size_t from)
{
    while (from < text.len && pc_char_is_digit(text.ptr[from])) {
        from++;
    }
    return from;
}

static struct pc_str cut_leading_zeros(struct pc_str digits)
{
    size_t from = 0;
    while (from < digits.len && digits.ptr[from] == '0') {
        from++;
    }
    return pc_str_slice(digits, from, digits.len);
}

static struct pc_str cut_trailing_zeros(struct pc_str digits)
{
    size_t to = digits.len;
    while (to > 0 && digits.ptr[to - 1] == '0') {
        to--;
    }
    return pc_str_slice(digits, 0, to);
}

bool pc_decimal_parse(struct pc_str text, struct pc_decimal *out)
{
    bool minus = text.len > 0 && text.ptr[0] == '-';
    size_t start = minus || (text.len > 0 && text.ptr[0] == '+') ? 1 : 0;
    size_t end = skip_digits(text, start);
    if (end == start) {
        return false;
    }
    struct pc_str integer = pc_str_slice(text, start, end);
    struct pc_str fraction = PC_STR("");
    if (end < text.len && text.ptr[end] == '.') {
        size_t from = end + 1;
        end = skip_digits(text, from);
        if (end == from) {
            return false;
        }
        fraction = pc_str_slice(text, from, end);
    }
    if (end != text.len) {
        return false;
    }
    integer = cut_leading_zeros(integer);
    fraction = cut_trailing_zeros(fraction);
    bool zero = integer.len == 0 && fraction.len == 0;
    *out = (struct pc_decimal){minus && !zero, integer, fraction};
    return true;
}

static int cmp_magnitude(const struct pc_decimal *a, const struct pc_decimal *b)
{
    if (a->integer.len != b->integer.len) {
        return a->integer.len < b->integer.len ? -1 : 1;
    }
    int order = pc_str_cmp(a->integer, b->integer);
    return order != 0 ? order : pc_str_cmp(a->fraction, b->fraction);
}

int pc_decimal_cmp(const struct pc_decimal *a, const struct pc_decimal *b)
{
    if (a->negative != b->negative) {
        return a->negative ? -1 : 1;
    }
    return a->negative ? cmp_magnitude(b, a) : cmp_magnitude(a, b);
}
