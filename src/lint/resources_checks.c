// SPDX-License-Identifier: Apache-2.0
//
// Resources and the catalog: what has the shape of no resource of the actions.
#include "check.h"

const struct pc_lint_area pc_lint_resources = {NULL, 0};
