// SPDX-License-Identifier: Apache-2.0
//
// String views. A view borrows its bytes: it is valid as long as what it was made from. Bytes are
// not terminated by zero and may hold any value, zero included. Nothing here allocates.
#ifndef PC_BASE_STR_H
#define PC_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PC_MUST_CHECK __attribute__((warn_unused_result))

struct pc_str {
    const char *ptr;
    size_t len; // bytes
};

// A view of a string literal, usable in initialisers as PC_STR_INIT.
// clang-format off
#define PC_STR(literal)      ((struct pc_str){"" literal, sizeof(literal) - 1})
#define PC_STR_INIT(literal) {"" literal, sizeof(literal) - 1}
// clang-format on

// The two arguments of "%.*s".
#define PC_STR_ARG(s) (int)(s).len, (s).ptr

// View of a string that ends in zero; NULL gives the empty view.
struct pc_str pc_str_from(const char *text);

// Are so many bytes the same? For the short texts that names are, where a call of memcmp costs more
// than the comparison.
static inline bool pc_bytes_eq(const char *a, const char *b, size_t count)
{
    if (count < 4) { // the first, the middle and the last are all there are
        return count == 0 ||
               (a[0] == b[0] && a[count / 2] == b[count / 2] && a[count - 1] == b[count - 1]);
    }
    if (count < 8) {
        uint32_t left[2], right[2];
        memcpy(&left[0], a, 4);
        memcpy(&left[1], a + count - 4, 4);
        memcpy(&right[0], b, 4);
        memcpy(&right[1], b + count - 4, 4);
        return left[0] == right[0] && left[1] == right[1];
    }
    uint64_t left, right;
    for (size_t at = 0; at + 8 <= count; at += 8) {
        memcpy(&left, a + at, 8);
        memcpy(&right, b + at, 8);
        if (left != right) {
            return false;
        }
    }
    memcpy(&left, a + count - 8, 8);
    memcpy(&right, b + count - 8, 8);
    return left == right;
}

static inline bool pc_str_eq(struct pc_str a, struct pc_str b)
{
    return a.len == b.len && pc_bytes_eq(a.ptr, b.ptr, a.len);
}

// Equal when the ASCII letters are compared without case; other bytes must be identical.
bool pc_str_eq_icase(struct pc_str a, struct pc_str b);

// Order by bytes, a prefix first: below, equal to or above zero.
int pc_str_cmp(struct pc_str a, struct pc_str b);

static inline bool pc_str_has_prefix(struct pc_str s, struct pc_str prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool pc_str_has_suffix(struct pc_str s, struct pc_str suffix);
bool pc_str_has_prefix_icase(struct pc_str s, struct pc_str prefix); // case as in pc_str_eq_icase

// Place of the first byte c at or after from, or SIZE_MAX.
size_t pc_str_find(struct pc_str s, char c, size_t from);

// Place of the last byte c, or SIZE_MAX.
size_t pc_str_find_last(struct pc_str s, char c);

// From byte `from` to before byte `to`; both are cut to the length.
static inline struct pc_str pc_str_slice(struct pc_str s, size_t from, size_t to)
{
    if (to > s.len) {
        to = s.len;
    }
    if (from > to) {
        from = to;
    }
    struct pc_str part = {from == 0 ? s.ptr : s.ptr + from, to - from};
    return part;
}

// Splits at the first max-1 separators into at most max (>= 1) fields, the last one taking the
// rest. Returns the number of fields, at least 1.
size_t pc_str_split(struct pc_str s, char separator, struct pc_str *fields, size_t max);

// The ASCII lower case of one byte; other bytes as they are.
static inline char pc_char_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool pc_char_is_digit(char c);

// Number of bytes from `from` on that stand for themselves in a JSON string: U+0020 to U+007E but
// for
// '"' and '\\'. Looks at eight bytes at a time.
size_t pc_str_plain_run(struct pc_str s, size_t from);

// 64-bit hash of the bytes. Not keyed: use it only where an attacker gains nothing by collisions,
// or where it is written; for tables in memory there is base/table_hash.h.
// The value is part of the image format: changing the function changes the format version.
uint64_t pc_str_hash(struct pc_str s);

// Copies ASCII text in lower case and hashes the copy, in one pass. The room holds at least the
// length rounded up to eight bytes. False when there are other bytes in the text: then what is in
// the room and in *out means nothing.
PC_MUST_CHECK bool pc_str_lower_hash(struct pc_str s, char *room, uint64_t *out);

#endif
