// SPDX-License-Identifier: Apache-2.0
//
// What the parts of the target `pattern` share: an input taken apart, and the keys that it gives to
// variables, once as the engine asks for them and once as the reference does.
#ifndef POLCHECK_FUZZ_PATTERN_H
#define POLCHECK_FUZZ_PATTERN_H

#include "fuzz.h"
#include "match/action_pattern.h"
#include "variable.h"

struct pattern_input {
    struct pc_arena *arena;
    struct pc_pattern_cache *cache;
    bool fold;             // without case
    bool with_variables;   // "${key}" in the patterns counts
    struct pc_str pattern; // the wide one, where two are compared
    struct pc_str narrow;  // the other
    struct pc_str text;    // what is matched; where two patterns are compared, what stars stand for
    struct ref_context context;
    struct pc_variables variables; // the same for the engine
};

// The flags of pc_pattern_compile.
unsigned pattern_flags(const struct pattern_input *input);

// The pattern as the reference reads it.
struct ref_reading pattern_reading(const struct pattern_input *input, bool variables);

// Valid UTF-8 throughout? The reference takes nothing else.
bool pattern_is_known(const struct pattern_input *input);

// An entry of Action against an action, from the engine's parts.
bool pattern_action_matches(const struct pc_action_pattern *pattern, struct pc_str service,
                            struct pc_str name);

// Patterns of ARNs: of a resource, or the value of an ARN operator (every_field).
void pattern_check_arn(const struct pattern_input *input, bool every_field);

// What match/cover.h says of two patterns.
enum pattern_kind {
    PATTERN_TEXT,
    PATTERN_RESOURCE,
    PATTERN_VALUE,
    PATTERN_ACTION,
};
void pattern_check_cover(const struct pattern_input *input, enum pattern_kind kind);

#endif
