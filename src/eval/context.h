// SPDX-License-Identifier: Apache-2.0
//
// The context of a request from the inside. Not for use outside the module.
#ifndef PC_EVAL_CONTEXT_H
#define PC_EVAL_CONTEXT_H

#include "eval/request.h"

// The entry with this lower-case name, also one that says absent, or NULL.
const struct pc_context_entry *pc_context_lookup(const struct pc_request *request,
                                                 struct pc_str lower, uint64_t hash);

// The same for who has no hash at hand: comparing the few names is cheaper than making one.
const struct pc_context_entry *pc_context_named(const struct pc_request *request,
                                                struct pc_str lower);

// Appends an entry that is complete and whose name is not there yet. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_context_append(struct pc_arena *arena, struct pc_request *request,
                                               const struct pc_context_entry *entry);

// A request that is being completed.
struct pc_derivation {
    struct pc_arena *arena;
    struct pc_request *request;
    struct pc_request_options options;
    struct pc_place place;
    struct pc_diags *diags;
};

// Adds the keys of SEMANTICS.md section 9 that follow and are absent. PC_ERR_INVALID: one
// contradicts the rest, which is reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_derive_keys(const struct pc_derivation *job);

#endif
