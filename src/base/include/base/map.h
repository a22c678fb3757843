// SPDX-License-Identifier: Apache-2.0
//
// Map from strings to pointers, in an arena. Keys are borrowed, and may be anybody's: where they
// lie depends on the process's key (base/table_hash.h). Not for several threads at a time.
#ifndef PC_BASE_MAP_H
#define PC_BASE_MAP_H

#include "base/arena.h"
#include "base/table_hash.h"

struct pc_map_slot {
    struct pc_str key; // ptr NULL: free
    uint64_t hash;
    void *value;
};

struct pc_map {
    struct pc_arena *arena;
    struct pc_table_key key;
    struct pc_map_slot *slots;
    size_t capacity; // zero or a power of two
    size_t count;
};

void pc_map_init(struct pc_map *map, struct pc_arena *arena);

// The value, or NULL when the key is not there.
void *pc_map_get(const struct pc_map *map, struct pc_str key);

// Sets the key's value (not NULL), replacing one that it had, which needs no memory. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_map_put(struct pc_map *map, struct pc_str key, void *value);

#endif
