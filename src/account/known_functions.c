// SPDX-License-Identifier: Apache-2.0
#include "account/known_functions.h"

#include "directories.h"

#include <stdlib.h>

struct visiting {
    enum pc_status (*visit)(void *context, struct pc_str arn);
    void *context;
};

static enum pc_status visit_shard(const struct visiting *visiting,
                                  const struct pc_directory_header *shard)
{
    const struct pc_directory_entry *entry = pc_directory_first(shard);
    for (; entry != NULL; entry = pc_directory_next(shard, entry)) {
        PC_TRY(visiting->visit(visiting->context, pc_directory_key(entry)));
    }
    return PC_OK;
}

static enum pc_status visit_all(struct pc_directories *directories, const struct visiting *visiting)
{
    const struct pc_shards *shards = &directories->tables[PC_STORE_FUNCTIONS];
    if (directories->damaged) {
        return PC_ERR_DAMAGED;
    }
    size_t count = shards->shards == NULL ? 0 : (size_t)1 << shards->bits;
    for (size_t i = 0; i < count; i++) {
        const struct pc_directory_header *shard;
        PC_TRY(pc_directories_load(directories, PC_STORE_FUNCTIONS, (uint32_t)i, &shard));
        PC_TRY(visit_shard(visiting, shard));
    }
    return PC_OK;
}

enum pc_status pc_each_function(struct pc_snapshot *snapshot,
                                enum pc_status (*visit)(void *context, struct pc_str arn),
                                void *context)
{
    const struct visiting visiting = {visit, context};
    struct pc_directories *directories = calloc(1, sizeof(*directories));
    if (directories == NULL) {
        return PC_ERR_NOMEM;
    }
    enum pc_status status = pc_directories_begin(directories, snapshot);
    if (status == PC_OK) {
        status = visit_all(directories, &visiting);
    }
    pc_directories_release(directories);
    free(directories);
    return status;
}
