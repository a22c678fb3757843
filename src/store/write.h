// SPDX-License-Identifier: Apache-2.0
//
// A write transaction as the caller's work sees it.
#ifndef PC_STORE_WRITE_H
#define PC_STORE_WRITE_H

#include "env.h"

struct pc_store_write {
    MDB_txn *txn;
    MDB_dbi tables[PC_STORE_ALL_TABLES];
    bool visited[PC_STORE_ALL_TABLES]; // a walk is going on
    enum pc_status failed;             // the first failure; nothing is committed after one
    int error;                         // what LMDB said of it
    uint64_t bytes;                    // put so far
    void (*undone)(void *context);     // NULL: nobody wants to know
    void *undone_context;
};

// Remembers the first failure, after which nothing is written any more.
PC_MUST_CHECK enum pc_status pc_write_fail(struct pc_store_write *write, enum pc_status status,
                                           int error);

// The same for what LMDB returned, unless it is 0.
PC_MUST_CHECK enum pc_status pc_write_check(struct pc_store_write *write, int error);

#endif
