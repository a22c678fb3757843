// SPDX-License-Identifier: Apache-2.0
//
// Which actions the Allows of an identity policy set list, as a few bits: what the store keeps
// beside each principal, so that who asks for all who may do something looks at the policies of
// few. It names too many, and never too few.
#ifndef PC_ACCOUNT_ALLOWED_H
#define PC_ACCOUNT_ALLOWED_H

#include "match/action_pattern.h"

enum {
    PC_ALLOWED_WORDS = 8,
};

// A Bloom filter with two bits for each of: an action without wildcards, a service of which some
// actions are listed, a service of which some are listed by wildcards. All bits: every action.
// Zero: none. As stores have it.
struct pc_allowed {
    uint64_t words[PC_ALLOWED_WORDS];
};

// Adds an entry of Action.
void pc_allowed_add(struct pc_allowed *allowed, const struct pc_action_pattern *entry);
// Adds every action.
void pc_allowed_add_all(struct pc_allowed *allowed);

// May one of these actions be listed? NEVER is not.
bool pc_allowed_has(const struct pc_allowed *allowed, const struct pc_action_pattern *asked);

#endif
