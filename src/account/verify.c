// SPDX-License-Identifier: Apache-2.0
//
// Goes through the directories of a state shard by shard, and through the images beside them.
#include "account/verify.h"

#include "directories.h"

#include <stdlib.h>

// One state against another.
struct verification {
    struct pc_directories *now;
    const struct pc_directories *before; // NULL: none
};

// A page that a kept state refers to is not written to, so what lies at the same place is the same.
static bool is_same(struct pc_str a, struct pc_str b)
{
    return a.ptr == b.ptr && a.len == b.len;
}

static bool was_there(const struct verification *job, enum pc_store_table table, struct pc_str key,
                      struct pc_str value)
{
    struct pc_str old;
    return job->before != NULL &&
           pc_snapshot_get(job->before->snapshot, table, key, &old) == PC_OK && is_same(value, old);
}

// Images -----------------------------------------------------------------------------------------

// The image of an entry; one that lies outside of its shard may be an old one under a new shard.
static enum pc_status verify_image(const struct verification *job,
                                   const struct pc_directory_header *shard,
                                   const struct pc_directory_entry *entry)
{
    struct pc_str bytes = pc_directory_value(shard, entry);
    struct pc_str digest = pc_directory_key(entry);
    struct pc_image image;
    if (bytes.len == 0) {
        enum pc_status status =
            pc_snapshot_get(job->now->snapshot, PC_STORE_IMAGES, digest, &bytes);
        PC_TRY(status == PC_ERR_NOTFOUND ? PC_ERR_DAMAGED : status);
        if (was_there(job, PC_STORE_IMAGES, digest, bytes)) {
            return PC_OK;
        }
    }
    return pc_image_open(bytes, &image);
}

static enum pc_status verify_images(const struct verification *job,
                                    const struct pc_directory_header *shard)
{
    const struct pc_directory_entry *entry = pc_directory_first(shard);
    for (; entry != NULL; entry = pc_directory_next(shard, entry)) {
        PC_TRY(verify_image(job, shard, entry));
    }
    return PC_OK;
}

// Shards -----------------------------------------------------------------------------------------

static enum pc_status verify_shard(const struct verification *job, enum pc_store_table table,
                                   uint32_t number)
{
    const struct pc_directories *before = job->before;
    const struct pc_directory_header *shard;
    char name[PC_SHARD_KEY_BYTES];
    struct pc_str bytes;
    pc_shard_key(number, name);
    struct pc_str key = {name, sizeof(name)};
    enum pc_status status = pc_snapshot_get(job->now->snapshot, table, key, &bytes);
    PC_TRY(status == PC_ERR_NOTFOUND ? PC_ERR_DAMAGED : status);
    // Whether a key belongs into a shard depends on their number, too.
    bool alike = before != NULL && before->tables[table].shards != NULL &&
                 before->tables[table].bits == job->now->tables[table].bits;
    if (alike && was_there(job, table, key, bytes)) {
        return PC_OK;
    }
    PC_TRY(pc_directories_load(job->now, table, number, &shard));
    return table == PC_STORE_TREES ? verify_images(job, shard) : PC_OK;
}

static enum pc_status verify_directories(const struct verification *job)
{
    if (job->now->damaged) {
        return PC_ERR_DAMAGED;
    }
    for (unsigned table = 0; table < PC_STORE_TABLES; table++) {
        const struct pc_shards *shards = &job->now->tables[table];
        uint32_t count = shards->shards == NULL ? 0 : UINT32_C(1) << shards->bits;
        for (uint32_t i = 0; i < count; i++) {
            PC_TRY(verify_shard(job, (enum pc_store_table)table, i));
        }
    }
    return PC_OK;
}

// The directories of a state. The caller frees them, also after a failure.
static enum pc_status begin(struct pc_snapshot *snapshot, struct pc_directories **out)
{
    *out = calloc(1, sizeof(**out));
    return *out == NULL ? PC_ERR_NOMEM : pc_directories_begin(*out, snapshot);
}

static void end(struct pc_directories *directories)
{
    if (directories != NULL) {
        pc_directories_release(directories);
        free(directories);
    }
}

// As begin; *out is NULL where the state is gone, which comes to pass in a store that may not be
// written to. Then nothing is known of it, as if there had been none.
static enum pc_status begin_before(struct pc_snapshot *snapshot, struct pc_directories **out)
{
    enum pc_status status = begin(snapshot, out);
    if (status != PC_ERR_BUSY || pc_snapshot_check(snapshot) == PC_OK) {
        return status;
    }
    end(*out);
    *out = NULL;
    return PC_OK;
}

enum pc_status pc_verify_state(struct pc_snapshot *now, struct pc_snapshot *before)
{
    struct pc_directories *new = NULL;
    struct pc_directories *old = NULL;
    enum pc_status status = begin(now, &new);
    if (status == PC_OK && before != NULL) {
        status = begin_before(before, &old);
    }
    if (status == PC_OK) {
        const struct verification job = {.now = new, .before = old};
        status = verify_directories(&job);
    }
    // Where a writer does not wait for this reader, what was seen was perhaps another state's.
    if (status != PC_ERR_NOMEM && pc_snapshot_check(now) != PC_OK) {
        status = PC_ERR_BUSY;
    }
    end(new);
    end(old);
    return status;
}
