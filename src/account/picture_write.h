// SPDX-License-Identifier: Apache-2.0
//
// Writes a compiled picture to a store, which then holds exactly that picture.
#ifndef PC_ACCOUNT_PICTURE_WRITE_H
#define PC_ACCOUNT_PICTURE_WRITE_H

#include "entries.h"

struct pc_picture_write {
    struct pc_arena *arena;
    struct pc_sets *sets;
    const struct pc_entries *entries;
    // Compiles a set that was thought to be in the store: another process has dropped it since.
    enum pc_status (*compile)(void *context, struct pc_set *set);
    void *context;
    size_t dropped; // sets of before that nothing needs any more
};

// The work for pc_store_update. context: struct pc_picture_write. PC_ERR_INVALID: a set that has to
// be compiled after all has errors (reported). Others as pc_shards_write. A damaged old state is no
// failure: nothing of it is kept.
PC_MUST_CHECK enum pc_status pc_picture_write(void *context, struct pc_store_write *write);

#endif
