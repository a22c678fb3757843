// SPDX-License-Identifier: Apache-2.0
//
// Writing: one transaction around the caller's work, run again in a larger map until it fits, in a
// store that is there or on the site of a new one.
#include "write.h"

#include "kept_head.h"
#include "registry.h"
#include "site.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct update {
    enum pc_store_kind kind;
    struct pc_env env; // where is written to: the store, or the site of a new one
    enum pc_status (*work)(void *context, struct pc_store_write *write);
    void *context;
    size_t map_bytes;
    bool own;     // the failure is the work's own, which has said why
    bool placed;  // the store is new, and was put into its place
    bool foreign; // the failure is that the lock file is another's
};

enum {
    TRIES = 100,          // each of which another process spoilt
    ROOM_BYTES = 1 << 20, // what a commit may need beside the values
    // The map is addresses alone, and the work of a try that did not fit is lost: so in large
    // steps.
    GROWTH = 16,
};

// Failures ----------------------------------------------------------------------------------------

// LMDB says EIO when the system wrote less than was asked, which is what happens first on a full
// disk.
static enum pc_status check_disk(struct update *update, enum pc_status status, uint64_t bytes)
{
    if (status != PC_ERR_IO || update->env.error != EIO) {
        return status;
    }
    struct pc_folder_file data;
    if (pc_folder_look(&update->env.folder, PC_FOLDER_DATA, &data) != 0 || !data.exists) {
        return status;
    }
    uint64_t wanted = bytes + ROOM_BYTES;
    int denied = pc_folder_try_room(&update->env.folder, data.size, wanted);
    return denied == 0 ? status : pc_env_status(&update->env, denied);
}

// The state that is written on --------------------------------------------------------------------

static int drop_entry(MDB_txn *txn, MDB_dbi main_tree, char *name)
{
    MDB_dbi table;
    int error = mdb_dbi_open(txn, name, 0, &table);
    if (error == MDB_INCOMPATIBLE) { // a record and no tree
        MDB_val key = {strlen(name), name};
        return mdb_del(txn, main_tree, &key, NULL);
    }
    return error == 0 ? mdb_drop(txn, table, 1) : error;
}

// Empties a store of another format: its tables and the format record, which is put again at the
// end. The verification has seen to it that all can be dropped.
static int drop_main(MDB_txn *txn, MDB_dbi main_tree)
{
    for (;;) {
        MDB_cursor *cursor;
        MDB_val key;
        int error = mdb_cursor_open(txn, main_tree, &cursor);
        if (error != 0) {
            return error;
        }
        error = mdb_cursor_get(cursor, &key, NULL, MDB_FIRST);
        char name[512] = {0}; // keys have at most 511 bytes
        if (error == 0) {
            memcpy(name, key.mv_data, key.mv_size < sizeof(name) ? key.mv_size : 0);
        }
        mdb_cursor_close(cursor);
        if (error == 0) {
            error = drop_entry(txn, main_tree, name);
        }
        if (error != 0) {
            return error == MDB_NOTFOUND ? 0 : error;
        }
    }
}

static int open_tables(struct pc_store_write *write, enum pc_store_kind kind,
                       const struct pc_pages *pages)
{
    const struct pc_record_tables tables = pc_record_tables(kind);
    MDB_dbi main_tree;
    int error = mdb_dbi_open(write->txn, NULL, 0, &main_tree);
    bool foreign = !pages->blank && pages->format.format != pc_record_format_of(kind);
    if (error == 0 && foreign) {
        error = drop_main(write->txn, main_tree);
    }
    unsigned flags = pages->blank || foreign ? MDB_CREATE : 0;
    for (unsigned i = tables.first; i < tables.end && error == 0; i++) {
        error = mdb_dbi_open(write->txn, pc_record_table_name((enum pc_store_table)i), flags,
                             &write->tables[i]);
    }
    return error;
}

static enum pc_status put_format(struct pc_store_write *write, enum pc_store_kind kind,
                                 uint64_t generation)
{
    struct pc_record_format format = {pc_record_format_of(kind), generation};
    char bytes[PC_RECORD_FORMAT_BYTES + PC_RECORD_CHECK];
    pc_record_format_write(bytes, &format);
    MDB_dbi main_tree;
    PC_TRY(pc_write_check(write, mdb_dbi_open(write->txn, NULL, 0, &main_tree)));
    MDB_val key = pc_env_val(PC_STR(PC_RECORD_FORMAT_KEY));
    MDB_val value = {sizeof(bytes), bytes};
    return pc_write_check(write, mdb_put(write->txn, main_tree, &key, &value, 0));
}

// One transaction ---------------------------------------------------------------------------------

static int begin(struct update *update, MDB_txn **out)
{
    int error = mdb_txn_begin(update->env.lmdb, NULL, 0, out);
    while (error == MDB_MAP_RESIZED) {
        // Another writer has made it larger. LMDB rounds the size up to what is there.
        error = mdb_env_set_mapsize(update->env.lmdb, update->map_bytes);
        if (error == 0) {
            error = mdb_txn_begin(update->env.lmdb, NULL, 0, out);
        }
    }
    return error;
}

static enum pc_status run_work(struct update *update, struct pc_store_write *write,
                               const struct pc_pages *pages)
{
    PC_TRY(pc_write_check(write, open_tables(write, update->kind, pages)));
    enum pc_status status = update->work(update->context, write);
    if (write->failed != PC_OK) {
        return write->failed;
    }
    update->own = status != PC_OK;
    PC_TRY(status);
    return put_format(write, update->kind, pages->format.generation + 1);
}

// May a store that is there be written to? One of policies in another format is emptied first.
static enum pc_status check_kind(enum pc_store_kind wanted, const struct pc_pages *pages)
{
    if (pages->blank) {
        return PC_OK;
    }
    enum pc_status status = pc_record_check_kind(pages->format.format, wanted);
    return status == PC_ERR_VERSION && wanted == PC_STORE_OF_POLICIES ? PC_OK : status;
}

// Ends the transaction, which was verified. PC_ERR_FULL with env.error MDB_MAP_FULL: not the disk
// but the map is full.
static enum pc_status run(struct update *update, MDB_txn *txn, const struct pc_pages *pages)
{
    struct pc_store_write write = {.txn = txn};
    struct pc_kept_head head = {.at = 0};
    enum pc_status status = run_work(update, &write, pages);
    update->env.error = write.error;
    if (status == PC_OK) {
        status = pc_kept_head_init(&update->env, mdb_txn_id(txn), &head);
    }
    bool ended = status == PC_OK;
    if (ended) {
        status = pc_env_status(&update->env, mdb_txn_commit(txn));
    }
    if (status == PC_OK) {
        return PC_OK;
    }
    if (write.undone != NULL) {
        write.undone(write.undone_context);
    }
    if (ended) {
        pc_kept_head_restore(&head, &update->env, update->map_bytes);
    } else {
        mdb_txn_abort(txn);
    }
    return check_disk(update, status, write.bytes);
}

static enum pc_status run_verified(struct update *update)
{
    MDB_txn *txn;
    PC_TRY(pc_env_status(&update->env, begin(update, &txn)));
    struct pc_pages pages;
    enum pc_status status = pc_env_verify(&update->env, mdb_txn_id(txn) - 1, &pages);
    if (status == PC_OK) {
        status = check_kind(update->kind, &pages);
    }
    if (status != PC_OK) {
        mdb_txn_abort(txn);
        return status == PC_ERR_NOTFOUND ? PC_ERR_DAMAGED : status;
    }
    return run(update, txn, &pages);
}

static enum pc_status run_until_it_fits(struct update *update)
{
    enum pc_status status = run_verified(update);
    while (status == PC_ERR_FULL && update->env.error == MDB_MAP_FULL &&
           update->map_bytes < PC_STORE_MAX_BYTES) {
        update->map_bytes *= GROWTH;
        int error = mdb_env_set_mapsize(update->env.lmdb, update->map_bytes);
        PC_TRY(pc_env_status(&update->env, error));
        status = run_verified(update);
    }
    return status;
}

// Writers keep out of each other's way by the lock file, so there is no doing without it.
static enum pc_status check_lock(struct update *update)
{
    struct pc_env *env = &update->env;
    int error = pc_folder_make_lock(&env->folder, PC_ENV_LOCK_BYTES);
    PC_TRY(pc_env_own(env, PC_FOLDER_LOCK, error));
    PC_TRY(pc_env_status(env, pc_folder_lock_is_foreign(&env->folder, &update->foreign)));
    return update->foreign ? PC_ERR_INVALID : PC_OK;
}

// Opens the environment in the folder that was found, and runs the work in it.
static enum pc_status write_there(struct update *update, uint64_t bytes)
{
    struct pc_env *env = &update->env;
    update->map_bytes = PC_STORE_FIRST_BYTES;
    while (update->map_bytes / 2 < bytes && update->map_bytes < PC_STORE_MAX_BYTES) {
        update->map_bytes *= 2;
    }
    PC_TRY(pc_env_own(env, PC_FOLDER_DATA, pc_folder_check_own(&env->folder, PC_FOLDER_DATA)));
    PC_TRY(check_lock(update));
    PC_TRY(pc_env_start(env, 0, update->map_bytes));
    enum pc_status status = run_until_it_fits(update);
    pc_env_stop(env);
    return status;
}

// A store that is there ---------------------------------------------------------------------------

static enum pc_status claim(struct update *update, struct pc_registry_entry *entry)
{
    struct pc_store *reader = NULL;
    struct pc_store_marks marks;
    PC_TRY(pc_env_status(&update->env, pc_folder_marks(&update->env.folder, &marks)));
    pc_registry_lock();
    enum pc_status status = pc_registry_find(&marks, &reader);
    if (status == PC_OK && reader != NULL) {
        status = PC_ERR_BUSY;
    }
    if (status == PC_OK) {
        pc_registry_add(entry, &marks, NULL);
    }
    pc_registry_unlock();
    return status;
}

static enum pc_status update_store(struct update *update, uint64_t bytes)
{
    struct pc_registry_entry entry;
    PC_TRY(claim(update, &entry));
    enum pc_status status = write_there(update, bytes);
    pc_registry_lock();
    pc_registry_remove(&entry);
    pc_registry_unlock();
    return status;
}

// A new store -------------------------------------------------------------------------------------

static enum pc_status write_site(struct update *update, const char *site)
{
    PC_TRY(pc_env_init(&update->env, update->kind, pc_str_from(site)));
    PC_TRY(pc_env_find(&update->env));
    return write_there(update, 0);
}

// PC_ERR_BUSY with error EEXIST: another process was first.
static enum pc_status make_store(struct update *update, const char *path, bool inside)
{
    char *site;
    pc_env_release(&update->env);
    PC_TRY(pc_env_status(&update->env, pc_site_make(path, inside, &site)));
    enum pc_status status = write_site(update, site);
    int error = update->env.error;
    pc_env_release(&update->env);
    if (status == PC_OK) {
        error = pc_site_settle(site, path, inside, &update->placed);
        status = error == EEXIST ? PC_ERR_BUSY : pc_env_meaning(error);
    }
    if (status != PC_OK && !update->placed) {
        pc_site_discard(site);
    }
    update->env.error = error;
    free(site);
    return status;
}

// Which of the two --------------------------------------------------------------------------------

// In a folder that is no store yet there may be nothing else.
static enum pc_status check_free(struct pc_env *env)
{
    bool is_free;
    PC_TRY(pc_env_status(env, pc_folder_is_free(&env->folder, &is_free)));
    return is_free ? PC_OK : PC_ERR_INVALID;
}

static enum pc_status update_folder(struct update *update, const char *path)
{
    struct pc_env *env = &update->env;
    struct pc_folder_file data;
    PC_TRY(pc_env_status(env, pc_folder_look(&env->folder, PC_FOLDER_DATA, &data)));
    if (!data.exists) { // unless it is a link to nowhere
        PC_TRY(pc_env_own(env, PC_FOLDER_DATA, pc_folder_check_own(&env->folder, PC_FOLDER_DATA)));
        PC_TRY(check_free(env));
        return make_store(update, path, true);
    }
    struct pc_pages_heads heads = {.blank = true};
    enum pc_status status = pc_env_check_heads(env, &heads);
    if (status != PC_ERR_NOTFOUND) {
        PC_TRY(status);
    }
    if (heads.blank) {
        PC_TRY(check_free(env));
    }
    return update_store(update, heads.bytes);
}

static enum pc_status try_once(struct update *update, struct pc_str path)
{
    PC_TRY(pc_env_init(&update->env, update->kind, path));
    enum pc_status status = pc_env_find(&update->env);
    char *name = strdup(update->env.path);
    if (name == NULL) {
        return PC_ERR_NOMEM;
    }
    if (status == PC_ERR_NOTFOUND) {
        status = make_store(update, name, false);
    } else if (status == PC_OK) {
        status = update_folder(update, name);
    }
    free(name);
    return status;
}

static void report_foreign(struct pc_str path, struct pc_diags *diags)
{
    pc_diag_report(diags, PC_DIAG_STORE_EXPOSED, (struct pc_place){.file = path},
                   "others may write to \"%.*s/" PC_FOLDER_LOCK "\" than to its " PC_FOLDER_DATA,
                   PC_STR_ARG(path));
    pc_diag_hint(diags, "give it owner, group and mode of the data: chown, or chmod go-w");
}

static void report(const struct update *update, struct pc_str path, enum pc_status status,
                   struct pc_diags *diags)
{
    if (update->foreign) {
        report_foreign(path, diags);
        return;
    }
    const struct pc_env_failure failure = {update->kind, status, update->env.error,
                                           update->env.odd};
    pc_env_report(path, &failure, diags);
    if (update->placed) {
        pc_diag_hint(diags,
                     "the new %s is in its place all the same, and complete: what failed "
                     "is making sure that a power failure does not take it away",
                     update->kind == PC_STORE_OF_SECRETS ? "vault" : "store");
    }
}

enum pc_status pc_store_update(struct pc_str path, struct pc_diags *diags,
                               enum pc_status (*work)(void *context, struct pc_store_write *write),
                               void *context)
{
    return pc_store_update_kind(PC_STORE_OF_POLICIES, path, diags, work, context);
}

enum pc_status
pc_store_update_kind(enum pc_store_kind kind, struct pc_str path, struct pc_diags *diags,
                     enum pc_status (*work)(void *context, struct pc_store_write *write),
                     void *context)
{
    struct update update = {.kind = kind, .work = work, .context = context};
    enum pc_status status = PC_ERR_BUSY;
    bool again = true;
    for (unsigned i = 0; i < TRIES && again; i++) {
        update.own = false;
        status = try_once(&update, path);
        pc_env_release(&update.env);
        again = status == PC_ERR_BUSY && update.env.error == EEXIST && !update.own;
    }
    if (status != PC_OK && !update.own) {
        report(&update, path, status, diags);
    }
    return status;
}
