// SPDX-License-Identifier: Apache-2.0
//
// Text eight bytes at a time: a word holds them as a little-endian number, the first byte lowest.
// What is said of each byte is said in its top bit (PC_WORD_TOPS), the other bits of the answer
// mean nothing.
#ifndef PC_BASE_WORD_H
#define PC_BASE_WORD_H

#include "base/str.h"

#define PC_WORD_TOPS UINT64_C(0x8080808080808080)

// Written so that compilers make one load.
static inline uint64_t pc_word_load(const char *bytes)
{
    const unsigned char *at = (const unsigned char *)bytes;
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

// Four bytes in the lower half.
static inline uint64_t pc_word_load_half(const char *bytes)
{
    const unsigned char *at = (const unsigned char *)bytes;
    return (uint64_t)((uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
                      (uint32_t)at[3] << 24);
}

// The reverse of pc_word_load; one store.
static inline void pc_word_store(char *bytes, uint64_t word)
{
    unsigned char *at = (unsigned char *)bytes;
    at[0] = (unsigned char)word;
    at[1] = (unsigned char)(word >> 8);
    at[2] = (unsigned char)(word >> 16);
    at[3] = (unsigned char)(word >> 24);
    at[4] = (unsigned char)(word >> 32);
    at[5] = (unsigned char)(word >> 40);
    at[6] = (unsigned char)(word >> 48);
    at[7] = (unsigned char)(word >> 56);
}

// The last count bytes (1 to 7, and no more than there are) of s, zeros above them. Reads nothing
// outside s.
static inline uint64_t pc_word_tail(struct pc_str s, size_t count)
{
    const char *from = s.ptr + s.len - count;
    if (s.len >= 8) {
        return pc_word_load(s.ptr + s.len - 8) >> (64 - 8 * count);
    }
    if (count >= 4) {
        return pc_word_load_half(from) | pc_word_load_half(from + count - 4) << (8 * (count - 4));
    }
    return (uint64_t)(unsigned char)from[0] |
           (uint64_t)(unsigned char)from[count / 2] << (8 * (count / 2)) |
           (uint64_t)(unsigned char)from[count - 1] << (8 * (count - 1));
}

static inline uint64_t pc_word_each(char c)
{
    return (uint64_t)(unsigned char)c * UINT64_C(0x0101010101010101);
}

// Which bytes are c. Exact, for words of any bytes.
static inline uint64_t pc_word_equal(uint64_t word, char c)
{
    uint64_t other = word ^ pc_word_each(c); // zero where equal
    return ~(((other & ~PC_WORD_TOPS) + ~PC_WORD_TOPS) | other) & PC_WORD_TOPS;
}

// Which bytes are from first to last (U+0001 to U+007F). For words of ASCII alone: a byte beyond
// spoils the answer for all.
static inline uint64_t pc_word_in(uint64_t word, char first, char last)
{
    return (word + pc_word_each((char)(0x80 - first))) ^ (word + pc_word_each((char)(0x7f - last)));
}

// In lower case; for words of ASCII alone.
static inline uint64_t pc_word_lower(uint64_t word)
{
    return word | (pc_word_in(word, 'A', 'Z') & PC_WORD_TOPS) >> 2;
}

#endif
