// SPDX-License-Identifier: Apache-2.0
//
// Actions of requests, by hand. INVARIANT: it accepts what the expression of shape.c accepts; the
// test of match/name.h holds them against each other.
#include "match/name.h"

#include "base/block.h"

enum {
    SHORTEST_USUAL = 8, // bytes: a word
    LONGEST_USUAL = 64, // a bit each
};

// Classes of bytes, in lower case.
static inline pc_block of_service(pc_block block)
{
    return pc_block_in(block, 'a', 'z') | pc_block_in(block, '0', '9') | pc_block_equal(block, '-');
}

static inline pc_block of_dots(pc_block block)
{
    return pc_block_equal(block, '.') | pc_block_equal(block, '_');
}

static inline pc_block of_name(pc_block block)
{
    return of_service(block) | of_dots(block);
}

// What is in an action of at most 64 bytes: a bit for each, the first lowest.
struct action_bytes {
    uint64_t plain; // letters, digits and '-'
    uint64_t dots;  // '.' and '_', which only a name may have
    uint64_t colons;
};

static inline void note(struct action_bytes *bytes, pc_block lower, size_t at)
{
    bytes->plain |= (uint64_t)pc_block_bits(of_service(lower)) << at;
    bytes->dots |= (uint64_t)pc_block_bits(of_dots(lower)) << at;
    bytes->colons |= (uint64_t)pc_block_bits(pc_block_equal(lower, ':')) << at;
}

// Of 16 to 64 bytes. The last block overlaps the one before; what is written twice is the same.
static inline struct action_bytes lower_blocks(struct pc_str text, char *room)
{
    struct action_bytes bytes = {0};
    for (size_t at = 0; at + PC_BLOCK < text.len; at += PC_BLOCK) {
        pc_block lower = pc_block_lower(pc_block_load(text.ptr + at));
        pc_block_store(room + at, lower);
        note(&bytes, lower, at);
    }
    size_t last = text.len - PC_BLOCK;
    pc_block lower = pc_block_lower(pc_block_load(text.ptr + last));
    pc_block_store(room + last, lower);
    note(&bytes, lower, last);
    return bytes;
}

// Of 8 to 15 bytes: a block of the first and the last word.
static inline struct action_bytes lower_words(struct pc_str text, char *room)
{
    struct action_bytes both = {0};
    size_t last = text.len - 8;
    pc_block lower =
        pc_block_lower(pc_block_of(pc_word_load(text.ptr), pc_word_load(text.ptr + last)));
    pc_block_halves halves = (pc_block_halves)lower;
    pc_word_store(room, halves[0]);
    pc_word_store(room + last, halves[1]);
    note(&both, lower, 0);
    return (struct action_bytes){
        .plain = (both.plain & 0xff) | both.plain >> 8 << last,
        .dots = (both.dots & 0xff) | both.dots >> 8 << last,
        .colons = (both.colons & 0xff) | both.colons >> 8 << last,
    };
}

// Puts what stands before and behind the colon. Returns true.
static inline bool put_parts(struct pc_str lower, size_t colon, struct pc_str *service,
                             struct pc_str *name)
{
    *service = (struct pc_str){lower.ptr, colon};
    *name = (struct pc_str){lower.ptr + colon + 1, lower.len - colon - 1};
    return true;
}

// Of any length. Apart, for hardly any action comes here.
__attribute__((noinline)) static bool parse_any_action(struct pc_str text, char *room,
                                                       struct pc_str *service, struct pc_str *name)
{
    size_t colon = pc_str_find(text, ':', 0);
    if (colon == SIZE_MAX || colon == 0 || colon + 1 == text.len) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        room[i] = pc_char_lower(text.ptr[i]);
    }
    struct pc_str lower = {room, text.len};
    return pc_block_all_of(pc_str_slice(lower, 0, colon), of_service) &&
           pc_block_all_of(pc_str_slice(lower, colon + 1, lower.len), of_name) &&
           put_parts(lower, colon, service, name);
}

bool pc_action_name_parse(struct pc_str text, char *room, struct pc_str *service,
                          struct pc_str *name)
{
    if (text.len < SHORTEST_USUAL || text.len > LONGEST_USUAL) {
        return text.len <= PC_SHAPE_LONGEST && parse_any_action(text, room, service, name);
    }
    struct action_bytes bytes =
        text.len < PC_BLOCK ? lower_words(text, room) : lower_blocks(text, room);
    uint64_t colon = bytes.colons & -bytes.colons; // the first; a second is no byte of a name
    uint64_t all = UINT64_MAX >> (LONGEST_USUAL - text.len);
    if (colon <= 1 || colon == (all ^ all >> 1) || (bytes.plain | bytes.dots | colon) != all ||
        (bytes.dots & (colon - 1)) != 0) {
        return false;
    }
    struct pc_str lower = {room, text.len};
    return put_parts(lower, (size_t)__builtin_ctzll(colon), service, name);
}
