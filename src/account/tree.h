// SPDX-License-Identifier: Apache-2.0
//
// The images of policy sets as the store keeps them: in the directory of trees, or, when they are
// large, as a value of their own, so that a change of a neighbour does not write them again.
#ifndef PC_ACCOUNT_TREE_H
#define PC_ACCOUNT_TREE_H

#include "sets.h"
#include "shards.h"

enum {
    PC_TREE_LARGE = 1 << 16, // bytes above which an image has a value of its own
};

// Puts the set's image, which there is, if it is large; *out is the change of the directory. Fails
// as pc_store_peek and pc_store_put.
PC_MUST_CHECK enum pc_status pc_tree_put(struct pc_store_write *write, const struct pc_set *set,
                                         struct pc_shard_change *out);

// Drops the image with the digest if it is large; *out as above. The digest must stay. Fails as
// pc_store_delete, but not where there is none.
PC_MUST_CHECK enum pc_status pc_tree_drop(struct pc_store_write *write, struct pc_str digest,
                                          struct pc_shard_change *out);

#endif
