// SPDX-License-Identifier: Apache-2.0
//
// Splits Amazon Resource Names into their fields. What a field may hold is not looked at
// here.
#include "value/arn.h"

#include "base/block.h"

enum {
    COLONS = 5,
    ACCOUNT_DIGITS = 12,
};

// The places of colons, as they are found.
struct colons {
    size_t places[COLONS];
    size_t count;
};

// Notes the colons of the eight bytes from `at` on; true when all are found.
static inline bool note(struct colons *colons, size_t at, uint64_t hits)
{
    for (hits &= PC_WORD_TOPS; hits != 0; hits &= hits - 1) {
        colons->places[colons->count++] = at + (size_t)__builtin_ctzll(hits) / 8;
        if (colons->count == COLONS) {
            return true;
        }
    }
    return false;
}

// The first five; false when there are fewer.
static inline bool find_colons(struct pc_str text, struct colons *colons)
{
    size_t at = 0;
    for (; text.len - at >= PC_BLOCK; at += PC_BLOCK) {
        pc_block_halves hits = (pc_block_halves)pc_block_equal(pc_block_load(text.ptr + at), ':');
        if (note(colons, at, hits[0]) || note(colons, at + 8, hits[1])) {
            return true;
        }
    }
    for (; at < text.len; at += 8) {
        size_t left = text.len - at;
        uint64_t word = left >= 8 ? pc_word_load(text.ptr + at) : pc_word_tail(text, left);
        if (note(colons, at, pc_word_equal(word, ':'))) {
            return true;
        }
    }
    return false;
}

// Between two colons.
static struct pc_str field(struct pc_str text, size_t before, size_t behind)
{
    return (struct pc_str){text.ptr + before + 1, behind - before - 1};
}

bool pc_arn_parse(struct pc_str text, struct pc_arn *out)
{
    struct colons found;
    found.count = 0;
    if (text.len < 4 || memcmp(text.ptr, "arn:", 4) != 0 || !find_colons(text, &found)) {
        return false;
    }
    const size_t *colons = found.places;
    *out = (struct pc_arn){
        field(text, colons[0], colons[1]), field(text, colons[1], colons[2]),
        field(text, colons[2], colons[3]), field(text, colons[3], colons[4]),
        field(text, colons[4], text.len),
    };
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
