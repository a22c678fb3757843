// SPDX-License-Identifier: Apache-2.0
//
// What functions of a store know of the things around them. Keys, owners and grants are told by
// other documents and become facts of the connections when a function is read, so that functions
// which an update does not bring would keep them as they were, and one that it brings alone would
// be without what the store knows.
#ifndef PC_ACCOUNT_CONNECTIONS_KEPT_H
#define PC_ACCOUNT_CONNECTIONS_KEPT_H

#include "picture.h"
#include "shards.h"

struct pc_kept {
    const struct pc_import *import;
    const struct pc_shards_write *functions; // the old state
    struct pc_str store;                     // its path, for diagnostics
    struct pc_diags *diags;
    const struct pc_str *removed; // ARNs of what goes: nothing becomes of them
    size_t removed_count;
};

// Looks at the functions of the store. PC_ERR_INVALID: at least one that the import does not define
// would keep what is told otherwise now; or one that it defines would be without a key or an owner
// that a function of the store has of the same thing, or without the grants that it had, as nothing
// tells them now (UPDATE_SHARED, reported for each). What a connection told of itself is not
// concerned. PC_ERR_DAMAGED, PC_ERR_NOMEM. Costs a pass over all functions where the import has a
// function, a resource or a grant.
PC_MUST_CHECK enum pc_status pc_connections_kept_check(const struct pc_kept *kept);

#endif
