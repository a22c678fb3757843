// SPDX-License-Identifier: Apache-2.0
#include "random.h"

static uint64_t splitmix(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void gen_random_seed(struct gen_random *random, uint64_t seed, uint64_t index)
{
    // Neighbouring pairs must not give neighbouring states, so each half is mixed before they meet.
    uint64_t mixed = seed;
    uint64_t state = splitmix(&mixed) ^ index;
    for (int i = 0; i < 4; i++) {
        random->state[i] = splitmix(&state);
    }
    random->tape = NULL;
    random->tape_bytes = 0;
}

static uint64_t rotate(uint64_t x, unsigned by)
{
    return (x << by) | (x >> (64 - by));
}

uint64_t gen_random_next(struct gen_random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

// The next bytes of the tape as a number of 32 bits, as many as a choice among so many takes.
static uint64_t draw(struct gen_random *random, uint32_t count)
{
    unsigned wanted = count <= 1U << 8 ? 1 : 2;
    uint64_t value = 0;
    for (unsigned i = 0; i < wanted; i++) {
        value = value << 8 | (i < random->tape_bytes ? random->tape[i] : 0U);
    }
    wanted = wanted < random->tape_bytes ? wanted : (unsigned)random->tape_bytes;
    random->tape += wanted;
    random->tape_bytes -= wanted;
    return count <= 1U << 8 ? value << 24 : value << 16;
}

uint32_t gen_random_below(struct gen_random *random, uint32_t count)
{
    if (random->tape_bytes > 0) {
        return (uint32_t)((draw(random, count) * count) >> 32);
    }
    return (uint32_t)(((gen_random_next(random) >> 32) * count) >> 32);
}

bool gen_random_chance(struct gen_random *random, uint32_t per_mille)
{
    return gen_random_below(random, 1000) < per_mille;
}
