// SPDX-License-Identifier: Apache-2.0
//
// AWS's size limits of policies (SEMANTICS.md 1.4). compile warns where the kind of a policy is
// certain; lint judges by what may be known of it.
#ifndef PC_POLICY_LIMITS_H
#define PC_POLICY_LIMITS_H

#include "policy/model.h"

enum pc_limit {               // in the table each type of policy has its rows by size
    PC_LIMIT_USER_INLINE = 0, // of a sum
    PC_LIMIT_GROUP_INLINE,
    PC_LIMIT_MANAGED, // boundaries as well
    PC_LIMIT_ROLE_INLINE,
    PC_LIMIT_SESSION,
    PC_LIMIT_TRUST_DEFAULT, // where the quota was not raised
    PC_LIMIT_TRUST,
    PC_LIMIT_SCP,
    PC_LIMIT_RCP,
    PC_LIMIT_ENDPOINT,
    PC_LIMIT_BUCKET,
    PC_LIMIT_KEY,
    PC_LIMIT_FUNCTION,
    PC_LIMIT_TOPIC,
    PC_LIMIT_QUEUE,
    PC_LIMITS, // how many there are
};

struct pc_size_limit {
    enum pc_policy_type type;
    struct pc_str service; // of a resource, the service in its ARN; else ""
    size_t most;
    bool without_white_space;
    const char *what;         // "a managed policy"
};

// A row that lives for ever.
const struct pc_size_limit *pc_size_limit(enum pc_limit limit);

// That of the policies of a service's resources; NULL: none is known.
const struct pc_size_limit *pc_size_limit_of_service(struct pc_str service);

#endif
