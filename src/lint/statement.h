// SPDX-License-Identifier: Apache-2.0
//
// Statements that were read once for comparing them, and what one of them covers of another. As in
// condition.h, what is said is certain, and "false" is "not sure" as well.
#ifndef PC_LINT_STATEMENT_H
#define PC_LINT_STATEMENT_H

#include "condition.h"

#include "match/action_pattern.h"

struct pc_lint_entry { // of a list of resources
    struct pc_str bytes;
    bool sound; // false: cannot be read, or what it matches depends on more than its text
};

struct pc_lint_statement {
    const struct pc_statement *written;
    const struct pc_action_pattern *actions; // as in the list; of one that is too long NEVER
    const struct pc_lint_entry *resources;
    const struct pc_lint_condition *conditions;
    bool sound; // all of it could be read, and it matches some requests as far as lists go
};

// Reads every statement of the policy. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_statements_read(struct pc_arena *arena,
                                                     const struct pc_policy *policy,
                                                     const struct pc_lint_statement **out);

// Does the statement match every request that the other one matches? Effects are not compared. Of
// two Allow statements it also gives no less: who is allowed by name is beyond boundaries, and who
// is by account is not (7.4).
bool pc_lint_statement_covers(const struct pc_lint_statement *wide,
                              const struct pc_lint_statement *narrow);

#endif
