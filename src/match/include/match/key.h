// SPDX-License-Identifier: Apache-2.0
//
// Names of condition keys are compared without case, the name of a tag in them included.
#ifndef PC_MATCH_KEY_H
#define PC_MATCH_KEY_H

#include "base/arena.h"

// The name as keys are looked up: in lower case, letters beyond ASCII as well. Policies, their
// variables and the context use this one form. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_key_fold(struct pc_arena *arena, struct pc_str name,
                                         struct pc_str *out);

// Are both one key: equal in that form?
bool pc_key_eq(struct pc_str a, struct pc_str b);

#endif
