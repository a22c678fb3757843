// SPDX-License-Identifier: Apache-2.0
//
// Writes a compiled picture into a store beside what it holds: what the picture defines takes the
// place of what has the same name, and nothing else changes. Costs what the change costs.
#ifndef PC_ACCOUNT_PICTURE_UPDATE_H
#define PC_ACCOUNT_PICTURE_UPDATE_H

#include "picture_write.h"

struct pc_picture_update {
    struct pc_picture_write *picture;
    const struct pc_import *import; // that the picture was made of
    struct pc_str store;            // its path, for diagnostics
    struct pc_diags *diags;
    const struct pc_str *removed; // ARNs of principals, resources and functions that go
    size_t removed_count;
    size_t gone; // of those that went, each once
};

// The work for pc_store_update. context: struct pc_picture_update. PC_ERR_INVALID: the picture says
// otherwise than the store of a definition that others may hold, or of what a function that stays
// is connected with (UPDATE_SHARED), or what is to go is defined by the picture (USAGE);
// PC_ERR_NOTFOUND: it is not there (PRINCIPAL_UNKNOWN). PC_ERR_DAMAGED (STORE_DAMAGED). Each is
// reported. Others as pc_shards_write.
PC_MUST_CHECK enum pc_status pc_picture_update(void *context, struct pc_store_write *write);

#endif
