// SPDX-License-Identifier: Apache-2.0
//
// A small generator of pseudo-random numbers (xoshiro256**, Blackman and Vigna, seeded by
// splitmix64): the same numbers on every machine, and for the same pair of seed and index always
// the same. Not for secrets.
#ifndef GEN_RANDOM_H
#define GEN_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gen_random {
    uint64_t state[4];
    // Bytes that are drawn before any number is made: whoever changes one of them changes one
    // choice. Borrowed; none after seeding.
    const unsigned char *tape;
    size_t tape_bytes;
};

// Case `index` of seed `seed` depends on these two alone.
void gen_random_seed(struct gen_random *random, uint64_t seed, uint64_t index);

uint64_t gen_random_next(struct gen_random *random);

// Evenly from 0 to count - 1; 0 when count is 0.
uint32_t gen_random_below(struct gen_random *random, uint32_t count);

// True in so many of a thousand.
bool gen_random_chance(struct gen_random *random, uint32_t per_mille);

#endif
