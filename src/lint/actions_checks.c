// SPDX-License-Identifier: Apache-2.0
//
// Actions and the catalog: what is no action, what matches none.
#include "check.h"

const struct pc_lint_area pc_lint_actions = {NULL, 0};
