// SPDX-License-Identifier: Apache-2.0
//
// All roles and users of a store, for who asks something about each of them.
#ifndef PC_ACCOUNT_PRINCIPALS_H
#define PC_ACCOUNT_PRINCIPALS_H

#include "match/action_pattern.h"
#include "store/store.h"

struct pc_stored_principal {
    bool role;           // else a user
    struct pc_str arn;   // with its path
    struct pc_str id;    // unique id; "" unknown
    const void *allowed; // of pc_stored_may_allow
};

// Calls visit for each role and user of the state until it returns a status other than PC_OK, which
// is returned then. What is shown is valid during the call. The order is always the same for the
// same principals, and none that means anything. PC_ERR_DAMAGED: what was visited before was right,
// and there may be more. PC_ERR_NOMEM, and as pc_snapshot_get. Cost: a pass over all principals,
// which checks their records; one shard of them is looked at after the other.
PC_MUST_CHECK enum pc_status pc_each_principal(
    struct pc_snapshot *snapshot,
    enum pc_status (*visit)(void *context, const struct pc_stored_principal *principal),
    void *context);

// May its identity policies allow one of these actions, on whatever resource? Says yes too often,
// and never no where they do. Cost: some tens of nanoseconds; no policy is looked at.
bool pc_stored_may_allow(const struct pc_stored_principal *principal,
                         const struct pc_action_pattern *actions);

#endif
