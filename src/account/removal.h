// SPDX-License-Identifier: Apache-2.0
//
// What an ARN that an update is to remove stands for in the store.
#ifndef PC_ACCOUNT_REMOVAL_H
#define PC_ACCOUNT_REMOVAL_H

#include "picture_write.h"
#include "shards.h"

struct pc_removal {
    struct pc_picture_write *picture; // its arena, and what it defines
    struct pc_str store;              // its path, for diagnostics
    struct pc_diags *diags;
    struct pc_store_write *write;
    struct pc_census *census;
};

enum {
    PC_REMOVED_MOST = 4, // one a kind of thing
};

struct pc_removed {
    enum pc_store_table tables[PC_REMOVED_MOST];
    struct pc_str keys[PC_REMOVED_MOST]; // as long as the ARN and the arena
    size_t count;
};

// Finds the records with the ARN. PC_ERR_NOTFOUND: there are none (PRINCIPAL_UNKNOWN).
// PC_ERR_INVALID: the picture defines it (USAGE). PC_ERR_DAMAGED; PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_removal_find(const struct pc_removal *removal, struct pc_str arn,
                                             struct pc_removed *out);

#endif
