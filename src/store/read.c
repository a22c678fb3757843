// SPDX-License-Identifier: Apache-2.0
//
// Reading: open stores and their snapshots. A state is verified once a process, before the first
// look into it; after that LMDB reads it straight from the map.
#include "env.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "registry.h"

struct pc_store {
    struct pc_env env;
    struct pc_registry_entry entry;
    unsigned uses; // under the registry's lock
    MDB_dbi tables[PC_STORE_TABLES];
    pthread_mutex_t mutex; // for what is below
    uint64_t txnid;        // of the state that was verified last
    struct pc_pages pages; // and what was found
    unsigned live;         // transactions
};

struct pc_snapshot {
    struct pc_store *store;
    MDB_txn *txn; // NULL: it was lost in a renewal that failed
    uint64_t txnid;
    uint64_t generation;
};

enum {
    VERIFY_TRIES = 1000,
};

// States ------------------------------------------------------------------------------------------

// The map reserves addresses for the largest store, so that it never has to move while snapshots
// point into it, however much a writer adds. Where addresses are rationed it is smaller.
static enum pc_status start(struct pc_env *env, unsigned flags)
{
    static const size_t sizes[] = {PC_STORE_MAX_BYTES, (size_t)1 << 36, (size_t)1 << 32,
                                   PC_STORE_FIRST_BYTES};
    enum pc_status status = PC_ERR_NOMEM;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]) && status == PC_ERR_NOMEM; i++) {
        status = pc_env_start(env, flags, sizes[i]);
    }
    return status;
}

// Verifies the state of the transaction unless that was done. PC_ERR_NOTFOUND: the heads of the
// file have moved on, and the transaction is too old to be verified.
static enum pc_status verify(struct pc_store *store, uint64_t txnid)
{
    if (txnid == store->txnid && txnid != 0) {
        return PC_OK;
    }
    struct pc_pages pages;
    PC_TRY(pc_env_verify(&store->env, txnid, &pages));
    if (!pages.blank && pages.format.format != PC_STORE_FORMAT) {
        return PC_ERR_VERSION;
    }
    store->txnid = txnid;
    store->pages = pages;
    return PC_OK;
}

static enum pc_status begin(struct pc_store *store, MDB_txn **out)
{
    int error = mdb_txn_begin(store->env.lmdb, NULL, MDB_RDONLY, out);
    if (error == MDB_MAP_RESIZED && store->live == 0) {
        // Only where the map is smaller than the largest store. LMDB raises the size to what the
        // newest state needs.
        PC_TRY(pc_env_meaning(mdb_env_set_mapsize(store->env.lmdb, PC_STORE_FIRST_BYTES)));
        error = mdb_txn_begin(store->env.lmdb, NULL, MDB_RDONLY, out);
    }
    return pc_env_meaning(error);
}

// Begins a transaction on the newest state and verifies that. The mutex is held.
static enum pc_status begin_verified(struct pc_store *store, MDB_txn **out)
{
    enum pc_status status = PC_ERR_NOTFOUND;
    for (unsigned i = 0; i < VERIFY_TRIES && status == PC_ERR_NOTFOUND; i++) {
        MDB_txn *txn;
        PC_TRY(begin(store, &txn));
        status = verify(store, mdb_txn_id(txn));
        if (status == PC_OK) {
            *out = txn;
            store->live++;
            return PC_OK;
        }
        mdb_txn_abort(txn);
    }
    return status == PC_ERR_NOTFOUND ? PC_ERR_BUSY : status;
}

// Stores ------------------------------------------------------------------------------------------

static enum pc_status open_tables(struct pc_store *store)
{
    MDB_txn *txn;
    PC_TRY(begin_verified(store, &txn));
    store->live--;
    int error = store->pages.blank ? MDB_NOTFOUND : 0;
    for (unsigned i = 0; i < PC_STORE_TABLES && error == 0; i++) {
        error =
            mdb_dbi_open(txn, pc_record_table_name((enum pc_store_table)i), 0, &store->tables[i]);
    }
    if (error != 0) {
        mdb_txn_abort(txn);
        return pc_env_status(&store->env, error);
    }
    return pc_env_status(&store->env, mdb_txn_commit(txn)); // keeps the tables open
}

static bool is_denied(int error)
{
    return error == EACCES || error == EPERM || error == EROFS;
}

// Without a lock file LMDB does not know of this reader: a writer that may write where we may not
// uses the pages of a state again from the third commit after it on. So a snapshot answers only
// while the newest state is its own or the next (pc_snapshot_get), and must be renewed after that.
// Where nobody writes, as on read-only media, nothing is lost.
static enum pc_status start_locked_or_not(struct pc_env *env)
{
    int error = pc_folder_make_lock(&env->folder, PC_ENV_LOCK_BYTES);
    if (error != 0 && !is_denied(error)) {
        return pc_env_status(env, error);
    }
    env->unlocked = !pc_folder_may_lock(&env->folder);
    enum pc_status status = start(env, env->unlocked ? MDB_RDONLY | MDB_NOLOCK : MDB_RDONLY);
    if (status == PC_ERR_IO && is_denied(env->error) && !env->unlocked) {
        env->unlocked = true;
        status = start(env, MDB_RDONLY | MDB_NOLOCK);
    }
    return status;
}

static enum pc_status open_env(struct pc_store *store)
{
    struct pc_pages_heads heads;
    PC_TRY(pc_env_check_heads(&store->env, &heads));
    PC_TRY(start_locked_or_not(&store->env));
    return open_tables(store);
}

static void free_store(struct pc_store *store)
{
    pc_env_release(&store->env);
    pthread_mutex_destroy(&store->mutex);
    free(store);
}

// The registry's lock is held. *store becomes another one when the folder was open already.
static enum pc_status open_once(struct pc_store **store)
{
    struct pc_store *other;
    PC_TRY(pc_env_find(&(*store)->env));
    PC_TRY(pc_registry_find(&(*store)->env.folder, &other));
    if (other != NULL) {
        free_store(*store);
        *store = other;
    } else {
        PC_TRY(open_env(*store));
        pc_registry_add(&(*store)->entry, &(*store)->env.folder, *store);
    }
    (*store)->uses++;
    return PC_OK;
}

enum pc_status pc_store_open(struct pc_str path, struct pc_diags *diags, struct pc_store **out)
{
    struct pc_store *store = calloc(1, sizeof(*store));
    if (store == NULL) {
        return PC_ERR_NOMEM;
    }
    if (pthread_mutex_init(&store->mutex, NULL) != 0) {
        free(store);
        return PC_ERR_NOMEM;
    }
    enum pc_status status = pc_env_init(&store->env, path);
    if (status == PC_OK) {
        pc_registry_lock();
        status = open_once(&store);
        pc_registry_unlock();
    }
    if (status != PC_OK) {
        pc_env_report(path, store->env.error, diags, status);
        free_store(store);
        return status;
    }
    *out = store;
    return PC_OK;
}

void pc_store_close(struct pc_store *store)
{
    if (store == NULL) {
        return;
    }
    pc_registry_lock();
    store->uses--;
    if (store->uses == 0) {
        pc_registry_remove(&store->entry);
        free_store(store);
    }
    pc_registry_unlock();
}

struct pc_str pc_store_path(const struct pc_store *store)
{
    return pc_str_from(store->env.path);
}

enum pc_status pc_store_size(struct pc_store *store, uint64_t *bytes)
{
    MDB_txn *txn;
    pthread_mutex_lock(&store->mutex);
    enum pc_status status = begin_verified(store, &txn);
    if (status == PC_OK) {
        mdb_txn_abort(txn);
        store->live--;
        *bytes = store->pages.bytes;
    }
    pthread_mutex_unlock(&store->mutex);
    return status;
}

// Snapshots ---------------------------------------------------------------------------------------

enum pc_status pc_snapshot_open(struct pc_store *store, struct pc_snapshot **out)
{
    struct pc_snapshot *snapshot = calloc(1, sizeof(*snapshot));
    if (snapshot == NULL) {
        return PC_ERR_NOMEM;
    }
    snapshot->store = store;
    pthread_mutex_lock(&store->mutex);
    enum pc_status status = begin_verified(store, &snapshot->txn);
    if (status == PC_OK) {
        snapshot->txnid = store->txnid;
        snapshot->generation = store->pages.format.generation;
    }
    pthread_mutex_unlock(&store->mutex);
    if (status != PC_OK) {
        free(snapshot);
        return status;
    }
    *out = snapshot;
    return PC_OK;
}

// The store's mutex is held.
static void end(struct pc_snapshot *snapshot)
{
    if (snapshot->txn != NULL) {
        mdb_txn_abort(snapshot->txn);
        snapshot->txn = NULL;
        snapshot->store->live--;
    }
}

void pc_snapshot_close(struct pc_snapshot *snapshot)
{
    if (snapshot == NULL) {
        return;
    }
    pthread_mutex_lock(&snapshot->store->mutex);
    end(snapshot);
    pthread_mutex_unlock(&snapshot->store->mutex);
    free(snapshot);
}

static uint64_t newest(const struct pc_store *store)
{
    MDB_envinfo info = {.me_last_txnid = 0};
    return mdb_env_info(store->env.lmdb, &info) == 0 ? info.me_last_txnid : UINT64_MAX;
}

// The state shown so far is kept until the new one is there. The mutex is held.
static enum pc_status advance(struct pc_snapshot *snapshot)
{
    struct pc_store *store = snapshot->store;
    MDB_txn *txn;
    enum pc_status status = begin_verified(store, &txn);
    if (status == PC_ERR_BUSY && store->live == 1 && snapshot->txn != NULL) {
        end(snapshot); // the map must move, and nobody else points into it
        status = begin_verified(store, &txn);
    }
    PC_TRY(status);
    end(snapshot);
    snapshot->txn = txn;
    snapshot->txnid = store->txnid;
    snapshot->generation = store->pages.format.generation;
    return PC_OK;
}

enum pc_status pc_snapshot_renew(struct pc_snapshot *snapshot)
{
    if (snapshot->txn != NULL && newest(snapshot->store) == snapshot->txnid) {
        return PC_OK;
    }
    pthread_mutex_lock(&snapshot->store->mutex);
    enum pc_status status = advance(snapshot);
    pthread_mutex_unlock(&snapshot->store->mutex);
    return status;
}

uint64_t pc_snapshot_generation(const struct pc_snapshot *snapshot)
{
    return snapshot->generation;
}

// Whether the snapshot's pages are still its own (start_locked_or_not).
static enum pc_status check_live(const struct pc_snapshot *snapshot)
{
    if (snapshot->txn == NULL) {
        return PC_ERR_BUSY;
    }
    if (snapshot->store->env.unlocked && newest(snapshot->store) > snapshot->txnid + 1) {
        return PC_ERR_BUSY;
    }
    return PC_OK;
}

enum pc_status pc_snapshot_get(struct pc_snapshot *snapshot, enum pc_store_table table,
                               struct pc_str key, struct pc_str *value)
{
    PC_TRY(check_live(snapshot));
    return pc_env_get(snapshot->txn, snapshot->store->tables[table], key, value);
}

enum pc_status pc_snapshot_each(struct pc_snapshot *snapshot, enum pc_store_table table,
                                enum pc_status (*visit)(void *context, struct pc_str key,
                                                        struct pc_str value),
                                void *context)
{
    PC_TRY(check_live(snapshot));
    struct pc_env_visit how = {visit, context, false};
    return pc_env_each(snapshot->txn, snapshot->store->tables[table], &how);
}
