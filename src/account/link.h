// SPDX-License-Identifier: Apache-2.0
//
// Resolves what documents say of each other, when all are read: attached policies, groups, roles of
// functions, levels; and reads every policy as the type that it is used as.
#ifndef PC_ACCOUNT_LINK_H
#define PC_ACCOUNT_LINK_H

#include "picture.h"

// Reports what dangles, policies that are wrong, sizes. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_link(struct pc_import *import);

// The organisation's part: parents, circles, policies of levels.
PC_MUST_CHECK enum pc_status pc_link_levels(struct pc_import *import);

// Reports that nothing defines what a document names there, and what to do.
void pc_link_dangling(struct pc_import *import, const char *what, struct pc_str name,
                      struct pc_place place);

// Finds the document of the reference and reads it as a policy of the type.
PC_MUST_CHECK enum pc_status pc_link_reference(struct pc_import *import,
                                               struct pc_reference *reference,
                                               enum pc_policy_type type);

#endif
