// SPDX-License-Identifier: Apache-2.0
//
// Policy variables (section 6): `${key}` and `${key, 'default'}` in the texts of a policy.
#ifndef REFERENCE_VARIABLE_H
#define REFERENCE_VARIABLE_H

#include "context.h"
#include "text.h"

struct ref_variable {
    size_t start, end; // bytes of the text, `${` to `}`
    bool closed;       // it ends in `}` at all; else `end` is that of the text
    bool well_formed;
    bool literal;
    struct pc_str name;
    bool has_default;
    struct pc_str fallback;
};

// The first one at or after the byte `from`, or false.
bool ref_variable_next(struct pc_str text, size_t from, struct ref_variable *out);

// What a text of a policy is made of, for one request. `variables`: the document has them.
struct ref_reading {
    struct pc_arena *arena;
    const struct ref_context *context;
    bool variables;
    bool wildcards; // `*` and `?` act
};

struct ref_pattern ref_pattern_of(const struct ref_reading *reading, struct pc_str text);

// The text of a pattern that has no wildcards.
struct pc_str ref_pattern_text(struct pc_arena *arena, const struct ref_pattern *pattern);

#endif
