// SPDX-License-Identifier: Apache-2.0
//
// Text sixteen bytes at a time, in the vectors of GCC and clang. What is said of each byte is a
// byte: 0xff for yes, 0 for no.
#ifndef PC_BASE_BLOCK_H
#define PC_BASE_BLOCK_H

#include "base/word.h"

enum {
    PC_BLOCK = 16,
    PC_BLOCK_WINDOW = 64, // bytes that have a bit of a word each
};

typedef uint8_t pc_block __attribute__((vector_size(16)));
typedef uint64_t pc_block_halves __attribute__((vector_size(16)));

static inline pc_block pc_block_of(uint64_t first, uint64_t second)
{
    return (pc_block)(pc_block_halves){first, second};
}

static inline pc_block pc_block_load(const char *bytes)
{
    pc_block block;
    memcpy(&block, bytes, sizeof(block));
    return block;
}

static inline void pc_block_store(char *bytes, pc_block block)
{
    memcpy(bytes, &block, sizeof(block));
}

// Which bytes are from first to last.
static inline pc_block pc_block_in(pc_block block, uint8_t first, uint8_t last)
{
    return (pc_block)(block - first <= (uint8_t)(last - first));
}

static inline pc_block pc_block_equal(pc_block block, uint8_t byte)
{
    return (pc_block)(block == byte);
}

// ASCII letters in lower case; other bytes as they are.
static inline pc_block pc_block_lower(pc_block block)
{
    return block | (pc_block_in(block, 'A', 'Z') & 0x20);
}

// The answer of eight bytes as a bit each, the first lowest: the product puts the bit of byte k at
// 56 + k, and no two of its terms meet.
static inline unsigned pc_block_half_bits(uint64_t half)
{
    return (unsigned)((half & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080) >> 56);
}

// The answer as a bit for each byte, the first lowest.
static inline unsigned pc_block_bits(pc_block answer)
{
#ifdef __SSE2__
    typedef char signed_block __attribute__((vector_size(16)));
    return (unsigned)__builtin_ia32_pmovmskb128((signed_block)answer);
#else
    pc_block_halves halves = (pc_block_halves)answer;
    return pc_block_half_bits(halves[0]) | pc_block_half_bits(halves[1]) << 8;
#endif
}

static inline bool pc_block_all(pc_block answer)
{
    return pc_block_bits(answer) == 0xffff;
}

// Which of the first 64 bytes of a text are c, as bits, the first lowest. Reads nothing outside it.
static inline uint64_t pc_block_find(struct pc_str text, char c)
{
    uint64_t bits = 0;
    size_t at = 0;
    if (text.len < PC_BLOCK) {
        for (; at < text.len; at++) {
            bits |= (uint64_t)(text.ptr[at] == c) << at;
        }
        return bits;
    }
    for (; at <= text.len - PC_BLOCK && at < PC_BLOCK_WINDOW; at += PC_BLOCK) {
        pc_block block = pc_block_load(text.ptr + at);
        bits |= (uint64_t)pc_block_bits(pc_block_equal(block, (uint8_t)c)) << at;
    }
    if (at < text.len && at < PC_BLOCK_WINDOW) { // the last block overlaps the one before
        at = text.len - PC_BLOCK;
        pc_block block = pc_block_load(text.ptr + at);
        bits |= (uint64_t)pc_block_bits(pc_block_equal(block, (uint8_t)c)) << at;
    }
    return bits;
}

// The place of the next c: the first of these bits, which loses it, or one behind the first 64
// bytes and not before `from`. SIZE_MAX: none.
static inline size_t pc_block_next(struct pc_str text, char c, size_t from, uint64_t *bits)
{
    if (*bits != 0) {
        size_t place = (size_t)__builtin_ctzll(*bits);
        *bits &= *bits - 1;
        return place;
    }
    if (text.len <= PC_BLOCK_WINDOW) {
        return SIZE_MAX;
    }
    return pc_str_find(text, c, from > PC_BLOCK_WINDOW ? from : PC_BLOCK_WINDOW);
}

// All bytes of a text of 1 to 16, some of them again: for questions about every byte. Reads nothing
// outside it.
static inline pc_block pc_block_bytes_of(struct pc_str s)
{
    if (s.len >= 8) {
        return pc_block_of(pc_word_load(s.ptr), pc_word_load(s.ptr + s.len - 8));
    }
    uint64_t word;
    if (s.len >= 4) {
        word = pc_word_load_half(s.ptr) | pc_word_load_half(s.ptr + s.len - 4) << 32;
    } else {
        word = pc_word_each(s.ptr[0]) << 16 | (uint64_t)(unsigned char)s.ptr[s.len / 2] << 8 |
               (uint64_t)(unsigned char)s.ptr[s.len - 1];
    }
    return pc_block_of(word, word);
}

static inline pc_block pc_block_compare(const char *a, const char *b, size_t at)
{
    return (pc_block)(pc_block_load(a + at) == pc_block_load(b + at));
}

// Are so many bytes the same? As pc_bytes_eq, for texts that are mostly long and the same.
static inline bool pc_block_same(const char *a, const char *b, size_t count)
{
    const size_t two = (size_t)2 * PC_BLOCK;
    if (count < PC_BLOCK) {
        return pc_bytes_eq(a, b, count);
    }
    pc_block same = pc_block_compare(a, b, 0) & pc_block_compare(a, b, count - PC_BLOCK);
    if (count > two) {
        same &= pc_block_compare(a, b, PC_BLOCK) & pc_block_compare(a, b, count - two);
    }
    for (size_t at = two; at + two < count; at += PC_BLOCK) {
        same &= pc_block_compare(a, b, at);
    }
    return pc_block_all(same);
}

// Are all bytes of the text of a class, which tells it of each byte of a block? True of an empty
// text. To be called with a function that is known to the compiler.
static inline bool pc_block_all_of(struct pc_str s, pc_block (*of_class)(pc_block block))
{
    if (s.len <= PC_BLOCK) {
        return s.len == 0 || pc_block_all(of_class(pc_block_bytes_of(s)));
    }
    for (size_t at = 0; at < s.len - PC_BLOCK; at += PC_BLOCK) {
        if (!pc_block_all(of_class(pc_block_load(s.ptr + at)))) {
            return false;
        }
    }
    return pc_block_all(of_class(pc_block_load(s.ptr + s.len - PC_BLOCK)));
}

#endif
