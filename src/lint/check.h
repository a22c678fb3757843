// SPDX-License-Identifier: Apache-2.0
//
// A check is one row: a function that looks at a whole policy, a statement, or a condition, and
// reports what it finds. The rows of an area are a table in the file <area>_checks.c; lint.c runs
// them all.
#ifndef PC_LINT_CHECK_H
#define PC_LINT_CHECK_H

#include "lint/lint.h"

// What a check looks at. `statement` is NULL for a check of the whole policy, `condition` for one
// of a statement.
struct pc_lint_place {
    struct pc_lint *lint;
    const struct pc_lint_subject *subject;
    const struct pc_policy *policy; // of the subject
    const struct pc_statement *statement;
    const struct pc_condition *condition;
};

struct pc_lint_check {
    // One of the three. PC_ERR_NOMEM; a finding is no error.
    enum pc_status (*policy)(const struct pc_lint_place *place);
    enum pc_status (*statement)(const struct pc_lint_place *place);
    enum pc_status (*condition)(const struct pc_lint_place *place);
    bool needs_catalog;
};

struct pc_lint_area {
    const struct pc_lint_check *checks;
    size_t count;
};

// The areas, one a file.
extern const struct pc_lint_area pc_lint_actions, pc_lint_resources, pc_lint_keys,
    pc_lint_operators, pc_lint_effects, pc_lint_dangers, pc_lint_principals, pc_lint_style;

// Reports a finding at a text of the policy, or at a line and column of it.
void pc_lint_report(const struct pc_lint_place *place, enum pc_diag_code code, uint32_t line,
                    uint32_t column, const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
