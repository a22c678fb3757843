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

enum pc_status pc_store_peek(struct pc_store_write *write, enum pc_store_table table,
                             struct pc_str key, struct pc_str *value)
{
    if (write->failed != PC_OK) {
        return write->failed;
    }
    enum pc_status status = pc_env_get(write->txn, write->tables[table], key, value);
    return status == PC_OK || status == PC_ERR_NOTFOUND ? status : pc_write_fail(write, status, 0);
}

enum pc_status pc_store_peek_each(struct pc_store_write *write, enum pc_store_table table,
                                  enum pc_status (*visit)(void *context, struct pc_str key,
                                                          struct pc_str value),
                                  void *context)
{
    if (write->failed != PC_OK) {
        return write->failed;
    }
    struct pc_env_visit how = {visit, context, false};
    bool before = write->visited[table];
    write->visited[table] = true;
    enum pc_status status = pc_env_each(write->txn, write->tables[table], &how);
    write->visited[table] = before;
    return status == PC_OK || how.stopped ? status : pc_write_fail(write, status, 0);
}
