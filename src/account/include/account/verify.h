// SPDX-License-Identifier: Apache-2.0
//
// Verifies a state of a store as a whole, before questions are answered from it: what a resolver
// would find out bit by bit.
#ifndef PC_ACCOUNT_VERIFY_H
#define PC_ACCOUNT_VERIFY_H

#include "store/store.h"

// Verifies every shard of the directories, every record in them and every image, that the shards
// have as many entries as the census says, and that no two values overlap. What `before`, an
// earlier state of the same store, has at the very same place while it is kept is the same and is
// not looked at, nor is an image that it has under the same digest, byte for byte; NULL, or one
// that is gone: everything is. PC_ERR_DAMAGED. PC_ERR_VERSION: an image of another version.
// PC_ERR_BUSY, PC_ERR_NOMEM. Cost: a look-up a shard, and a pass over the bytes that are new.
PC_MUST_CHECK enum pc_status pc_verify_state(struct pc_snapshot *now, struct pc_snapshot *before);

// The same in steps, for whoever has something else to do as well.
struct pc_verification;

// Both states are borrowed until it is freed. PC_ERR_BUSY, PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_verification_new(struct pc_snapshot *now,
                                                 struct pc_snapshot *before,
                                                 struct pc_verification **out);
void pc_verification_free(struct pc_verification *job); // NULL is fine

// Verifies so many shards and images at most. *done: that was all. Statuses as pc_verify_state;
// after a failure there is nothing more to step.
PC_MUST_CHECK enum pc_status pc_verification_step(struct pc_verification *job, size_t parts,
                                                  bool *done);

#endif
