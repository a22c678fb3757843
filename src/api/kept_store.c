// SPDX-License-Identifier: Apache-2.0
#include "kept_store.h"

static enum pc_status check(struct pc_store *store, struct pc_diags *diags, struct pc_store **out)
{
    enum pc_status status = pc_store_check_kept(store, PC_CARE_OF_DECISIONS, diags);
    if (status != PC_OK) {
        pc_store_close(store);
        return status;
    }
    *out = store;
    return PC_OK;
}

enum pc_status pc_kept_store_open(const char *path, struct pc_diags *diags, struct pc_store **out)
{
    struct pc_store *store;
    PC_TRY(pc_store_open(pc_str_from(path), diags, &store));
    return check(store, diags, out);
}

enum pc_status pc_kept_store_open_aside(const char *path, struct pc_diags *diags,
                                        struct pc_store **out)
{
    struct pc_store *store;
    PC_TRY(pc_store_open_aside(pc_str_from(path), diags, &store));
    return check(store, diags, out);
}
