// SPDX-License-Identifier: Apache-2.0
//
// The validator of directories, and the walk through one. The validator trusts nothing and follows
// no offset before it has been checked.
#include "image/directory.h"

#include <string.h>

// Where the entry behind this one begins. A value inside begins behind its key.
static uint32_t end_of(const struct pc_directory_header *shard, uint32_t at)
{
    const struct pc_directory_entry *entry = pc_directory_entry_at(shard, at);
    uint32_t end = at + (uint32_t)sizeof(*entry) + entry->key_bytes;
    return entry->value < shard->checked ? end + entry->value_bytes : end;
}

static uint32_t first_entry(const struct pc_directory_header *shard)
{
    return (uint32_t)sizeof(*shard) + shard->slots * (uint32_t)sizeof(struct pc_directory_slot);
}

const struct pc_directory_entry *pc_directory_first(const struct pc_directory_header *shard)
{
    return shard->count == 0 ? NULL : pc_directory_entry_at(shard, first_entry(shard));
}

const struct pc_directory_entry *pc_directory_next(const struct pc_directory_header *shard,
                                                   const struct pc_directory_entry *entry)
{
    if (entry->number + 1 >= shard->count) {
        return NULL;
    }
    uint32_t at = (uint32_t)((const char *)entry - (const char *)shard);
    return pc_directory_entry_at(shard, end_of(shard, at));
}

// Verifying ---------------------------------------------------------------------------------------

static bool header_is_sound(const struct pc_directory_header *shard, struct pc_str bytes)
{
    if (shard->size != bytes.len || bytes.len > PC_DIRECTORY_MAX_BYTES ||
        shard->checked > shard->size || shard->checked < sizeof(*shard)) {
        return false;
    }
    const uint64_t room = (shard->checked - sizeof(*shard)) / sizeof(struct pc_directory_slot);
    return shard->slots <= room && shard->count <= room &&
           shard->slots == pc_directory_slots_for(shard->count);
}

static bool checksum_is_sound(const struct pc_directory_header *shard)
{
    const char *bytes = (const char *)shard;
    size_t from = offsetof(struct pc_directory_header, size);
    return shard->checksum == pc_str_hash((struct pc_str){bytes + from, shard->checked - from});
}

// Does the entry at `at` lie inside, with its key and its value? A value apart lies at *apart,
// which moves behind it.
static bool entry_fits(const struct pc_directory_header *shard, uint32_t at, uint32_t *apart)
{
    const struct pc_directory_entry *entry = pc_directory_entry_at(shard, at);
    uint64_t key = (uint64_t)at + sizeof(*entry);
    if (key > shard->checked || entry->key_bytes > shard->checked - key) {
        return false;
    }
    uint64_t end = key + entry->key_bytes;
    if (entry->value < shard->checked) {
        return entry->value == end && entry->value_bytes <= shard->checked - end;
    }
    if (entry->value != *apart || entry->value_bytes > shard->size - *apart) {
        return false;
    }
    *apart += entry->value_bytes;
    return true;
}

// Is there a way from where a search begins to the entry at `at`, of no more than so many steps,
// which it takes away? Follows no slot. INVARIANT: some slot is free, or it would go round.
static bool entry_is_found(const struct pc_directory_header *shard, uint32_t at, uint64_t hash,
                           uint64_t *steps)
{
    const struct pc_directory_slot *slots = pc_directory_slots(shard);
    uint32_t mask = shard->slots - 1;
    for (uint32_t i = (uint32_t)hash & mask; slots[i].entry != 0; i = (i + 1) & mask) {
        if (slots[i].entry == at) {
            return slots[i].tag == pc_directory_tag(hash);
        }
        if ((*steps)-- == 0) {
            return false;
        }
    }
    return false;
}

// With as many slots in use as there are entries, and each entry found by one, no slot leads
// elsewhere.
static bool slots_are_sound(const struct pc_directory_header *shard)
{
    const struct pc_directory_slot *slots = pc_directory_slots(shard);
    uint32_t used = 0;
    for (uint32_t i = 0; i < shard->slots; i++) {
        used += slots[i].entry != 0;
    }
    return used == shard->count;
}

static bool entries_are_sound(const struct pc_directory_header *shard,
                              struct pc_directory_place place)
{
    uint32_t at = first_entry(shard), apart = shard->checked;
    uint64_t steps = (uint64_t)PC_DIRECTORY_STEPS * shard->slots;
    struct pc_directory_item before = {0, PC_STR(""), PC_STR("")};
    for (uint32_t i = 0; i < shard->count; i++) {
        if (shard->checked - at < sizeof(struct pc_directory_entry) ||
            !entry_fits(shard, at, &apart)) {
            return false;
        }
        const struct pc_directory_entry *entry = pc_directory_entry_at(shard, at);
        struct pc_directory_item item = {.key = pc_directory_key(entry)};
        item.hash = pc_directory_hash(item.key, place.digests);
        if (entry->number != i || !entry_is_found(shard, at, item.hash, &steps) ||
            pc_directory_shard(item.hash, place.bits) != place.number ||
            (i > 0 && pc_directory_order(&before, &item) >= 0)) {
            return false;
        }
        before = item;
        at = end_of(shard, at);
    }
    return at == shard->checked && apart == shard->size;
}

enum pc_status pc_directory_open(struct pc_str bytes, struct pc_directory_place place,
                                 const struct pc_directory_header **out)
{
    const struct pc_directory_header *shard =
        (const struct pc_directory_header *)(const void *)bytes.ptr;
    if (bytes.len < sizeof(*shard) || memcmp(shard->magic, "PCDR", 4) != 0) {
        return PC_ERR_DAMAGED;
    }
    if (shard->version != PC_DIRECTORY_VERSION) {
        return PC_ERR_VERSION;
    }
    if (!header_is_sound(shard, bytes) || !checksum_is_sound(shard) || !slots_are_sound(shard) ||
        !entries_are_sound(shard, place)) {
        return PC_ERR_DAMAGED;
    }
    *out = shard;
    return PC_OK;
}
