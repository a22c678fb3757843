// SPDX-License-Identifier: Apache-2.0
//
// Splits Amazon Resource Names into their fields. What a field may hold is not looked at
// here.
#include "value/arn.h"

#include "base/block.h"

enum {
    ACCOUNT_DIGITS = 12,
};

// Takes what stands before the next colon and steps over both; false when there is no colon.
static inline bool take_field(struct pc_str text, uint64_t *colons, size_t *from,
                              struct pc_str *out)
{
    size_t colon = pc_block_next(text, ':', *from, colons);
    if (colon == SIZE_MAX) {
        return false;
    }
    *out = (struct pc_str){text.ptr + *from, colon - *from};
    *from = colon + 1;
    return true;
}

bool pc_arn_parse(struct pc_str text, struct pc_arn *out)
{
    struct pc_arn arn;
    struct pc_str first;
    size_t from = 0;
    if (text.len < 4 || memcmp(text.ptr, "arn:", 4) != 0) {
        return false;
    }
    uint64_t colons = pc_block_find(text, ':');
    if (!take_field(text, &colons, &from, &first) ||
        !take_field(text, &colons, &from, &arn.partition) ||
        !take_field(text, &colons, &from, &arn.service) ||
        !take_field(text, &colons, &from, &arn.region) ||
        !take_field(text, &colons, &from, &arn.account)) {
        return false;
    }
    arn.resource = (struct pc_str){text.ptr + from, text.len - from};
    *out = arn;
    return true;
}

bool pc_account_id_is(struct pc_str text)
{
    if (text.len != ACCOUNT_DIGITS) {
        return false;
    }
    uint64_t first = pc_word_load(text.ptr);
    uint64_t last = pc_word_load(text.ptr + ACCOUNT_DIGITS - 8);
    uint64_t digits = pc_word_in(first, '0', '9') & pc_word_in(last, '0', '9');
    return (digits & ~(first | last) & PC_WORD_TOPS) == PC_WORD_TOPS;
}
