// SPDX-License-Identifier: Apache-2.0
#include "tree.h"

static enum pc_status put_large(struct pc_store_write *write, const struct pc_set *set)
{
    struct pc_str old;
    enum pc_status status = pc_store_peek(write, PC_STORE_IMAGES, pc_set_key(set), &old);
    if (status == PC_OK && pc_str_eq(old, set->image)) {
        return PC_OK;
    }
    if (status != PC_OK && status != PC_ERR_NOTFOUND) {
        return status;
    }
    return pc_store_put(write, PC_STORE_IMAGES, pc_set_key(set), set->image);
}

enum pc_status pc_tree_put(struct pc_store_write *write, const struct pc_set *set,
                           struct pc_shard_change *out)
{
    bool large = set->image.len > PC_TREE_LARGE;
    if (large) {
        PC_TRY(put_large(write, set));
    }
    *out =
        pc_shard_change_of(PC_STORE_TREES, pc_set_key(set), large ? PC_STR("") : set->image, false);
    return PC_OK;
}

enum pc_status pc_tree_drop(struct pc_store_write *write, struct pc_str digest,
                            struct pc_shard_change *out)
{
    enum pc_status status = pc_store_delete(write, PC_STORE_IMAGES, digest);
    if (status != PC_OK && status != PC_ERR_NOTFOUND) {
        return status;
    }
    *out = pc_shard_change_of(PC_STORE_TREES, digest, PC_STR(""), true);
    return PC_OK;
}
