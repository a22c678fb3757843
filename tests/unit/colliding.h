// SPDX-License-Identifier: Apache-2.0
//
// Texts that pc_str_hash, which has no key, has one value for, as somebody who wants a table to be
// slow computes them: the first half is free, and the second one takes back what it does.
#ifndef PC_TESTS_COLLIDING_H
#define PC_TESTS_COLLIDING_H

#include "base/str.h"

enum {
    COLLIDING_BYTES = 16,
};

static inline uint64_t colliding_mix(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// The text of that number behind a prefix whose length is a multiple of eight.
static inline void colliding_text(struct pc_str prefix, uint64_t number, char out[COLLIDING_BYTES])
{
    const uint64_t odd1 = UINT64_C(0x9e3779b97f4a7c15), odd2 = UINT64_C(0xd1b54a32d192ed03);
    uint64_t hash = colliding_mix((prefix.len + COLLIDING_BYTES) ^ odd1, odd2);
    for (size_t at = 0; at < prefix.len; at += 8) {
        uint64_t word;
        memcpy(&word, prefix.ptr + at, sizeof(word));
        hash = colliding_mix(hash ^ word, odd1);
    }
    uint64_t words[2] = {number, colliding_mix(hash ^ number, odd1) ^ odd2};
    memcpy(out, words, sizeof(words));
}

// The next number, from `number` on, whose text has nothing but printable ASCII without capital
// letters and without what means something in a name or pattern.
static inline uint64_t colliding_name(struct pc_str prefix, uint64_t number,
                                      char out[COLLIDING_BYTES])
{
    for (;; number++) {
        uint64_t spread = 0; // its digits, as letters
        bool plain = true;
        for (unsigned i = 0; i < 8; i++) {
            spread = spread << 8 | (uint64_t)('a' + (number >> (4 * i) & 15));
        }
        colliding_text(prefix, spread, out);
        for (size_t i = 0; i < COLLIDING_BYTES && plain; i++) {
            char c = out[i];
            plain = c > ' ' && c <= '~' && (c < 'A' || c > 'Z') && strchr("*?$:\"\\", c) == NULL;
        }
        if (plain) {
            return number;
        }
    }
}

#endif
