// SPDX-License-Identifier: Apache-2.0
//
// Policies that allow everything, in the place of those that a store cannot know: what another
// account lets its own principals do, or says of its own resources.
#ifndef PC_ACCOUNT_EVERYTHING_H
#define PC_ACCOUNT_EVERYTHING_H

#include "base/arena.h"
#include "image/view.h"
#include "policy/model.h"

// Compiles one of the type, with a Principal where the type has one, into the arena. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status
pc_policy_of_everything(struct pc_arena *arena, enum pc_policy_type type, struct pc_image *out);

#endif
