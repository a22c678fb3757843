// SPDX-License-Identifier: Apache-2.0
//
// What a principal can do: what the Allows of its identity policies, and of the policies of
// resources that name it, come to behind guard-rails and Denies.
#ifndef PC_REACH_WHAT_CAN_H
#define PC_REACH_WHAT_CAN_H

#include "reach/who_can.h"

struct pc_what_question {
    const struct pc_request *request; // context, and the caller; not finished
    // Narrow what is told: patterns; "" all. What a statement has of wider patterns
    // is told as the narrower one, what it overlaps with as the statement has it.
    struct pc_str action, resource;
    const struct pc_catalog *catalog; // for how actions are spelled
    bool expand;                      // tell the names of actions in the place of patterns
    struct pc_place place;
};

struct pc_what_can {
    const struct pc_way *const *ways; // in the order of their first actions and resources
    size_t count;
};

// Finds out. Errors and lifetime as pc_who_can; PC_ERR_NOTFOUND: the store does not know the
// principal (PRINCIPAL_UNKNOWN). Cost: a few decisions for each pair of action and resource of a
// statement and each resource of the store with a policy that it is about.
PC_MUST_CHECK enum pc_status pc_what_can(struct pc_asker *asker,
                                         const struct pc_what_question *question,
                                         struct pc_arena *arena, struct pc_diags *diags,
                                         struct pc_what_can *out);

#endif
