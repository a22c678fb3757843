// SPDX-License-Identifier: Apache-2.0
//
// Definitions that several may hold: managed policies, groups, levels of the organisation. A store
// keeps a digest of what each says, so that an update that says otherwise is known: whoever else
// holds it would stay on the old text.
#ifndef PC_ACCOUNT_DEFINITIONS_H
#define PC_ACCOUNT_DEFINITIONS_H

#include "entries.h"

// Adds an entry of PC_STORE_SHARED for each definition of the picture. The key is what it is, a
// space and its name; what it says does not depend on white space, nor on the order of policies.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_definitions_add(const struct pc_import *import,
                                                struct pc_arena *arena, struct pc_entries *entries);

#endif
