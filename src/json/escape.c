// SPDX-License-Identifier: Apache-2.0
//
// Decodes escapes. The strict check has refused what is malformed; bounds are kept here all the
// same.
#include "escape.h"

#include "base/utf8.h"

int pc_json_hex_digit(char c)
{
    if (pc_char_is_digit(c)) {
        return c - '0';
    }
    char lower = pc_char_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool pc_json_is_high_surrogate(uint32_t unit)
{
    return unit >= 0xd800 && unit <= 0xdbff;
}

bool pc_json_is_low_surrogate(uint32_t unit)
{
    return unit >= 0xdc00 && unit <= 0xdfff;
}

uint32_t pc_json_join_surrogates(uint32_t high, uint32_t low)
{
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

// Reads \uXXXX at the byte; false when it is not there.
static bool read_unit(struct pc_str content, size_t at, uint32_t *out)
{
    struct pc_str escape = pc_str_slice(content, at, at + 6);
    if (escape.len < 6 || escape.ptr[0] != '\\' || escape.ptr[1] != 'u') {
        return false;
    }
    uint32_t unit = 0;
    for (size_t i = 2; i < escape.len; i++) {
        int digit = pc_json_hex_digit(escape.ptr[i]);
        if (digit < 0) {
            return false;
        }
        unit = unit << 4 | (uint32_t)digit;
    }
    *out = unit;
    return true;
}

// Appends the code point of the \u escape at the byte, and returns the bytes that it takes; 0 when
// it is malformed.
static size_t append_unicode(struct pc_buf *out, struct pc_str content, size_t at)
{
    uint32_t unit;
    uint32_t low;
    if (!read_unit(content, at, &unit) || pc_json_is_low_surrogate(unit)) {
        return 0;
    }
    if (!pc_json_is_high_surrogate(unit)) {
        pc_utf8_append(out, unit);
        return 6;
    }
    if (!read_unit(content, at + 6, &low) || !pc_json_is_low_surrogate(low)) {
        return 0;
    }
    pc_utf8_append(out, pc_json_join_surrogates(unit, low));
    return 12;
}

static char short_escape(char c)
{
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c; // the quote, the solidus, the backslash
    }
}

void pc_json_unescape(struct pc_buf *out, struct pc_str content)
{
    size_t at = 0;
    while (at < content.len) {
        size_t escape = pc_str_find(content, '\\', at);
        if (escape == SIZE_MAX || escape + 1 >= content.len) {
            break;
        }
        pc_buf_str(out, pc_str_slice(content, at, escape));
        size_t bytes = 2;
        if (content.ptr[escape + 1] != 'u') {
            pc_buf_byte(out, short_escape(content.ptr[escape + 1]));
        } else {
            bytes = append_unicode(out, content, escape);
        }
        if (bytes == 0) {
            at = escape;
            break;
        }
        at = escape + bytes;
    }
    pc_buf_str(out, pc_str_slice(content, at, content.len));
}
