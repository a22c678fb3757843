// SPDX-License-Identifier: Apache-2.0
//
// Splits Amazon Resource Names into their fields. What a field may hold is not looked at
// here.
#include "value/arn.h"

#include "base/block.h"

enum {
    WINDOW = 64, // bytes that are searched at once: a bit each
    ACCOUNT_DIGITS = 12,
};

// The colons among 64 bytes at most, as bits, the first lowest. Reads nothing outside the text.
static inline uint64_t colons_of(struct pc_str text)
{
    uint64_t bits = 0;
    size_t at = 0;
    if (text.len < PC_BLOCK) {
        for (; at < text.len; at++) {
            bits |= (uint64_t)(text.ptr[at] == ':') << at;
        }
        return bits;
    }
    for (; at <= text.len - PC_BLOCK && at < WINDOW; at += PC_BLOCK) {
        bits |= (uint64_t)pc_block_bits(pc_block_equal(pc_block_load(text.ptr + at), ':')) << at;
    }
    if (at < text.len && at < WINDOW) { // the last block overlaps the one before
        at = text.len - PC_BLOCK;
        bits |= (uint64_t)pc_block_bits(pc_block_equal(pc_block_load(text.ptr + at), ':')) << at;
    }
    return bits;
}

// Takes what stands before the next colon and steps over both; false when there is no colon. Looks
// on where the bits end.
static inline bool take_field(struct pc_str text, uint64_t *colons, size_t *from,
                              struct pc_str *out)
{
    size_t colon;
    if (*colons != 0) {
        colon = (size_t)__builtin_ctzll(*colons);
        *colons &= *colons - 1;
    } else {
        colon =
            text.len <= WINDOW ? SIZE_MAX : pc_str_find(text, ':', *from > WINDOW ? *from : WINDOW);
    }
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
    uint64_t colons = colons_of(text);
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
