// SPDX-License-Identifier: Apache-2.0
#include "stored_sets.h"

#include "directories.h"

#include <stdlib.h>

static bool is_stored(struct pc_directories *directories, const struct pc_set *set)
{
    struct pc_set_record record;
    struct pc_str bytes, key = pc_set_key(set);
    struct pc_image image;
    if (pc_directories_find(directories, PC_STORE_SETS, key, &bytes) != PC_OK ||
        bytes.len != sizeof(record)) {
        return false;
    }
    memcpy(&record, bytes.ptr, sizeof(record));
    return record.warned == 0 && pc_directories_image(directories, key.ptr, &image) == PC_OK &&
           image.header->type == (uint32_t)set->type;
}

static enum pc_status mark(struct pc_sets *sets, struct pc_snapshot *snapshot)
{
    struct pc_directories *directories = calloc(1, sizeof(*directories));
    if (directories == NULL) {
        return PC_ERR_NOMEM;
    }
    enum pc_status status = pc_directories_begin(directories, snapshot);
    for (struct pc_set *set = sets->first; set != NULL && status == PC_OK; set = set->next) {
        set->stored = !set->check_only && is_stored(directories, set);
    }
    pc_directories_release(directories);
    free(directories);
    return status;
}

enum pc_status pc_stored_sets_mark(struct pc_sets *sets, struct pc_str path, struct pc_diags *diags)
{
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    PC_TRY(pc_store_open(path, diags, &store));
    enum pc_status status = pc_snapshot_open(store, &snapshot);
    if (status == PC_OK) {
        status = mark(sets, snapshot);
        pc_snapshot_close(snapshot);
    }
    pc_store_close(store);
    return status;
}
