// SPDX-License-Identifier: Apache-2.0
//
// Findings of different checks about one mistake in one condition: the one that says most stays.
#ifndef PC_LINT_DOUBLES_H
#define PC_LINT_DOUBLES_H

#include "check.h"

// Is the finding said better by another one of the policy?
bool pc_lint_is_double(const struct pc_policy *policy, const struct pc_diags *found,
                       const struct pc_diag *diag);

#endif
