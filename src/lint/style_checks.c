// SPDX-License-Identifier: Apache-2.0
//
// What could be said better, and what AWS would not store.
#include "check.h"

const struct pc_lint_area pc_lint_style = {NULL, 0};
