// SPDX-License-Identifier: Apache-2.0
//
// Entries of one list against each other: what is there twice, what another entry covers.
#ifndef PC_LINT_ENTRIES_H
#define PC_LINT_ENTRIES_H

#include "check.h"
#include "statement.h"

// Actions and resources of the place's statement. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_entries(const struct pc_lint_place *place,
                                             const struct pc_lint_statement *statement);

#endif
