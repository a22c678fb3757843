// SPDX-License-Identifier: Apache-2.0
//
// How many entries each directory of a store has, which says into how many shards it is parted: by
// the count alone, so that the same picture gives the same bytes whatever was there before. Lies in
// the table of texts about the store. A store without one is not a finished store.
#ifndef PC_ACCOUNT_CENSUS_H
#define PC_ACCOUNT_CENSUS_H

#include "image/directory.h"
#include "store/store.h"

struct pc_census {
    uint64_t entries[PC_STORE_TABLES]; // zero for a table that is no directory
};

enum {
    PC_CENSUS_BYTES = PC_STORE_TABLES * 8,
    PC_SHARD_KEY_BYTES = 4,
};

// Its key in PC_STORE_META.
extern const struct pc_str pc_census_key;

// That of the state that is written on. PC_ERR_NOTFOUND: it has none. PC_ERR_DAMAGED, and as
// pc_store_peek.
PC_MUST_CHECK enum pc_status pc_census_peek(struct pc_store_write *write, struct pc_census *out);
// Makes it that of the new state. Fails as pc_store_put.
PC_MUST_CHECK enum pc_status pc_census_put(struct pc_store_write *write,
                                           const struct pc_census *census);

void pc_census_write(const struct pc_census *census, char out[PC_CENSUS_BYTES]);
PC_MUST_CHECK enum pc_status pc_census_parse(struct pc_str bytes, struct pc_census *out); // DAMAGED

// The number of shards of a directory with that many entries, as a power of two; a directory
// without entries has none.
unsigned pc_census_bits(enum pc_store_table table, uint64_t entries);

// A shard of a directory with that many entries.
struct pc_directory_place pc_census_place(enum pc_store_table table, uint64_t entries,
                                          uint32_t number);

// The hash of a key of the directory.
static inline uint64_t pc_census_hash(enum pc_store_table table, struct pc_str key)
{
    return pc_directory_hash(key, table == PC_STORE_TREES || table == PC_STORE_SETS);
}

// The key of a shard in its table: its number, the highest byte first.
void pc_shard_key(uint32_t number, char out[PC_SHARD_KEY_BYTES]);

#endif
