// SPDX-License-Identifier: Apache-2.0
//
// Principals: public access, confused deputies, who can never come.
#include "check.h"

const struct pc_lint_area pc_lint_principals = {NULL, 0};
