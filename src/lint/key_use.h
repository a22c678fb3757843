// SPDX-License-Identifier: Apache-2.0
//
// A key under an operator.
#ifndef PC_LINT_KEY_USE_H
#define PC_LINT_KEY_USE_H

#include "check.h"

#include "ops/operator.h"

struct pc_lint_key_use {
    const struct pc_lint_place *place;
    const struct pc_condition *condition;
    const struct pc_catalog_key *key; // NULL: not known
    struct pc_op_use op;
};

// Of the condition at the place. False: its operator is unknown.
bool pc_lint_key_use_of(const struct pc_lint_place *place, struct pc_lint_key_use *out);

// Does the condition fail for a request without the key?
bool pc_lint_key_wanted(const struct pc_lint_key_use *use);

// Has the key one value in each request that has it, for sure?
bool pc_lint_key_is_single(const struct pc_lint_key_use *use);

// Is the operator one of strings, such as StringEquals? With wildcards: StringLike.
bool pc_lint_key_is_text(const struct pc_lint_key_use *use);

// Checks of a condition: operator against key type; values against what the key can hold.
PC_MUST_CHECK enum pc_status pc_lint_key_type(const struct pc_lint_place *place);
PC_MUST_CHECK enum pc_status pc_lint_key_values(const struct pc_lint_place *place);

#endif
