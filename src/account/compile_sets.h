// SPDX-License-Identifier: Apache-2.0
//
// Compiles the sets that the store has not, several at a time. What they have to say is reported in
// the order of the sets, and what one said before is not repeated.
#ifndef PC_ACCOUNT_COMPILE_SETS_H
#define PC_ACCOUNT_COMPILE_SETS_H

#include "account/publish.h"
#include "sets.h"

struct pc_compiling {
    struct pc_arena *arena;
    struct pc_diags *diags;
    struct pc_map seen; // diagnostics of earlier sets: a policy is in many
    size_t jobs;        // threads at most
};

// Compiles every set that is not `stored`: fills in its image, but for one that is only checked,
// and whether it gave warnings. Errors in policies are reported and leave no image. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_compile_sets(struct pc_compiling *compiling,
                                             const struct pc_sets *sets,
                                             const struct pc_progress *progress);

// The same for one set.
PC_MUST_CHECK enum pc_status pc_compile_one_set(struct pc_compiling *compiling, struct pc_set *set);

#endif
