// SPDX-License-Identifier: Apache-2.0
//
// Statements against each other: what can never apply, what is shadowed, repeated, without effect.
#include "check.h"

const struct pc_lint_area pc_lint_effects = {NULL, 0};
