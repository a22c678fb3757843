// SPDX-License-Identifier: Apache-2.0
#include "base/map.h"

#include "base/checked.h"

void pc_map_init(struct pc_map *map, struct pc_arena *arena)
{
    *map = (struct pc_map){.arena = arena, .key = pc_table_key()};
}

// The slot that holds the key, or the free one where it would go. capacity > count.
static struct pc_map_slot *probe(const struct pc_map *map, struct pc_str key, uint64_t hash)
{
    size_t mask = map->capacity - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct pc_map_slot *slot = &map->slots[i];
        if (slot->key.ptr == NULL || (slot->hash == hash && pc_str_eq(slot->key, key))) {
            return slot;
        }
    }
}

void *pc_map_get(const struct pc_map *map, struct pc_str key)
{
    return map->capacity == 0 ? NULL : probe(map, key, pc_table_hash(&map->key, key))->value;
}

static enum pc_status grow(struct pc_map *map)
{
    struct pc_map bigger = *map;
    bigger.capacity = 16;
    if (map->capacity > 0 && !pc_size_mul(map->capacity, 2, &bigger.capacity)) {
        return PC_ERR_NOMEM;
    }
    bigger.slots = pc_arena_array(map->arena, bigger.capacity, sizeof(*bigger.slots));
    if (bigger.slots == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < map->capacity; i++) {
        const struct pc_map_slot *slot = &map->slots[i];
        if (slot->key.ptr != NULL) {
            *probe(&bigger, slot->key, slot->hash) = *slot;
        }
    }
    *map = bigger;
    return PC_OK;
}

enum pc_status pc_map_put(struct pc_map *map, struct pc_str key, void *value)
{
    if (map->capacity == 0) {
        PC_TRY(grow(map));
    }
    if (key.ptr == NULL) {
        key.ptr = "";
    }
    uint64_t hash = pc_table_hash(&map->key, key);
    struct pc_map_slot *slot = probe(map, key, hash);
    if (slot->key.ptr == NULL && map->count + 1 > map->capacity / 4 * 3) {
        PC_TRY(grow(map));
        slot = probe(map, key, hash);
    }
    if (slot->key.ptr == NULL) {
        slot->key = key;
        slot->hash = hash;
        map->count++;
    }
    slot->value = value;
    return PC_OK;
}
