// SPDX-License-Identifier: Apache-2.0
//
// A pass over all entries of one of a store's tables.
#ifndef PC_ACCOUNT_EACH_ENTRY_H
#define PC_ACCOUNT_EACH_ENTRY_H

#include "store/store.h"

// Calls visit with the key and the record of each entry until it returns a status other than PC_OK,
// which is returned then. What is shown is valid during the call, and was checked as the table's
// kind of record. The order is always the same for the same entries, and none that means anything.
// PC_ERR_DAMAGED: what was visited before was right, and there may be more. PC_ERR_NOMEM, and as
// pc_snapshot_get. One shard is looked at after the other.
PC_MUST_CHECK enum pc_status pc_each_entry(struct pc_snapshot *snapshot, enum pc_store_table table,
                                           enum pc_status (*visit)(void *context, struct pc_str key,
                                                                   const void *record),
                                           void *context);

#endif
