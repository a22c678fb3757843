// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#ifndef PC_BASE_UTF8_H
#define PC_BASE_UTF8_H

#include "base/buf.h"

// Length in bytes (1 to 4) of the code point at the start of s, which goes to *code_point (may be
// NULL); 0 when s is empty or does not start with valid UTF-8.
size_t pc_utf8_decode(struct pc_str s, uint32_t *code_point);

// Offset of the first byte that is not part of valid UTF-8, or SIZE_MAX when all is valid.
size_t pc_utf8_invalid(struct pc_str s);

// Number of code points; a byte that is not part of valid UTF-8 counts as one.
size_t pc_utf8_count(struct pc_str s);

// Bytes of the first code point, an invalid byte counting as one; 0 only when s is empty.
size_t pc_utf8_step(struct pc_str s);

// Bytes of a beginning of s that has `most` at most and ends between two characters; of what is no
// UTF-8 there, anywhere.
size_t pc_utf8_within(struct pc_str s, size_t most);

// Appends one code point, which must be at most U+10FFFF and no surrogate.
void pc_utf8_append(struct pc_buf *buf, uint32_t code_point);

#endif
