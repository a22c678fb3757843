// SPDX-License-Identifier: Apache-2.0
//
// Operations of APIs that are authorised under the name of other actions.
#ifndef PC_LINT_OPERATIONS_H
#define PC_LINT_OPERATIONS_H

#include "base/str.h"

struct pc_lint_operation {
    struct pc_str service, name;
    const char *needs; // the actions, for people
};

// The row of an operation, its name in any letter case; NULL: none.
const struct pc_lint_operation *pc_lint_operation(struct pc_str service, struct pc_str name);

#endif
