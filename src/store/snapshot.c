// SPDX-License-Identifier: Apache-2.0
//
// Snapshots: a state each, and looking into it.
#include "reader.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "walk.h"

// A transaction that keeps a state, for all snapshots that show it. Guarded by the store's mutex.
struct pin {
    MDB_txn *txn;
    unsigned uses;
};

struct pc_snapshot {
    struct pc_store *store;
    struct pin *pin; // NULL: it was lost in a renewal that failed
    struct pc_state state;
    struct pc_proofs proofs; // of that state
};

// The functions of pins want the mutex held.
static enum pc_status pin_newest(struct pc_store *store, struct pin **out)
{
    struct pin *pin = calloc(1, sizeof(*pin));
    if (pin == NULL) {
        return PC_ERR_NOMEM;
    }
    enum pc_status status = pc_reader_begin(store, &pin->txn);
    if (status != PC_OK) {
        free(pin);
        return status;
    }
    pin->uses = 1;
    *out = pin;
    return PC_OK;
}

static void unpin(struct pc_store *store, struct pin *pin)
{
    if (pin != NULL && --pin->uses == 0) {
        pc_reader_end(store, pin->txn);
        free(pin);
    }
}

enum pc_status pc_snapshot_open(struct pc_store *store, struct pc_snapshot **out)
{
    struct pc_snapshot *snapshot = calloc(1, sizeof(*snapshot));
    if (snapshot == NULL) {
        return PC_ERR_NOMEM;
    }
    snapshot->store = store;
    pthread_mutex_lock(&store->mutex);
    enum pc_status status = pin_newest(store, &snapshot->pin);
    if (status == PC_OK) {
        snapshot->state = store->state;
    }
    pthread_mutex_unlock(&store->mutex);
    if (status != PC_OK) {
        free(snapshot);
        return status;
    }
    *out = snapshot;
    return PC_OK;
}

enum pc_status pc_snapshot_share(const struct pc_snapshot *snapshot, struct pc_snapshot **out)
{
    if (snapshot->pin == NULL) {
        return PC_ERR_BUSY;
    }
    struct pc_snapshot *shared = calloc(1, sizeof(*shared));
    if (shared == NULL) {
        return PC_ERR_NOMEM;
    }
    shared->store = snapshot->store;
    shared->pin = snapshot->pin;
    shared->state = snapshot->state;
    pthread_mutex_lock(&shared->store->mutex);
    shared->pin->uses++;
    pthread_mutex_unlock(&shared->store->mutex);
    *out = shared;
    return PC_OK;
}

void pc_snapshot_close(struct pc_snapshot *snapshot)
{
    if (snapshot == NULL) {
        return;
    }
    pthread_mutex_lock(&snapshot->store->mutex);
    unpin(snapshot->store, snapshot->pin);
    pthread_mutex_unlock(&snapshot->store->mutex);
    free(snapshot);
}

// The state shown so far is kept until the new one is there. The mutex is held.
static enum pc_status advance(struct pc_snapshot *snapshot)
{
    struct pc_store *store = snapshot->store;
    struct pin *pin;
    enum pc_status status = pin_newest(store, &pin);
    bool alone = store->live == 1 && snapshot->pin != NULL && snapshot->pin->uses == 1;
    if (status == PC_ERR_BUSY && alone) {
        unpin(store, snapshot->pin); // the map must move, and nobody else points into it
        snapshot->pin = NULL;
        status = pin_newest(store, &pin);
    }
    PC_TRY(status);
    unpin(store, snapshot->pin);
    snapshot->pin = pin;
    snapshot->state = store->state;
    snapshot->proofs = (struct pc_proofs){{0}};
    return PC_OK;
}

const struct pc_store *pc_snapshot_store(const struct pc_snapshot *snapshot)
{
    return snapshot->store;
}

bool pc_snapshot_is_newest(const struct pc_snapshot *snapshot)
{
    return snapshot->pin != NULL && pc_state_newest(&snapshot->state) == snapshot->state.txnid;
}

enum pc_status pc_snapshot_renew(struct pc_snapshot *snapshot)
{
    if (pc_snapshot_is_newest(snapshot)) {
        return PC_OK;
    }
    pthread_mutex_lock(&snapshot->store->mutex);
    enum pc_status status = advance(snapshot);
    pthread_mutex_unlock(&snapshot->store->mutex);
    return status;
}

uint64_t pc_snapshot_generation(const struct pc_snapshot *snapshot)
{
    return snapshot->state.generation;
}

// Whether the snapshot's pages are still its own (start_locked_or_not).
static bool is_live(const struct pc_snapshot *snapshot)
{
    if (snapshot->pin == NULL) {
        return false;
    }
    if (!snapshot->store->env.unlocked) {
        return true;
    }
    atomic_thread_fence(memory_order_acquire); // behind what was read of the pages so far
    return pc_state_newest(&snapshot->state) <= snapshot->state.txnid + 1;
}

enum pc_status pc_snapshot_get(struct pc_snapshot *snapshot, enum pc_store_table table,
                               struct pc_str key, struct pc_str *value)
{
    if (!is_live(snapshot)) {
        return PC_ERR_BUSY;
    }
    const struct pc_state *state = &snapshot->state;
    struct pc_str found;
    enum pc_status status =
        pc_lookup(&state->space, &state->tables[table], &snapshot->proofs, key, &found);
    if (!is_live(snapshot)) {
        return PC_ERR_BUSY; // what was found or missed was perhaps another state's
    }
    PC_TRY(status);
    *value = found;
    return PC_OK;
}

enum pc_status pc_snapshot_check(const struct pc_snapshot *snapshot)
{
    return is_live(snapshot) ? PC_OK : PC_ERR_BUSY;
}

enum pc_status pc_snapshot_check_pages(const struct pc_snapshot *snapshot)
{
    struct pc_pages pages;
    PC_TRY(pc_snapshot_check(snapshot));
    enum pc_status status = pc_env_verify(&snapshot->store->env, snapshot->state.txnid, &pages);
    return status == PC_ERR_NOTFOUND || !is_live(snapshot) ? PC_ERR_BUSY : status;
}

// Each entry --------------------------------------------------------------------------------------

struct pc_cursor {
    const struct pc_snapshot *snapshot;
    const struct pc_table *table;
    struct pc_walk walk;
    bool begun;
    enum pc_status ended; // what every further step gives
};

static struct pc_cursor cursor_on(const struct pc_snapshot *snapshot, enum pc_store_table table)
{
    return (struct pc_cursor){.snapshot = snapshot, .table = &snapshot->state.tables[table]};
}

static enum pc_status step(struct pc_cursor *cursor, struct pc_str *key, struct pc_str *value)
{
    const struct pc_page_space *space = &cursor->snapshot->state.space;
    struct pc_page_node node;
    struct pc_str found;
    enum pc_status status = cursor->begun
                                ? pc_walk_next(&cursor->walk, &node)
                                : pc_walk_first(&cursor->walk, space, &cursor->table->tree, &node);
    cursor->begun = true;
    PC_TRY(status);
    PC_TRY(pc_lookup_record(space, cursor->table, &node, &found));
    *key = pc_record_key_shown(node.key);
    *value = found;
    return PC_OK;
}

enum pc_status pc_cursor_next(struct pc_cursor *cursor, struct pc_str *key, struct pc_str *value)
{
    struct pc_str found_key, found;
    if (!is_live(cursor->snapshot)) {
        return PC_ERR_BUSY;
    }
    if (cursor->ended == PC_OK) {
        cursor->ended = step(cursor, &found_key, &found);
    }
    PC_TRY(is_live(cursor->snapshot) ? cursor->ended : PC_ERR_BUSY);
    *key = found_key;
    *value = found;
    return PC_OK;
}

enum pc_status pc_cursor_open(struct pc_snapshot *snapshot, enum pc_store_table table,
                              struct pc_cursor **out)
{
    struct pc_cursor *cursor = malloc(sizeof(*cursor));
    if (cursor == NULL) {
        return PC_ERR_NOMEM;
    }
    *cursor = cursor_on(snapshot, table);
    *out = cursor;
    return PC_OK;
}

void pc_cursor_close(struct pc_cursor *cursor)
{
    free(cursor);
}

enum pc_status pc_snapshot_each(struct pc_snapshot *snapshot, enum pc_store_table table,
                                enum pc_status (*visit)(void *context, struct pc_str key,
                                                        struct pc_str value),
                                void *context)
{
    struct pc_cursor cursor = cursor_on(snapshot, table);
    struct pc_str key, value;
    enum pc_status status;
    while ((status = pc_cursor_next(&cursor, &key, &value)) == PC_OK) {
        PC_TRY(visit(context, key, value));
    }
    return status == PC_ERR_NOTFOUND ? PC_OK : status;
}
