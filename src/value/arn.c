// SPDX-License-Identifier: Apache-2.0
//
// Splits Amazon Resource Names into their fields. What a field may hold is not looked at
// here.
#include "value/arn.h"

enum {
    ARN_FIELDS = 6,
    ACCOUNT_DIGITS = 12,
};

bool pc_arn_parse(struct pc_str text, struct pc_arn *out)
{
    struct pc_str fields[ARN_FIELDS];
    if (pc_str_split(text, ':', fields, ARN_FIELDS) != ARN_FIELDS ||
        !pc_str_eq(fields[0], PC_STR("arn"))) {
        return false;
    }
    *out = (struct pc_arn){fields[1], fields[2], fields[3], fields[4], fields[5]};
    return true;
}

bool pc_account_id_is(struct pc_str text)
{
    if (text.len != ACCOUNT_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (!pc_char_is_digit(text.ptr[i])) {
            return false;
        }
    }
    return true;
}
