// SPDX-License-Identifier: Apache-2.0
//
// Lower case without a locale: the simple lower-case mapping of Unicode 14.0, one code point to one
// code point (R-412: 'ß' is not "ss"; final sigma and long s stay what they are). A byte that is
// not part of valid UTF-8 is a character of its own, equal only to the same byte.
#ifndef PC_MATCH_FOLD_H
#define PC_MATCH_FOLD_H

#include "base/buf.h"

// The lower case of a code point; one without a lower case, or above U+10FFFF, as it is.
uint32_t pc_fold_lower(uint32_t code_point);

// pc_fold_next beyond ASCII.
uint32_t pc_fold_next_wide(struct pc_str text, size_t *at);

// Reads the character at *at, which must be inside the text, and moves *at behind it. Returns its
// lower case; for an invalid byte a number above every code point.
static inline uint32_t pc_fold_next(struct pc_str text, size_t *at)
{
    unsigned char c = (unsigned char)text.ptr[*at];
    if (c >= 0x80) {
        return pc_fold_next_wide(text, at);
    }
    (*at)++;
    return c >= 'A' && c <= 'Z' ? (uint32_t)(c + ('a' - 'A')) : c;
}

// Appends the text in lower case. It can be longer or shorter than the text.
void pc_fold_append(struct pc_buf *out, struct pc_str text);

#endif
