// SPDX-License-Identifier: Apache-2.0
//
// Splits Amazon Resource Names into their fields. What a field may hold is not looked at
// here.
#include "value/arn.h"

#include "base/block.h"

enum {
    WINDOW = 48, // bytes that are searched at once: a bit each
    FIELDS = 6,
    ACCOUNT_DIGITS = 12,
};

static inline uint64_t colons_at(struct pc_str text, size_t at)
{
    return (uint64_t)pc_block_bits(pc_block_equal(pc_block_load(text.ptr + at), ':')) << at;
}

// The colons among the first bytes of a text of at least a block, as bits, the first lowest. Blocks
// may overlap. Reads nothing outside the text.
static inline uint64_t colons_of(struct pc_str text)
{
    uint64_t bits = colons_at(text, 0);
    if (text.len >= WINDOW) {
        return bits | colons_at(text, PC_BLOCK) | colons_at(text, WINDOW - PC_BLOCK);
    }
    if (text.len >= WINDOW - PC_BLOCK) {
        bits |= colons_at(text, PC_BLOCK);
    }
    return bits | colons_at(text, text.len - PC_BLOCK);
}

static inline struct pc_str field(struct pc_str text, size_t from, size_t to)
{
    return (struct pc_str){text.ptr + from, to - from};
}

// The lowest bit is taken away.
static inline size_t take_bit(uint64_t *bits)
{
    size_t place = (size_t)__builtin_ctzll(*bits);
    *bits &= *bits - 1;
    return place;
}

// Of an ARN that is short, or has colons far behind.
__attribute__((noinline)) static bool parse_slowly(struct pc_str text, struct pc_arn *out)
{
    struct pc_str fields[FIELDS];
    if (pc_str_split(text, ':', fields, FIELDS) != FIELDS) {
        return false;
    }
    *out = (struct pc_arn){fields[1], fields[2], fields[3], fields[4], fields[5]};
    return true;
}

bool pc_arn_parse(struct pc_str text, struct pc_arn *out)
{
    if (text.len < 4 || memcmp(text.ptr, "arn:", 4) != 0) {
        return false;
    }
    uint64_t colons = text.len < PC_BLOCK ? 0 : colons_of(text) & ~UINT64_C(0xf);
    uint64_t last = colons & (colons - 1);
    last &= last - 1;
    last &= last - 1; // the fourth of them, if it is there, and those behind
    if (last == 0 || colons == 0) {
        return parse_slowly(text, out);
    }
    size_t partition = take_bit(&colons);
    size_t service = take_bit(&colons);
    size_t region = take_bit(&colons);
    size_t account = take_bit(&colons);
    out->partition = field(text, 4, partition);
    out->service = field(text, partition + 1, service);
    out->region = field(text, service + 1, region);
    out->account = field(text, region + 1, account);
    out->resource = field(text, account + 1, text.len);
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

static bool is_lower(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < 'a' || text.ptr[i] > 'z') {
            return false;
        }
    }
    return text.len > 0;
}

// "gov", "iso", "iso" and a letter.
static bool is_part_of_partition(struct pc_str text)
{
    return pc_str_eq(text, PC_STR("gov")) ||
           (pc_str_has_prefix(text, PC_STR("iso")) && text.len <= 4 && is_lower(text));
}

bool pc_region_is(struct pc_str text)
{
    struct pc_str fields[5];
    size_t count = pc_str_split(text, '-', fields, 5);
    size_t at = count > 0 && pc_str_eq(fields[0], PC_STR("eusc")) ? 1 : 0;
    bool longer = count == at + 4 && is_part_of_partition(fields[at + 1]);
    if (count != at + 3 && !longer) {
        return false;
    }
    struct pc_str number = fields[count - 1];
    return fields[at].len == 2 && is_lower(fields[at]) && is_lower(fields[count - 2]) &&
           number.len == 1 && pc_char_is_digit(number.ptr[0]);
}
