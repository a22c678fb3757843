// SPDX-License-Identifier: Apache-2.0
//
// The built-in matcher.
#ifndef PC_MATCH_GLOB_H
#define PC_MATCH_GLOB_H

#include "token.h"

// Does the whole subject match the pattern of any shape? values: the text of each variable of the
// pattern, in order; NULL when it has none. No allocation; time at most proportional to pattern
// length * subject length.
//
// '*' is any run of bytes; '?' is a character that starts where a character of the subject starts;
// a byte that is not part of valid UTF-8 is a character. Literals and values compare byte by byte,
// with FOLD character by character.
bool pc_glob_match(struct pc_str bytes, struct pc_str subject, const struct pc_str *values);

// The same for PC_SHAPE_OF_SEGMENTS without FOLD, faster.
bool pc_glob_match_segments(struct pc_str bytes, struct pc_str subject);

// With FOLD: does the literal stand at *at in the subject? Then *at is behind it.
bool pc_glob_fold_literal(struct pc_str subject, struct pc_str literal, size_t *at);

#endif
