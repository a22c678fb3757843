// SPDX-License-Identifier: Apache-2.0
#include "account/known_functions.h"

#include "directories.h"
#include "names.h"
#include "record.h"

#include <stdlib.h>

// A pass over a table: `show` gets each entry with its record, which was checked when the shard was
// loaded.
struct pass {
    enum pc_store_table table;
    enum pc_status (*show)(const struct pass *pass, struct pc_str key, const void *record);
    enum pc_status (*visit_function)(void *context, const struct pc_stored_function *function);
    enum pc_status (*visit_policy)(void *context, struct pc_str arn);
    void *context;
};

static enum pc_status pass_shard(const struct pass *pass, const struct pc_directory_header *shard)
{
    const struct pc_directory_entry *entry = pc_directory_first(shard);
    for (; entry != NULL; entry = pc_directory_next(shard, entry)) {
        PC_TRY(pass->show(pass, pc_directory_key(entry), pc_directory_value(shard, entry).ptr));
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

static enum pc_status run(const struct pass *pass, struct pc_snapshot *snapshot)
{
    struct pc_directories *directories = calloc(1, sizeof(*directories));
    if (directories == NULL) {
        return PC_ERR_NOMEM;
    }
    enum pc_status status = pc_directories_begin(directories, snapshot);
    if (status == PC_OK) {
        status = pass_table(pass, directories);
    }
    pc_directories_release(directories);
    free(directories);
    return status;
}

// Functions ---------------------------------------------------------------------------------------

static enum pc_status show_function(const struct pass *pass, struct pc_str key, const void *record)
{
    const struct pc_stored_function function = {key, pc_known_function_of(record)};
    return pass->visit_function(pass->context, &function);
}

enum pc_status pc_each_function(struct pc_snapshot *snapshot,
                                enum pc_status (*visit)(void *context,
                                                        const struct pc_stored_function *function),
                                void *context)
{
    const struct pass pass = {.table = PC_STORE_FUNCTIONS,
                              .show = show_function,
                              .visit_function = visit,
                              .context = context};
    return run(&pass, snapshot);
}

// Policies ----------------------------------------------------------------------------------------

static enum pc_status show_resource(const struct pass *pass, struct pc_str key, const void *record)
{
    const struct pc_resource_record *resource = record;
    struct pc_str bare;
    return resource->policy == 1 && pc_function_arn_parse(key, &bare)
               ? pass->visit_policy(pass->context, key)
               : PC_OK;
}

enum pc_status pc_each_function_policy(struct pc_snapshot *snapshot,
                                       enum pc_status (*visit)(void *context, struct pc_str arn),
                                       void *context)
{
    const struct pass pass = {.table = PC_STORE_RESOURCES,
                              .show = show_resource,
                              .visit_policy = visit,
                              .context = context};
    return run(&pass, snapshot);
}
