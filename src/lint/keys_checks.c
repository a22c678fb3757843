// SPDX-License-Identifier: Apache-2.0
//
// Condition keys and the catalog: what no request of the actions carries, and types.
#include "check.h"

const struct pc_lint_area pc_lint_keys = {NULL, 0};
