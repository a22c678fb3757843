// SPDX-License-Identifier: Apache-2.0
//
// Writes directories to the store: puts the shards that differ from what is there and drops those
// that are none any more. The bytes depend on the entries alone, not on what was there before.
#ifndef PC_ACCOUNT_SHARDS_H
#define PC_ACCOUNT_SHARDS_H

#include "base/arena.h"
#include "census.h"

struct pc_shard_change {
    struct pc_directory_item item;
    bool removed; // the key is to be gone, if it is there; else it is to have the value
};

struct pc_shards_write {
    struct pc_arena *arena; // of what has to be kept until the end
    struct pc_store_write *write;
    struct pc_census *census; // of the old state when it begins, of the new one at the end
    enum pc_store_table table;
    bool apart; // values lie apart
    bool all;   // the changes are all that is to be there; none removes
};

// The change with its hash.
struct pc_shard_change pc_shard_change_of(enum pc_store_table table, struct pc_str key,
                                          struct pc_str value, bool removed);

// Makes the changes, each key at most once; sorts them. PC_ERR_DAMAGED: the old state, unless all
// of it goes. PC_ERR_LIMIT, PC_ERR_EFFORT (pc_directory_write), PC_ERR_NOMEM, and as pc_store_put.
PC_MUST_CHECK enum pc_status pc_shards_write(struct pc_shards_write *job,
                                             struct pc_shard_change *changes, size_t count);

// What lies under the key in the old state: valid until the next change of the table.
// PC_ERR_NOTFOUND, PC_ERR_DAMAGED.
PC_MUST_CHECK enum pc_status pc_shards_peek(const struct pc_shards_write *job, struct pc_str key,
                                            struct pc_str *value);

// Calls visit for each entry of the old state until one gives another status than PC_OK. visit must
// not write. PC_ERR_DAMAGED.
PC_MUST_CHECK enum pc_status
pc_shards_each(const struct pc_shards_write *job,
               enum pc_status (*visit)(void *context, struct pc_str key, struct pc_str value),
               void *context);

#endif
