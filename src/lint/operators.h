// SPDX-License-Identifier: Apache-2.0
//
// The checks of conditions, by file. Each looks at one condition, knows those beside it, and
// reports what it finds; they are all called for each sound condition of a statement.
#ifndef PC_LINT_OPERATORS_H
#define PC_LINT_OPERATORS_H

#include "check.h"
#include "condition.h"

struct pc_lint_at {
    const struct pc_lint_place *place;          // of the statement
    const struct pc_lint_condition *conditions; // all of the statement
    size_t count;
    const struct pc_lint_condition *it; // one of them
};

typedef void pc_lint_look(const struct pc_lint_at *at);

// operators_values.c
pc_lint_look pc_lint_literal_wildcard, pc_lint_like_plain, pc_lint_every_value, pc_lint_addresses,
    pc_lint_dates;
PC_MUST_CHECK enum pc_status pc_lint_values(const struct pc_lint_at *at);

// operators_presence.c
pc_lint_look pc_lint_if_exists, pc_lint_null, pc_lint_for_all, pc_lint_for_any,
    pc_lint_negated_absent;

// operators_pairs.c
pc_lint_look pc_lint_pairs;

// variables.c: of conditions, and of the resources of the place's statement.
pc_lint_look pc_lint_condition_variables;
PC_MUST_CHECK enum pc_status pc_lint_resource_variables(const struct pc_lint_place *place);

// Reports at the operator's name or at a value.
void pc_lint_report_operator(const struct pc_lint_at *at, enum pc_diag_code code,
                             const char *format, ...) __attribute__((format(printf, 3, 4)));
void pc_lint_report_value(const struct pc_lint_at *at, enum pc_diag_code code, size_t value,
                          const char *format, ...) __attribute__((format(printf, 4, 5)));

// Is the key there anyway, in every request that the statement matches otherwise: because another
// condition needs its value, or because its variable stands in all resources, or in all values of
// another condition that has to hold?
bool pc_lint_has_key_elsewhere(const struct pc_lint_at *at);

// Is there nothing that its values, negation apart, do not match?
bool pc_lint_takes_all(const struct pc_lint_condition *condition);

#endif
