// SPDX-License-Identifier: Apache-2.0
//
// Which functions, versions and aliases of a store have a policy: one pass over it, so that nobody
// has to make one for each function.
#ifndef PC_LAMBDA_FUNCTION_POLICIES_H
#define PC_LAMBDA_FUNCTION_POLICIES_H

#include "store/store.h"

struct pc_function_policies {
    struct pc_str *arns; // in order, in the arena
    size_t count;
};

// Finds them all. PC_ERR_DAMAGED, PC_ERR_NOMEM and as pc_snapshot_get; unreported.
PC_MUST_CHECK enum pc_status pc_function_policies_find(struct pc_snapshot *snapshot,
                                                       struct pc_arena *arena,
                                                       struct pc_function_policies *out);

// Those of versions and aliases of the function, from *at on: sets *at to the next one's place, and
// gives its ARN; "" behind the last. Begin with SIZE_MAX.
struct pc_str pc_function_policies_next(const struct pc_function_policies *policies,
                                        struct pc_str function, size_t *at);

#endif
