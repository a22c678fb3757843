// SPDX-License-Identifier: Apache-2.0
//
// The maps of a store that is open for reading, and transactions on its newest state.
#include "reader.h"

#include <errno.h>

enum {
    BEGIN_TRIES = 1000,
};

// The maps ----------------------------------------------------------------------------------------

// Both maps, LMDB's and ours, reserve addresses for the largest store, so that they never have to
// move while snapshots point into them, however much a writer adds. Where addresses are rationed
// they are smaller, and leave half of what there is to others.
static const size_t map_sizes[] = {PC_STORE_MAX_BYTES,  (size_t)1 << 36, (size_t)1 << 32,
                                   (size_t)1 << 30,     (size_t)1 << 28, (size_t)1 << 24,
                                   PC_STORE_FIRST_BYTES};

enum {
    MAP_SIZES = sizeof(map_sizes) / sizeof(map_sizes[0]),
    SHARE = 4, // of the addresses, that one map may have
};

// A size that cannot be had is not tried with LMDB: it makes the lock file before it makes the map,
// and leaves the number of the newest transaction in there at 0, which another process that opens
// the store at this moment believes.
enum pc_status pc_reader_start(struct pc_env *env, unsigned flags)
{
    enum pc_status status = PC_ERR_NOMEM;
    for (size_t i = 0; i < MAP_SIZES && status == PC_ERR_NOMEM; i++) {
        bool last = i + 1 == MAP_SIZES;
        if (last || pc_folder_has_addresses(SHARE * map_sizes[i])) {
            status = pc_env_start(env, flags, map_sizes[i]);
        }
    }
    return status;
}

// Maps the file, which has so many bytes. Valgrind says EINVAL of more addresses than it has.
static enum pc_status map_file(struct pc_store *store, int fd, size_t bytes)
{
    struct pc_str map;
    int error = ENOMEM;
    for (size_t i = 0; i < MAP_SIZES && (error == ENOMEM || error == EINVAL); i++) {
        bool last = i + 1 == MAP_SIZES;
        if (last || pc_folder_has_addresses(SHARE / 2 * map_sizes[i])) { // LMDB has its own
            error = pc_folder_reserve(fd, bytes > map_sizes[i] ? bytes : map_sizes[i], &map);
        }
    }
    PC_TRY(pc_env_status(&store->env, error));
    pc_folder_unmap(&store->map);
    store->map = map;
    store->state = (struct pc_state){.txnid = 0}; // it was in the old map
    return PC_OK;
}

// What may be read of the data file. PC_ERR_BUSY: it outgrew the map, into which others point.
static enum pc_status look_at_file(struct pc_store *store, struct pc_str *out)
{
    mdb_filehandle_t fd;
    uint64_t bytes;
    PC_TRY(pc_env_status(&store->env, mdb_env_get_fd(store->env.lmdb, &fd)));
    PC_TRY(pc_env_status(&store->env, pc_folder_size(fd, &bytes)));
    if (bytes > store->map.len || store->map.len == 0) {
        PC_TRY(store->live > 0 ? PC_ERR_BUSY : map_file(store, fd, bytes));
    }
    *out = (struct pc_str){store->map.ptr, bytes};
    return PC_OK;
}

enum pc_status pc_reader_check_heads(struct pc_store *store)
{
    struct pc_str file;
    struct pc_layout_head heads[2];
    PC_TRY(look_at_file(store, &file));
    enum pc_status status = pc_layout_read_heads(file, heads);
    if (status != PC_OK) {
        return PC_ERR_DAMAGED;
    }
    // A writer makes the file longer first: what was its size before the heads were read says
    // nothing.
    PC_TRY(look_at_file(store, &file));
    const struct pc_layout_head *newer = &heads[heads[0].txnid < heads[1].txnid];
    return (newer->last + 1) * newer->psize <= file.len ? PC_OK : PC_ERR_DAMAGED;
}

// States ------------------------------------------------------------------------------------------

// Reads the state of a transaction unless that was done. PC_ERR_NOTFOUND: the heads of the file
// have moved on, and the transaction is too old.
static enum pc_status read_state(struct pc_store *store, uint64_t txnid)
{
    if (txnid == store->state.txnid && txnid != 0) {
        return PC_OK;
    }
    struct pc_str file;
    PC_TRY(look_at_file(store, &file));
    struct pc_state state;
    enum pc_status status = pc_state_read(file, txnid, store->env.kind, &state);
    if (status == PC_OK) {
        store->state = state;
    }
    return status;
}

static enum pc_status begin(struct pc_store *store, MDB_txn **out)
{
    int error = mdb_txn_begin(store->env.lmdb, NULL, MDB_RDONLY, out);
    if (error == MDB_READERS_FULL) {
        // Perhaps processes have them that died since this one opened the store.
        PC_TRY(pc_env_meaning(mdb_reader_check(store->env.lmdb, NULL)));
        error = mdb_txn_begin(store->env.lmdb, NULL, MDB_RDONLY, out);
    }
    if (error == MDB_MAP_RESIZED && store->live == 0) {
        // Only where the map is smaller than the largest store. LMDB raises the size to what the
        // newest state needs.
        PC_TRY(pc_env_meaning(mdb_env_set_mapsize(store->env.lmdb, PC_STORE_FIRST_BYTES)));
        error = mdb_txn_begin(store->env.lmdb, NULL, MDB_RDONLY, out);
    }
    return pc_env_meaning(error);
}

enum pc_status pc_reader_begin(struct pc_store *store, MDB_txn **out)
{
    enum pc_status status = PC_ERR_NOTFOUND;
    for (unsigned i = 0; i < BEGIN_TRIES && status == PC_ERR_NOTFOUND; i++) {
        MDB_txn *txn;
        PC_TRY(begin(store, &txn));
        status = read_state(store, mdb_txn_id(txn));
        if (status == PC_OK) {
            *out = txn;
            store->live++;
            return PC_OK;
        }
        mdb_txn_abort(txn);
    }
    return status == PC_ERR_NOTFOUND ? PC_ERR_BUSY : status;
}

void pc_reader_end(struct pc_store *store, MDB_txn *txn)
{
    if (txn != NULL) {
        mdb_txn_abort(txn);
        store->live--;
    }
}
