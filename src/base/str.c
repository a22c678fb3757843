// SPDX-License-Identifier: Apache-2.0
#include "base/str.h"

#include "base/block.h"

#include <string.h>

struct pc_str pc_str_from(const char *text)
{
    struct pc_str s = {text, text != NULL ? strlen(text) : 0};
    return s;
}

bool pc_char_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool pc_str_eq_icase(struct pc_str a, struct pc_str b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (pc_char_lower(a.ptr[i]) != pc_char_lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

int pc_str_cmp(struct pc_str a, struct pc_str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter == 0 ? 0 : memcmp(a.ptr, b.ptr, shorter);
    if (order != 0) {
        return order;
    }
    return a.len < b.len ? -1 : a.len > b.len;
}

bool pc_str_has_prefix_icase(struct pc_str s, struct pc_str prefix)
{
    return pc_str_eq_icase(pc_str_slice(s, 0, prefix.len), prefix);
}

bool pc_str_has_suffix(struct pc_str s, struct pc_str suffix)
{
    return s.len >= suffix.len && pc_str_eq(pc_str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t pc_str_find(struct pc_str s, char c, size_t from)
{
    if (from >= s.len) {
        return SIZE_MAX;
    }
    const char *hit = memchr(s.ptr + from, c, s.len - from);
    return hit == NULL ? SIZE_MAX : (size_t)(hit - s.ptr);
}

size_t pc_str_find_last(struct pc_str s, char c)
{
    for (size_t end = s.len; s.len >= PC_BLOCK && end > 0;) {
        size_t from = end > PC_BLOCK ? end - PC_BLOCK : 0; // the first block may overlap the second
        unsigned hits = pc_block_bits(pc_block_equal(pc_block_load(s.ptr + from), (uint8_t)c));
        if (hits != 0) {
            return from + 31 - (size_t)__builtin_clz(hits);
        }
        end = from;
    }
    for (size_t end = s.len < PC_BLOCK ? s.len : 0; end > 0; end--) {
        if (s.ptr[end - 1] == c) {
            return end - 1;
        }
    }
    return SIZE_MAX;
}

size_t pc_str_split(struct pc_str s, char separator, struct pc_str *fields, size_t max)
{
    uint64_t hits = pc_block_find(s, separator);
    size_t count = 0;
    size_t start = 0;
    while (count + 1 < max) {
        size_t end = pc_block_next(s, separator, start, &hits);
        if (end == SIZE_MAX) {
            break;
        }
        fields[count++] = pc_str_slice(s, start, end);
        start = end + 1;
    }
    fields[count++] = pc_str_slice(s, start, s.len);
    return count;
}

__extension__ typedef unsigned __int128 uint128;

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// The top bit of each byte that is zero, and perhaps of bytes above one that is.
static uint64_t zero_bytes(uint64_t word)
{
    return (word - UINT64_C(0x0101010101010101)) & ~word & PC_WORD_TOPS;
}

static bool are_plain(uint64_t word)
{
    uint64_t below_space = (word - pc_word_each(' ')) & ~word;
    uint64_t special = zero_bytes(word ^ pc_word_each('"')) |
                       zero_bytes(word ^ pc_word_each('\\')) |
                       zero_bytes(word ^ pc_word_each(0x7f));
    return ((word | below_space | special) & PC_WORD_TOPS) == 0;
}

static bool is_plain(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

size_t pc_str_plain_run(struct pc_str s, size_t from)
{
    size_t at = from;
    while (s.len - at >= 8 && are_plain(pc_word_load(s.ptr + at))) {
        at += 8;
    }
    while (at < s.len && is_plain(s.ptr[at])) {
        at++;
    }
    return at - from;
}

static const uint64_t odd1 = UINT64_C(0x9e3779b97f4a7c15);
static const uint64_t odd2 = UINT64_C(0xd1b54a32d192ed03);

uint64_t pc_str_hash(struct pc_str s)
{
    uint64_t hash = mix(s.len ^ odd1, odd2);
    size_t at = 0;
    for (; s.len - at >= 8; at += 8) {
        hash = mix(hash ^ pc_word_load(s.ptr + at), odd1);
    }
    if (at < s.len) {
        hash = mix(hash ^ pc_word_tail(s, s.len - at), odd2);
    }
    return mix(hash, odd1 ^ odd2);
}

bool pc_str_lower_hash(struct pc_str s, char *room, uint64_t *out)
{
    uint64_t hash = mix(s.len ^ odd1, odd2);
    uint64_t all = 0;
    size_t at = 0;
    for (; s.len - at >= 8; at += 8) {
        uint64_t word = pc_word_load(s.ptr + at);
        all |= word;
        word = pc_word_lower(word);
        pc_word_store(room + at, word);
        hash = mix(hash ^ word, odd1);
    }
    if (at < s.len) {
        uint64_t word = pc_word_tail(s, s.len - at);
        all |= word;
        word = pc_word_lower(word);
        pc_word_store(room + at, word);
        hash = mix(hash ^ word, odd2);
    }
    *out = mix(hash, odd1 ^ odd2);
    return (all & PC_WORD_TOPS) == 0;
}
