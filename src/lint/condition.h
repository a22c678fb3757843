// SPDX-License-Identifier: Apache-2.0
//
// Conditions that were read once for many checks, and what follows from one for another: whatever
// is said here is certain; "false" is "not sure" as well.
#ifndef PC_LINT_CONDITION_H
#define PC_LINT_CONDITION_H

#include "global_key.h"

#include "ops/operator.h"

enum pc_lint_family { // of operators whose values can be held against each other
    PC_LINT_NO_FAMILY = 0,
    PC_LINT_STRINGS,
    PC_LINT_NUMBERS,
    PC_LINT_DATES,
    PC_LINT_BOOLS,
    PC_LINT_BYTES,
    PC_LINT_ADDRESSES,
    PC_LINT_ARNS,
    PC_LINT_NULLS,
};

struct pc_lint_condition {
    const struct pc_condition *written;
    // False: the operator or a value cannot be read, which compiling reports, there is no value, or
    // a set prefix stands in front of Null. Nothing else is known then.
    bool sound;
    struct pc_op_use use;
    enum pc_lint_family family;
    struct pc_str key;                  // folded
    const struct pc_global_key *global; // NULL: not a global one
    const struct pc_str *values;        // as the operator compares them
    const struct pc_str *patterns;      // of strings, booleans and ARNs: for match/cover.h
};

// Reads the conditions of a statement, in their order. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_conditions_read(struct pc_arena *arena,
                                                     const struct pc_policy *policy,
                                                     const struct pc_statement *statement,
                                                     const struct pc_lint_condition **out);

static inline bool pc_lint_is(const struct pc_lint_condition *condition, unsigned flags)
{
    return (condition->use.flags & flags) != 0;
}

// Does it hold where the key is missing?
bool pc_lint_holds_absent(const struct pc_lint_condition *condition);

// Does it hold only where the key has a value other than the empty text?
bool pc_lint_needs_value(const struct pc_lint_condition *condition);

// Values of two conditions of one family, or of one condition: does the first match all that the
// second matches, without regard to negation? May both match the same (true: not sure)?
bool pc_lint_value_covers(const struct pc_lint_condition *wide, size_t wide_value,
                          const struct pc_lint_condition *narrow, size_t narrow_value);
bool pc_lint_values_meet(const struct pc_lint_condition *a, size_t a_value,
                         const struct pc_lint_condition *b, size_t b_value);

// What values of an operator's relation match: -1 what is below them, 1 what is above, 0 else.
int pc_lint_direction(enum pc_op_id id);

// Does the second hold wherever the first one does?
bool pc_lint_implies(const struct pc_lint_condition *first, const struct pc_lint_condition *second);

// Can no request meet both?
bool pc_lint_excludes(const struct pc_lint_condition *a, const struct pc_lint_condition *b);

#endif
