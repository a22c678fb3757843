// SPDX-License-Identifier: Apache-2.0
//
// All functions of a store, and which of them have a policy, for who asks something about each.
#ifndef PC_ACCOUNT_KNOWN_FUNCTIONS_H
#define PC_ACCOUNT_KNOWN_FUNCTIONS_H

#include "account/resolve.h"

struct pc_stored_function {
    struct pc_str arn;              // qualified for a version that is described by itself
    struct pc_known_function known; // as pc_resolver_function gives it
};

// Calls visit for each function of the state until it returns a status other than PC_OK, which is
// returned then. What is shown is valid during the call. The order is always the same for the same
// functions, and none that means anything. PC_ERR_DAMAGED: what was visited before was right, and
// there may be more. PC_ERR_NOMEM, and as pc_snapshot_get. Cost: a pass over all functions, which
// checks their records; one shard of them is looked at after the other.
PC_MUST_CHECK enum pc_status
pc_each_function(struct pc_snapshot *snapshot,
                 enum pc_status (*visit)(void *context, const struct pc_stored_function *function),
                 void *context);

// The same for each function, version and alias that has a policy, by the ARN that the policy is
// of, whether or not the store knows the function. Cost: a pass over all resources.
PC_MUST_CHECK enum pc_status
pc_each_function_policy(struct pc_snapshot *snapshot,
                        enum pc_status (*visit)(void *context, struct pc_str arn), void *context);

#endif
