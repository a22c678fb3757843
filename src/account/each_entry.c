// SPDX-License-Identifier: Apache-2.0
#include "each_entry.h"

#include "directories.h"

#include <stdlib.h>

struct pass {
    enum pc_store_table table;
    enum pc_status (*visit)(void *context, struct pc_str key, const void *record);
    void *context;
};

// The shard was checked with its records when it was loaded.
static enum pc_status pass_shard(const struct pass *pass, const struct pc_directory_header *shard)
{
    const struct pc_directory_entry *entry = pc_directory_first(shard);
    for (; entry != NULL; entry = pc_directory_next(shard, entry)) {
        PC_TRY(pass->visit(pass->context, pc_directory_key(entry),
                           pc_directory_value(shard, entry).ptr));
    }
    return PC_OK;
}

static enum pc_status pass_table(const struct pass *pass, struct pc_directories *directories)
{
    const struct pc_shards *shards = &directories->tables[pass->table];
    if (directories->damaged) {
        return PC_ERR_DAMAGED;
    }
    size_t count = shards->shards == NULL ? 0 : (size_t)1 << shards->bits;
    for (size_t i = 0; i < count; i++) {
        const struct pc_directory_header *shard;
        PC_TRY(pc_directories_load(directories, pass->table, (uint32_t)i, &shard));
        PC_TRY(pass_shard(pass, shard));
    }
    return PC_OK;
}

enum pc_status pc_each_entry(struct pc_snapshot *snapshot, enum pc_store_table table,
                             enum pc_status (*visit)(void *context, struct pc_str key,
                                                     const void *record),
                             void *context)
{
    const struct pass pass = {table, visit, context};
    struct pc_directories *directories = calloc(1, sizeof(*directories));
    if (directories == NULL) {
        return PC_ERR_NOMEM;
    }
    enum pc_status status = pc_directories_begin(directories, snapshot);
    if (status == PC_OK) {
        status = pass_table(&pass, directories);
    }
    pc_directories_release(directories);
    free(directories);
    return status;
}
