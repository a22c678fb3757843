// SPDX-License-Identifier: Apache-2.0
//
// The `Condition` of a statement for one request (5.1, 5.5, 5.6).
#ifndef REFERENCE_CONDITION_H
#define REFERENCE_CONDITION_H

#include "operator.h"

// Names in lower case, each once.
struct ref_names {
    struct pc_str *at;
    size_t count, room;
};

void ref_names_add(struct pc_arena *arena, struct ref_names *names, struct pc_str name);

// NULL, no Condition: true.
bool ref_condition_holds(const struct ref_reading *reading, const struct pc_json *condition);

// Adds the keys that the Condition asks for and the request does not carry: those of its operators
// and those of variables in its values (CONTRACT 2, missingContext).
void ref_condition_missing(const struct ref_reading *reading, const struct pc_json *condition,
                           struct ref_names *missing);

// One JSON value that may be a list: how many, and each. A bare value is a list of one.
size_t ref_list_count(const struct pc_json *json);
const struct pc_json *ref_list_at(const struct pc_json *json, size_t index);

// The canonical text of a condition value.
struct pc_str ref_value_text(const struct pc_json *json);

#endif
