// SPDX-License-Identifier: Apache-2.0
//
// A directory: what lies under each key, as one flat form that is read in place. A large one is
// parted into shards, each of these bytes, so that a change rewrites one shard: the top bits of
// the key's hash say which shard, the low ones where to begin in it.
//
// Flat, position-independent, little-endian, readable at any alignment (the structs are packed),
// deterministic. A header, then the slots of an open-addressing table, then the entries in the
// order of (hash, key): each with its key behind it, and behind that its value. Values that check
// themselves may lie apart, behind all entries, one behind the other in the same order: they are
// then no part of the checksum. Any change here raises PC_DIRECTORY_VERSION.
//
// Whoever chooses keys can choose their hashes, so that all searches begin at one slot. The steps
// of all searches together are limited, when a shard is written and when it is read: INVARIANT:
// what is written is read. Half of the slots are free, so that keys which nobody chose take half a
// step each, and up to 65 entries, about as many as a shard is to have, fit whatever their hashes
// are.
#ifndef PC_IMAGE_DIRECTORY_H
#define PC_IMAGE_DIRECTORY_H

#include "base/buf.h"
#include "image/layout.h"

enum {
    PC_DIRECTORY_VERSION = 1,
    PC_DIRECTORY_MAX_BITS = 24,
    PC_DIRECTORY_MAX_BYTES = 1 << 30,
    PC_DIRECTORY_STEPS = 16, // of the searches for all entries, for each slot: past the first one
};

struct pc_directory_header {
    char magic[4]; // "PCDR"
    uint32_t version;
    uint64_t checksum; // pc_str_hash of the bytes behind it, up to `checked`
    uint32_t size;     // bytes of the whole shard
    uint32_t checked;  // bytes before the values that lie apart
    uint32_t count;    // entries
    uint32_t slots;    // pc_directory_slots_for the count
} PC_IMAGE_PACKED;

struct pc_directory_slot {
    uint32_t tag;   // pc_directory_tag of the key's hash
    uint32_t entry; // offset from the start of the shard; 0: free
} PC_IMAGE_PACKED;

struct pc_directory_entry {
    uint32_t number; // place in the order of entries, from 0
    uint32_t key_bytes;
    uint32_t value; // offset from the start of the shard
    uint32_t value_bytes;
} PC_IMAGE_PACKED;

// One shard of a directory of 1 << bits shards.
struct pc_directory_place {
    uint32_t number;
    unsigned bits; // at most PC_DIRECTORY_MAX_BITS
    bool digests;  // the keys are digests
};

// The hash of a key: of a digest, whose bytes are random, its first eight.
static inline uint64_t pc_directory_hash(struct pc_str key, bool digest)
{
    uint64_t first;
    if (!digest || key.len < sizeof(first)) {
        return pc_str_hash(key);
    }
    memcpy(&first, key.ptr, sizeof(first));
    return first;
}

// What a directory is made of. Hash: pc_directory_hash of the key.
struct pc_directory_item {
    uint64_t hash;
    struct pc_str key, value;
};

// The shard that a key with this hash belongs to.
static inline uint32_t pc_directory_shard(uint64_t hash, unsigned bits)
{
    return (uint32_t)((hash >> 1) >> (63 - bits));
}

static inline uint32_t pc_directory_tag(uint64_t hash)
{
    return (uint32_t)(hash >> 24);
}

// Into how many shards, as a power of two, `count` entries go when a shard is to hold about `each`:
// never more than that on the average, and more than half of it when there are several. each:
// small.
unsigned pc_directory_bits(uint64_t count, uint64_t each);

// The smallest power of two, at least 2, that is twice the count or more. count: up to 1 << 30.
static inline uint32_t pc_directory_slots_for(size_t count)
{
    uint32_t slots = 2;
    while (slots < 2 * count) {
        slots *= 2;
    }
    return slots;
}

// Writing -----------------------------------------------------------------------------------------

// The order of entries, for qsort over items.
int pc_directory_order(const void *a, const void *b);

// Appends the shard that holds the items, which are in order, each key once. apart: the values lie
// apart. PC_ERR_LIMIT: larger than PC_DIRECTORY_MAX_BYTES. PC_ERR_EFFORT: the searches take more
// than PC_DIRECTORY_STEPS for each slot; that is by the keys' hashes alone, and by chance does not
// happen. PC_ERR_NOMEM. After a failure `out` has at most parts of it.
PC_MUST_CHECK enum pc_status pc_directory_write(const struct pc_directory_item *items, size_t count,
                                                bool apart, struct pc_buf *out);

// Reading -----------------------------------------------------------------------------------------

// Verifies a shard, so that looking up needs no further check: the checksum, the bounds of every
// offset, that each key belongs here, is there once and is found, within the steps, and that no two
// values overlap. Not looked at: what values hold. Linear in the bytes but for values apart. The
// bytes must not change while they are in use.
// PC_ERR_DAMAGED. PC_ERR_VERSION.
PC_MUST_CHECK enum pc_status pc_directory_open(struct pc_str bytes, struct pc_directory_place place,
                                               const struct pc_directory_header **out);

static inline struct pc_str pc_directory_key(const struct pc_directory_entry *entry)
{
    return (struct pc_str){(const char *)(entry + 1), entry->key_bytes};
}

static inline struct pc_str pc_directory_value(const struct pc_directory_header *shard,
                                               const struct pc_directory_entry *entry)
{
    return (struct pc_str){(const char *)shard + entry->value, entry->value_bytes};
}

// The slots, which lie behind the header.
static inline const struct pc_directory_slot *
pc_directory_slots(const struct pc_directory_header *shard)
{
    return (const struct pc_directory_slot *)(shard + 1);
}

static inline const struct pc_directory_entry *
pc_directory_entry_at(const struct pc_directory_header *shard, uint32_t offset)
{
    return (const struct pc_directory_entry *)(const void *)((const char *)shard + offset);
}

// The entry with this key, or NULL. hash: that of the key. Constant time on the average, and never
// more steps than there are slots.
static inline const struct pc_directory_entry *
pc_directory_find(const struct pc_directory_header *shard, uint64_t hash, struct pc_str key)
{
    const struct pc_directory_slot *slots = pc_directory_slots(shard);
    uint32_t mask = shard->slots - 1;
    uint32_t tag = pc_directory_tag(hash);
    for (uint32_t i = (uint32_t)hash & mask; slots[i].entry != 0; i = (i + 1) & mask) {
        if (slots[i].tag == tag) {
            const struct pc_directory_entry *entry = pc_directory_entry_at(shard, slots[i].entry);
            if (pc_str_eq(pc_directory_key(entry), key)) {
                return entry;
            }
        }
    }
    return NULL;
}

// The entries one after the other: first (NULL: none), then the next behind each.
const struct pc_directory_entry *pc_directory_first(const struct pc_directory_header *shard);
const struct pc_directory_entry *pc_directory_next(const struct pc_directory_header *shard,
                                                   const struct pc_directory_entry *entry);

#endif
