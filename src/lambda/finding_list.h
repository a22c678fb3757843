// SPDX-License-Identifier: Apache-2.0
//
// Lists of findings, while they are made.
#ifndef PC_LAMBDA_FINDING_LIST_H
#define PC_LAMBDA_FINDING_LIST_H

#include "lambda/check.h"

// Appends a copy of the finding. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_finding_add(struct pc_arena *arena, const struct pc_finding *draft,
                                            struct pc_finding **list);

// Adds a finding to those of the integration, and lowers its mark. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_checked_add(struct pc_arena *arena, const struct pc_finding *draft,
                                            struct pc_checked *checked);

// The same of a refusal: its action goes to the finding that says the same of others, if one does.
PC_MUST_CHECK enum pc_status pc_checked_add_refused(struct pc_arena *arena,
                                                    const struct pc_finding *draft,
                                                    struct pc_str action,
                                                    struct pc_checked *checked);

#endif
