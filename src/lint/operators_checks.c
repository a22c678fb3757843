// SPDX-License-Identifier: Apache-2.0
//
// Conditions as such: what always or never holds, what is said twice.
#include "check.h"

const struct pc_lint_area pc_lint_operators = {NULL, 0};
