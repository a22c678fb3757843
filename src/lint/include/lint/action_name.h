// SPDX-License-Identifier: Apache-2.0
//
// Names and patterns of actions that AWS does not have: which warning that is, and what was meant.
#ifndef PC_LINT_ACTION_NAME_H
#define PC_LINT_ACTION_NAME_H

#include "base/diag.h"
#include "catalog/catalog.h"

// Warns at the place of an action, "service:Name", or a pattern that matches none of the catalog:
// ACTION_NO_SERVICE, ACTION_PATTERN, ACTION_OPERATION, ACTION_OTHER_SERVICE or ACTION_UNKNOWN, with
// the nearest name as hint.
void pc_lint_action_unknown(const struct pc_catalog *catalog, struct pc_str action,
                            struct pc_place place, struct pc_diags *diags);

// The same for an action that somebody asks about; says nothing when the catalog has it, or an
// action that the pattern matches. PC_ERR_NOMEM; PC_ERR_LIMIT for a pattern that no policy can
// have.
PC_MUST_CHECK enum pc_status pc_lint_action_asked(const struct pc_catalog *catalog,
                                                  struct pc_str action, struct pc_place place,
                                                  struct pc_diags *diags);

#endif
