// SPDX-License-Identifier: Apache-2.0
#include "base/table_hash.h"

#include "base/word.h"

#include <sys/auxv.h>

struct sip {
    uint64_t a, b, c, d;
};

static uint64_t rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static void turn(struct sip *sip, unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        sip->a += sip->b;
        sip->c += sip->d;
        sip->b = rotate(sip->b, 13) ^ sip->a;
        sip->d = rotate(sip->d, 16) ^ sip->c;
        sip->a = rotate(sip->a, 32);
        sip->c += sip->b;
        sip->a += sip->d;
        sip->b = rotate(sip->b, 17) ^ sip->c;
        sip->d = rotate(sip->d, 21) ^ sip->a;
        sip->c = rotate(sip->c, 32);
    }
}

static void take(struct sip *sip, uint64_t word)
{
    sip->d ^= word;
    turn(sip, 2);
    sip->a ^= word;
}

uint64_t pc_table_hash(const struct pc_table_key *key, struct pc_str bytes)
{
    const uint64_t first = key->words[0], second = key->words[1];
    struct sip sip = {
        .a = first ^ UINT64_C(0x736f6d6570736575), // "somepseudorandomlygeneratedbytes"
        .b = second ^ UINT64_C(0x646f72616e646f6d),
        .c = first ^ UINT64_C(0x6c7967656e657261),
        .d = second ^ UINT64_C(0x7465646279746573),
    };
    uint64_t last = (uint64_t)bytes.len << 56;
    size_t at = 0;
    for (; bytes.len - at >= 8; at += 8) {
        take(&sip, pc_word_load(bytes.ptr + at));
    }
    for (unsigned shift = 0; at < bytes.len; at++, shift += 8) {
        last |= (uint64_t)(unsigned char)bytes.ptr[at] << shift;
    }
    take(&sip, last);
    sip.c ^= 0xff;
    turn(&sip, 4);
    return sip.a ^ sip.b ^ sip.c ^ sip.d;
}

struct pc_table_key pc_table_key(void)
{
    struct pc_table_key given = {{0, 0}}, key;
    // INVARIANT: Linux gives it to every program.
    const void *random = (const void *)(uintptr_t)getauxval(AT_RANDOM);
    if (random != NULL) {
        memcpy(given.words, random, sizeof(given.words));
    }
    // The C library makes its own guards of these bytes: what lies in tables does not tell them.
    key.words[0] = pc_table_hash(&given, PC_STR("polcheck table 0"));
    key.words[1] = pc_table_hash(&given, PC_STR("polcheck table 1"));
    return key;
}
