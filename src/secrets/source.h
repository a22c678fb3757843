// SPDX-License-Identifier: Apache-2.0
//
// Where records are read from: a snapshot, or a transaction that sees what it wrote itself.
#ifndef PC_SECRETS_SOURCE_H
#define PC_SECRETS_SOURCE_H

#include "store/store.h"

struct pc_source {
    struct pc_snapshot *snapshot; // one of the two
    struct pc_store_write *write;
};

// As pc_snapshot_get and pc_store_peek. PC_ERR_NOTFOUND.
PC_MUST_CHECK enum pc_status pc_source_get(const struct pc_source *source,
                                           enum pc_store_table table, struct pc_str key,
                                           struct pc_str *value);

// As pc_snapshot_each and pc_store_peek_each.
PC_MUST_CHECK enum pc_status
pc_source_each(const struct pc_source *source, enum pc_store_table table,
               enum pc_status (*visit)(void *context, struct pc_str key, struct pc_str value),
               void *context);

#endif
