// SPDX-License-Identifier: Apache-2.0
//
// The directories of a store as a reader has them: where each shard lies in the snapshot, and which
// images were verified. A shard and its records are verified before the first look-up in it, an
// image before its first use; both once a state of the store. A look-up asks LMDB for nothing
// after that, and allocates nothing.
#ifndef PC_ACCOUNT_DIRECTORIES_H
#define PC_ACCOUNT_DIRECTORIES_H

#include "census.h"
#include "crypto/hash.h"
#include "image/view.h"

enum {
    PC_DIRECTORIES_BITS = 64,    // entries of a shard of trees whose verification is remembered
    PC_DIRECTORIES_LARGE = 1024, // images outside of shards whose place is remembered
};

// An image that lies outside of its shard: the entry that names it, and its bytes.
struct pc_large_image {
    const struct pc_directory_entry *entry; // NULL: none
    struct pc_str bytes;
};

// One directory: its shards by number, NULL as long as nobody asked.
struct pc_shards {
    const struct pc_directory_header **shards; // NULL: without entries
    unsigned bits;
    uint64_t entries;
};

struct pc_directories {
    struct pc_snapshot *snapshot; // borrowed
    struct pc_shards tables[PC_STORE_TABLES];
    uint64_t *verified; // of each shard of trees: the images that were
    void *memory;       // of all shards
    bool damaged;       // the census cannot be read: every look-up fails
    struct pc_large_image large[PC_DIRECTORIES_LARGE];
};

// Is this a sound record of the directory? Of one that holds none any value is.
bool pc_directories_record_is_sound(enum pc_store_table table, struct pc_str key,
                                    struct pc_str value);

// Forgets everything and begins with the snapshot's present state. Costs one look-up and memory: 8
// bytes for about 64 entries, 16 for about 32 images. PC_ERR_NOMEM, PC_ERR_BUSY; after a failure
// every look-up fails as damaged until it succeeds. A store that is damaged is no failure here.
PC_MUST_CHECK enum pc_status pc_directories_begin(struct pc_directories *directories,
                                                  struct pc_snapshot *snapshot);
void pc_directories_release(struct pc_directories *directories);

// Has the directory an entry, or may it have one?
static inline bool pc_directories_has(const struct pc_directories *directories,
                                      enum pc_store_table table)
{
    return directories->tables[table].shards != NULL || directories->damaged;
}

// The entry under a key, its shard and the shard's number.
struct pc_found {
    const struct pc_directory_header *shard;
    const struct pc_directory_entry *entry;
    uint32_t number;
};

// Finds and verifies a shard for the first time: what pc_directories_look does then.
PC_MUST_CHECK enum pc_status pc_directories_load(struct pc_directories *directories,
                                                 enum pc_store_table table, uint32_t number,
                                                 const struct pc_directory_header **out);

// Finds the entry under the key. As pc_directories_find.
PC_MUST_CHECK static inline enum pc_status pc_directories_look(struct pc_directories *directories,
                                                               enum pc_store_table table,
                                                               struct pc_str key,
                                                               struct pc_found *out)
{
    const struct pc_shards *shards = &directories->tables[table];
    if (shards->shards == NULL) {
        return directories->damaged ? PC_ERR_DAMAGED : PC_ERR_NOTFOUND;
    }
    uint64_t hash = pc_census_hash(table, key);
    out->number = pc_directory_shard(hash, shards->bits);
    out->shard = shards->shards[out->number];
    if (out->shard == NULL) {
        PC_TRY(pc_directories_load(directories, table, out->number, &out->shard));
    }
    out->entry = pc_directory_find(out->shard, hash, key);
    return out->entry == NULL ? PC_ERR_NOTFOUND : PC_OK;
}

// What lies under the key: borrowed from the snapshot, and for a directory of records a sound one.
// PC_ERR_NOTFOUND, PC_ERR_DAMAGED, and as pc_snapshot_get.
PC_MUST_CHECK static inline enum pc_status pc_directories_find(struct pc_directories *directories,
                                                               enum pc_store_table table,
                                                               struct pc_str key,
                                                               struct pc_str *value)
{
    struct pc_found found;
    PC_TRY(pc_directories_look(directories, table, key, &found));
    *value = pc_directory_value(found.shard, found.entry);
    return PC_OK;
}

// What pc_directories_image does with an image that was not verified yet, or lies outside.
PC_MUST_CHECK enum pc_status pc_directories_image_slowly(struct pc_directories *directories,
                                                         const struct pc_found *found,
                                                         struct pc_image *out);

// A view of the image with the digest, verified now or before. PC_ERR_NOTFOUND, PC_ERR_DAMAGED,
// PC_ERR_VERSION, and as pc_snapshot_get.
PC_MUST_CHECK static inline enum pc_status pc_directories_image(struct pc_directories *directories,
                                                                const char digest[PC_HASH_BYTES],
                                                                struct pc_image *out)
{
    struct pc_found found;
    // The length is a constant here, which makes comparing a matter of four words.
    struct pc_str key = {digest, PC_HASH_BYTES};
    PC_TRY(pc_directories_look(directories, PC_STORE_TREES, key, &found));
    struct pc_str bytes = pc_directory_value(found.shard, found.entry);
    uint32_t number = found.entry->number;
    bool verified =
        number < PC_DIRECTORIES_BITS && (directories->verified[found.number] >> number & 1) != 0;
    if (!verified || bytes.len == 0) {
        return pc_directories_image_slowly(directories, &found, out);
    }
    *out = pc_image_trusted(bytes);
    return PC_OK;
}

#endif
