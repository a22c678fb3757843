// SPDX-License-Identifier: Apache-2.0
//
// Goes through the directories of a state shard by shard, and through the images beside them.
#include "account/verify.h"

#include "base/stretch.h"

#include "directories.h"

#include <stdlib.h>

// One state against another.
struct pc_verification {
    struct pc_snapshot *snapshot;
    struct pc_directories *now;
    struct pc_directories *before; // NULL: none
    unsigned table;                // of the next shard
    uint32_t number;
    const struct pc_directory_header *shard; // of images, gone through one after the other
    const struct pc_directory_entry *entry;  // the next of them; NULL: none is left
    uint64_t entries;                        // of the table's shards so far
    struct pc_stretch values;                // that are gone through
};

// A page that a kept state refers to is not written to, so what lies at the same place is the same.
static bool is_same(struct pc_str a, struct pc_str b)
{
    return a.ptr == b.ptr && a.len == b.len;
}

static bool was_there(const struct pc_verification *job, enum pc_store_table table,
                      struct pc_str key, struct pc_str value)
{
    struct pc_str old;
    return job->before != NULL &&
           pc_snapshot_get(job->before->snapshot, table, key, &old) == PC_OK && is_same(value, old);
}

// Images -----------------------------------------------------------------------------------------

// In a shard that changed most images did not.
static bool is_known(const struct pc_verification *job, struct pc_str digest, struct pc_str bytes)
{
    struct pc_found found;
    if (job->before == NULL ||
        pc_directories_look(job->before, PC_STORE_TREES, digest, &found) != PC_OK) {
        return false;
    }
    struct pc_str old = pc_directory_value(found.shard, found.entry);
    return old.len == bytes.len && memcmp(old.ptr, bytes.ptr, bytes.len) == 0;
}

// The image of an entry; one that lies outside of its shard may be an old one under a new shard.
static enum pc_status verify_image(struct pc_verification *job,
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
        if (!pc_stretch_add(&job->values, bytes)) {
            return PC_ERR_DAMAGED;
        }
    } else if (is_known(job, digest, bytes)) {
        return PC_OK;
    }
    return pc_image_open(bytes, &image);
}

// Shards -----------------------------------------------------------------------------------------

// Counts those of a shard.
static enum pc_status add_entries(struct pc_verification *job, struct pc_str bytes)
{
    struct pc_directory_header header;
    if (bytes.len < sizeof(header)) {
        return PC_ERR_DAMAGED;
    }
    memcpy(&header, bytes.ptr, sizeof(header));
    job->entries += header.count;
    return PC_OK;
}

// But for the images in it, which come next.
static enum pc_status verify_shard(struct pc_verification *job, enum pc_store_table table,
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
        return add_entries(job, bytes);
    }
    if (!pc_stretch_add(&job->values, bytes)) {
        return PC_ERR_DAMAGED;
    }
    PC_TRY(pc_directories_load(job->now, table, number, &shard));
    PC_TRY(add_entries(job, bytes));
    if (table == PC_STORE_TREES) {
        job->shard = shard;
        job->entry = pc_directory_first(shard);
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

enum pc_status pc_verification_new(struct pc_snapshot *now, struct pc_snapshot *before,
                                   struct pc_verification **out)
{
    struct pc_verification *job = calloc(1, sizeof(*job));
    if (job == NULL) {
        return PC_ERR_NOMEM;
    }
    job->snapshot = now;
    enum pc_status status = begin(now, &job->now);
    if (status == PC_OK && before != NULL) {
        status = begin_before(before, &job->before);
    }
    if (status != PC_OK) {
        pc_verification_free(job);
        return status;
    }
    *out = job;
    return PC_OK;
}

void pc_verification_free(struct pc_verification *job)
{
    if (job != NULL) {
        end(job->now);
        end(job->before);
        free(job);
    }
}

static uint32_t shards_of(const struct pc_verification *job)
{
    const struct pc_shards *shards = &job->now->tables[job->table];
    return shards->shards == NULL ? 0 : UINT32_C(1) << shards->bits;
}

static enum pc_status step(struct pc_verification *job, size_t parts)
{
    if (job->now->damaged) {
        return PC_ERR_DAMAGED;
    }
    while (job->table < PC_STORE_TABLES && parts > 0) {
        if (job->entry != NULL) {
            PC_TRY(verify_image(job, job->shard, job->entry));
            job->entry = pc_directory_next(job->shard, job->entry);
            parts--;
        } else if (job->number == shards_of(job)) {
            const struct pc_shards *shards = &job->now->tables[job->table];
            if (shards->shards != NULL && job->entries != shards->entries) {
                return PC_ERR_DAMAGED; // the census tells of others
            }
            job->table++;
            job->number = 0;
            job->entries = 0;
        } else {
            PC_TRY(verify_shard(job, (enum pc_store_table)job->table, job->number));
            job->number++;
            parts--;
        }
    }
    return PC_OK;
}

enum pc_status pc_verification_step(struct pc_verification *job, size_t parts, bool *done)
{
    // Where a writer does not wait for this reader, what was seen was perhaps another state's, and
    // what a step left off at is not there any more.
    PC_TRY(pc_snapshot_check(job->snapshot));
    enum pc_status status = step(job, parts);
    if (status != PC_ERR_NOMEM && pc_snapshot_check(job->snapshot) != PC_OK) {
        return PC_ERR_BUSY;
    }
    PC_TRY(status);
    *done = job->table == PC_STORE_TABLES;
    return PC_OK;
}

enum pc_status pc_verify_state(struct pc_snapshot *now, struct pc_snapshot *before)
{
    struct pc_verification *job;
    bool done = false;
    PC_TRY(pc_verification_new(now, before, &job));
    enum pc_status status = PC_OK;
    while (status == PC_OK && !done) {
        status = pc_verification_step(job, SIZE_MAX, &done);
    }
    pc_verification_free(job);
    return status;
}
