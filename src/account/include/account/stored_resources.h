// SPDX-License-Identifier: Apache-2.0
//
// All resources of a store, for who asks something about each of them.
#ifndef PC_ACCOUNT_STORED_RESOURCES_H
#define PC_ACCOUNT_STORED_RESOURCES_H

#include "store/store.h"

struct pc_stored_resource {
    struct pc_str arn;     // of whatever may hold a policy
    struct pc_str account; // that owns it
    bool policy;           // it has one
};

// Calls visit for each resource of the state until it returns a status other than PC_OK, which is
// returned then. What is shown is valid during the call; order, failures and cost as
// pc_each_principal (principals.h). Roles are no resources here: their trust policy lies with them.
PC_MUST_CHECK enum pc_status
pc_each_resource(struct pc_snapshot *snapshot,
                 enum pc_status (*visit)(void *context, const struct pc_stored_resource *resource),
                 void *context);

#endif
