// SPDX-License-Identifier: Apache-2.0
//
// The kinds of changes, one row each. Not for use outside the module.
#ifndef PC_SUITE_MUTANT_H
#define PC_SUITE_MUTANT_H

#include "suite/mutation.h"

struct pc_mutant_row {
    struct pc_mutant_kind kind;
    // Only questions that get past actions, resources and principals of the statement can notice.
    bool within;
    const char *hint_allow, *hint_deny;

    // How many places of a statement this kind looks at.
    size_t (*count)(const struct pc_statement *statement);
    // Would the change at that place say something else? NULL: always.
    bool (*applies)(const struct pc_statement *statement, size_t index);
    // *out is a copy of the statement, to be changed; what is new goes into the arena.
    // PC_ERR_NOMEM.
    enum pc_status (*change)(struct pc_arena *arena, const struct pc_statement *statement,
                             size_t index, struct pc_statement *out);
    // Where it is made. NULL: where the statement begins.
    void (*locate)(const struct pc_statement *statement, size_t index, struct pc_place *place);
    // What is changed, behind "no test notices when ".
    void (*tell)(const struct pc_statement *statement, size_t index, struct pc_buf *out);
};

extern const struct pc_mutant_row pc_mutant_drop_statement, pc_mutant_flip_effect,
    pc_mutant_drop_condition, pc_mutant_widen_action, pc_mutant_widen_resource,
    pc_mutant_widen_resources, pc_mutant_widen_principals, pc_mutant_drop_not_action,
    pc_mutant_drop_not_resource, pc_mutant_drop_not_principal;

// For kinds that look at one place of a statement: 1.
size_t pc_mutant_once(const struct pc_statement *statement);

// Rows by place in the table, NULL behind the last one.
const struct pc_mutant_row *pc_mutant_row_at(size_t index);

#endif
