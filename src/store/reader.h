// SPDX-License-Identifier: Apache-2.0
//
// A store that is open for reading: LMDB's environment, our own map of the data file, and the
// newest state that was seen. LMDB gives the reader its slot, so that writers leave the pages of
// its state alone; what is looked up is looked up in our map, by lookup.h and walk.h.
#ifndef PC_STORE_READER_H
#define PC_STORE_READER_H

#include "env.h"
#include "registry.h"
#include "state.h"

struct pc_store {
    struct pc_env env;
    struct pc_registry_entry entry;
    unsigned uses;         // under the registry's lock
    pthread_mutex_t mutex; // for what is below; the functions here want it held
    struct pc_str map;     // of the data file; moves only when no transaction lives
    struct pc_state state; // that was read last
    unsigned live;         // transactions
};

// Opens the environment with flags of LMDB. PC_ERR_NOMEM, PC_ERR_IO and others as pc_env_start.
PC_MUST_CHECK enum pc_status pc_reader_start(struct pc_env *env, unsigned flags);

// Begins a transaction on the newest state, which is store->state then. Statuses as
// pc_snapshot_open.
PC_MUST_CHECK enum pc_status pc_reader_begin(struct pc_store *store, MDB_txn **out);
// As pc_store_check_heads.
PC_MUST_CHECK enum pc_status pc_reader_check_heads(struct pc_store *store);

void pc_reader_end(struct pc_store *store, MDB_txn *txn); // NULL is fine

#endif
