// SPDX-License-Identifier: Apache-2.0
//
// Putting, deleting and looking at records inside a write transaction. The first failure sticks, so
// that work that overlooks one is not committed.
#include "write.h"

#include <string.h>

enum pc_status pc_write_fail(struct pc_store_write *write, enum pc_status status, int error)
{
    if (write->failed == PC_OK) {
        write->failed = status;
        write->error = error;
    }
    return status;
}

enum pc_status pc_write_check(struct pc_store_write *write, int error)
{
    return error == 0 ? PC_OK : pc_write_fail(write, pc_env_meaning(error), error);
}

static enum pc_status put_record(struct pc_store_write *write, MDB_dbi table, struct pc_str key,
                                 struct pc_str value, unsigned place)
{
    MDB_val wanted = pc_env_val(key);
    MDB_val stored = {value.len + PC_RECORD_CHECK, NULL};
    PC_TRY(pc_write_check(write, mdb_put(write->txn, table, &wanted, &stored, MDB_RESERVE)));
    char *at = stored.mv_data;
    if (value.len > 0) {
        memcpy(at, value.ptr, value.len);
    }
    pc_record_seal(at + value.len, place, key, value);
    return PC_OK;
}

// PC_OK: the table may be written to.
static enum pc_status check_writable(struct pc_store_write *write, enum pc_store_table table)
{
    if (write->failed != PC_OK) {
        return write->failed;
    }
    return write->visited[table] ? pc_write_fail(write, PC_ERR_USAGE, 0) : PC_OK;
}

enum pc_status pc_store_put(struct pc_store_write *write, enum pc_store_table table,
                            struct pc_str key, struct pc_str value)
{
    PC_TRY(check_writable(write, table));
    if (value.len > UINT32_MAX - PC_RECORD_CHECK) {
        return pc_write_fail(write, PC_ERR_LIMIT, 0);
    }
    struct pc_record_key stored;
    pc_record_key_make(&stored, key);
    PC_TRY(put_record(write, write->tables[table], (struct pc_str){stored.bytes, stored.len}, value,
                      table));
    write->bytes += value.len;
    return PC_OK;
}

void pc_store_when_undone(struct pc_store_write *write, void (*undone)(void *context),
                          void *context)
{
    write->undone = undone;
    write->undone_context = context;
}

enum pc_status pc_store_delete(struct pc_store_write *write, enum pc_store_table table,
                               struct pc_str key)
{
    PC_TRY(check_writable(write, table));
    struct pc_record_key stored;
    pc_record_key_make(&stored, key);
    MDB_val wanted = {stored.len, stored.bytes};
    int error = mdb_del(write->txn, write->tables[table], &wanted, NULL);
    return error == MDB_NOTFOUND ? PC_ERR_NOTFOUND : pc_write_check(write, error);
}

enum pc_status pc_store_clear(struct pc_store_write *write, enum pc_store_table table)
{
    PC_TRY(check_writable(write, table));
    return pc_write_check(write, mdb_drop(write->txn, write->tables[table], 0));
}

// LMDB itself may look here, and records need no check: the state was verified before the
// transaction's first change.
enum pc_status pc_store_peek(struct pc_store_write *write, enum pc_store_table table,
                             struct pc_str key, struct pc_str *value)
{
    if (write->failed != PC_OK) {
        return write->failed;
    }
    struct pc_record_key stored_key;
    pc_record_key_make(&stored_key, key);
    MDB_val wanted = {stored_key.len, stored_key.bytes};
    MDB_val found;
    int error = mdb_get(write->txn, write->tables[table], &wanted, &found);
    if (error == MDB_NOTFOUND) {
        return PC_ERR_NOTFOUND;
    }
    PC_TRY(pc_write_check(write, error));
    enum pc_status status = pc_record_open(pc_env_str(found), value);
    return status == PC_OK ? PC_OK : pc_write_fail(write, status, 0);
}

struct visit {
    enum pc_status (*function)(void *context, struct pc_str key, struct pc_str value);
    void *context;
    bool stopped; // set when the status is that of the function
};

static enum pc_status each_of(MDB_cursor *cursor, struct visit *visit, int *error)
{
    MDB_val key;
    MDB_val stored;
    *error = mdb_cursor_get(cursor, &key, &stored, MDB_FIRST);
    while (*error == 0) {
        struct pc_str value;
        PC_TRY(pc_record_open(pc_env_str(stored), &value));
        struct pc_str shown = pc_record_key_shown(pc_env_str(key));
        enum pc_status status = visit->function(visit->context, shown, value);
        if (status != PC_OK) {
            visit->stopped = true;
            return status;
        }
        *error = mdb_cursor_get(cursor, &key, &stored, MDB_NEXT);
    }
    return PC_OK;
}

static enum pc_status each(MDB_txn *txn, MDB_dbi table, struct visit *visit)
{
    MDB_cursor *cursor;
    PC_TRY(pc_env_meaning(mdb_cursor_open(txn, table, &cursor)));
    int error;
    enum pc_status status = each_of(cursor, visit, &error);
    mdb_cursor_close(cursor);
    if (status == PC_OK && error != MDB_NOTFOUND) {
        status = pc_env_meaning(error);
    }
    return status;
}

enum pc_status pc_store_peek_each(struct pc_store_write *write, enum pc_store_table table,
                                  enum pc_status (*visit)(void *context, struct pc_str key,
                                                          struct pc_str value),
                                  void *context)
{
    if (write->failed != PC_OK) {
        return write->failed;
    }
    struct visit how = {visit, context, false};
    bool before = write->visited[table];
    write->visited[table] = true;
    enum pc_status status = each(write->txn, write->tables[table], &how);
    write->visited[table] = before;
    return status == PC_OK || how.stopped ? status : pc_write_fail(write, status, 0);
}
