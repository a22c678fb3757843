// SPDX-License-Identifier: Apache-2.0
//
// Compiles an imported picture and writes it to a store, in one transaction: the store then holds
// exactly this picture or, after an update, this picture and what it held of other names. Sets that
// are equal are compiled and stored once; those that the store has already are not compiled again.
#ifndef PC_ACCOUNT_PUBLISH_H
#define PC_ACCOUNT_PUBLISH_H

#include "account/import.h"
#include "store/store.h"

struct pc_published {
    size_t sets;     // distinct policy sets
    size_t compiled; // of them compiled now
    size_t reused;   // of them found in the store
    size_t dropped;  // sets of before that nothing needs any more
    size_t removed;  // ARNs that an update dropped, each once
    uint64_t bytes;  // size of the store
};

struct pc_progress {
    // NULL: none. Called now and then, by the thread that called pc_publish.
    void (*step)(void *context, size_t done, size_t total);
    void *context;
};

// What is done in the transaction before the picture is written, and after; neither must keep
// anything of an earlier run. A status other than PC_OK undoes the transaction, and is returned.
struct pc_publish_around {
    enum pc_status (*before)(void *context, struct pc_store_write *write);
    enum pc_status (*after)(void *context, struct pc_store_write *write);
    void *context;
};

struct pc_publish_options {
    const char *path; // of the store; NULL: compile everything and write nothing
    const struct pc_publish_around *around; // NULL: nothing
    bool anew; // takes no compiled set out of the store as it was: all are compiled
    const struct pc_progress *progress; // NULL: none
    // Only what the picture defines takes the place of what has the same name in the store, which
    // is there already; principals, resources and functions with these ARNs go.
    bool update;
    const struct pc_str *removed;
    size_t removed_count;
};

// Compiles on as many threads as the import was told; neither the store nor what is reported
// depends on their number.
// PC_ERR_INVALID: at least one error was reported; for an update also that the picture says
// otherwise than the store of what others may hold or are connected with (UPDATE_SHARED), and that
// names were chosen so that their hashes are one (NAMES_COLLIDE). PC_ERR_NOTFOUND: what is to be
// updated or removed is not there (STORE_MISSING, PRINCIPAL_UNKNOWN). Others as pc_store_update;
// after any failure the store is as it was.
PC_MUST_CHECK enum pc_status pc_publish(struct pc_arena *arena, const struct pc_import *import,
                                        const struct pc_publish_options *options,
                                        struct pc_diags *diags, struct pc_published *out);

#endif
