// SPDX-License-Identifier: Apache-2.0
#include "audit_position.h"

#include <inttypes.h>

void pc_audit_position_write(struct pc_buf *out, const struct pc_audit_position *position)
{
    pc_buf_format(out, "%" PRIu64 ":", position->seq);
    pc_hash_write(out, &position->mac);
}

static bool parse_number(struct pc_str digits, uint64_t *out)
{
    uint64_t number = 0;
    for (size_t i = 0; i < digits.len; i++) {
        uint64_t digit = (uint64_t)(digits.ptr[i] - '0');
        if (!pc_char_is_digit(digits.ptr[i]) || number > (UINT64_MAX - digit) / 10) {
            return false;
        }
        number = number * 10 + digit;
    }
    *out = number;
    return number > 0;
}

static int hex_value(char c)
{
    c = pc_char_lower(c);
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool pc_audit_position_parse(struct pc_str text, struct pc_audit_position *out)
{
    struct pc_audit_position position = {0};
    size_t colon = pc_str_find(text, ':', 0);
    if (colon == SIZE_MAX || text.len - colon - 1 != 2 * (size_t)PC_HASH_BYTES ||
        !parse_number(pc_str_slice(text, 0, colon), &position.seq)) {
        return false;
    }
    for (size_t i = 0; i < PC_HASH_BYTES; i++) {
        int high = hex_value(text.ptr[colon + 1 + 2 * i]);
        int low = hex_value(text.ptr[colon + 2 + 2 * i]);
        if (high < 0 || low < 0) {
            return false;
        }
        position.mac.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *out = position;
    return true;
}
