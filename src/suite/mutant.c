// SPDX-License-Identifier: Apache-2.0
//
// The changes are made to the model. A statement that is dropped keeps its place, with an empty
// list of actions, which matches nothing: so the numbers by which cases name the others
// stay as they are.
#include "mutant.h"

static const struct pc_mutant_row *const rows[] = {
    &pc_mutant_drop_statement,     &pc_mutant_flip_effect,     &pc_mutant_drop_condition,
    &pc_mutant_widen_action,       &pc_mutant_widen_resource,  &pc_mutant_widen_resources,
    &pc_mutant_widen_principals,   &pc_mutant_drop_not_action, &pc_mutant_drop_not_resource,
    &pc_mutant_drop_not_principal,
};

const struct pc_mutant_row *pc_mutant_row_at(size_t index)
{
    return index < sizeof(rows) / sizeof(rows[0]) ? rows[index] : NULL;
}

const struct pc_mutant_kind *pc_mutant_kind_at(size_t index)
{
    const struct pc_mutant_row *row = pc_mutant_row_at(index);
    return row != NULL ? &row->kind : NULL;
}
