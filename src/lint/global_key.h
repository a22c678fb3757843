// SPDX-License-Identifier: Apache-2.0
//
// The condition keys that requests of all services can carry (SEMANTICS.md, section 9): when they
// are there, which the service reference does not tell.
#ifndef PC_LINT_GLOBAL_KEY_H
#define PC_LINT_GLOBAL_KEY_H

#include "policy/model.h"

enum pc_key_presence {
    PC_KEY_UNSURE = 0, // nearly always, or the rules do not say
    PC_KEY_SOMETIMES,  // AWS says of which ordinary requests it is absent
    PC_KEY_SIGNED,     // in every request that is signed
    PC_KEY_ALWAYS,
};

struct pc_global_key {
    struct pc_str name; // in lower case; with '/' at its end: a family
    struct pc_str shown;
    enum pc_key_presence presence;
    bool many; // it has several values
};

// By a name in the folded form (match/key.h); NULL: no such key is known here.
const struct pc_global_key *pc_global_key(struct pc_str folded);

// Is it in every request that a policy of this type is asked about? Identity policies, boundaries,
// session policies and SCPs see signed requests only. NULL: false.
bool pc_global_key_is_there(const struct pc_global_key *key, enum pc_policy_type type);

// The known key whose spelling is nearest to a name that is none itself; NULL: none is near.
const struct pc_global_key *pc_global_key_nearest(struct pc_str folded);

#endif
