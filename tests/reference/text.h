// SPDX-License-Identifier: Apache-2.0
//
// Text as the rules see it: a row of code points, compared as it is or in lower
// case, or against a pattern. And memory that is always there: the reference is a tool of the tests
// and aborts when the arena has none left.
#ifndef REFERENCE_TEXT_H
#define REFERENCE_TEXT_H

#include "base/arena.h"

// Zeroed memory for count elements of the size.
void *ref_alloc(struct pc_arena *arena, size_t count, size_t size);

// The parts, one behind the other.
struct pc_str ref_join(struct pc_arena *arena, const struct pc_str *parts, size_t count);

struct ref_points {
    const uint32_t *at;
    size_t count;
};

struct ref_points ref_points_of(struct pc_arena *arena, struct pc_str text);
struct pc_str ref_text_of(struct pc_arena *arena, struct ref_points points);

// Simple lower-casing, one code point for one.
uint32_t ref_point_lower(uint32_t point);
struct pc_str ref_lower(struct pc_arena *arena, struct pc_str text);

// Equal without regard to case.
bool ref_same_name(struct pc_arena *arena, struct pc_str a, struct pc_str b);

bool ref_has_white_space(struct pc_str text);
bool ref_has_wildcard(struct pc_str text);
bool ref_is_digits(struct pc_str text); // one or more, nothing else

enum ref_token_kind {
    REF_LITERAL = 0,
    REF_STAR,
    REF_QUESTION,
};

struct ref_token {
    enum ref_token_kind kind;
    uint32_t point; // of a literal
};

// What stands in a policy, with its variables replaced. `null`: one of them has no value
// and nothing else counts.
struct ref_pattern {
    bool null;
    const struct ref_token *tokens;
    size_t count;
};

// glob(pattern, text) of the terms: the whole text, `*` any run, `?` one code point.
bool ref_glob(struct pc_arena *arena, const struct ref_pattern *pattern, struct pc_str text,
              bool ignore_case);

// The pattern of a text with wildcards and without variables.
struct ref_pattern ref_wildcards(struct pc_arena *arena, struct pc_str text);

#endif
