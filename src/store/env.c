// SPDX-License-Identifier: Apache-2.0
//
// LMDB's environment, and its errors in our terms.
#include "env.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"

enum pc_status pc_env_init(struct pc_env *env, enum pc_store_kind kind, struct pc_str path)
{
    *env = (struct pc_env){.folder = {.fd = -1}, .kind = kind};
    if (pc_str_find(path, '\0', 0) != SIZE_MAX) {
        return PC_ERR_INVALID;
    }
    size_t size;
    if (!pc_size_add(path.len, 1, &size)) {
        return PC_ERR_NOMEM;
    }
    env->path = calloc(1, size);
    if (env->path == NULL) {
        return PC_ERR_NOMEM;
    }
    if (path.len > 0) {
        memcpy(env->path, path.ptr, path.len);
    }
    return PC_OK;
}

void pc_env_stop(struct pc_env *env)
{
    if (env->lmdb != NULL) {
        mdb_env_close(env->lmdb);
    }
    env->lmdb = NULL;
}

void pc_env_release(struct pc_env *env)
{
    if (env->path == NULL) {
        return;
    }
    pc_env_stop(env);
    pc_folder_close(&env->folder);
    free(env->path);
    env->path = NULL;
}

static enum pc_status status_of_errno(int error)
{
    switch (error) {
    case 0:
        return PC_OK;
    case ENOMEM:
        return PC_ERR_NOMEM;
    case ENOSPC:
    case EFBIG:
    case EDQUOT:
        return PC_ERR_FULL;
    default:
        return PC_ERR_IO;
    }
}

enum pc_status pc_env_meaning(int error)
{
    switch (error) {
    case MDB_NOTFOUND:
        return PC_ERR_NOTFOUND;
    case MDB_PAGE_NOTFOUND:
    case MDB_CORRUPTED:
    case MDB_PANIC:
    case MDB_INVALID:
    case MDB_CURSOR_FULL:
    case MDB_PAGE_FULL:
    case MDB_INCOMPATIBLE:
    case MDB_BAD_TXN:
    case MDB_BAD_DBI:
    case MDB_DBS_FULL:
        return PC_ERR_DAMAGED;
    case MDB_VERSION_MISMATCH:
        return PC_ERR_VERSION;
    case MDB_MAP_FULL:
        return PC_ERR_FULL;
    case MDB_TXN_FULL:
    case MDB_BAD_VALSIZE:
        return PC_ERR_LIMIT;
    case MDB_READERS_FULL:
    case MDB_MAP_RESIZED:
        return PC_ERR_BUSY;
    default:
        return status_of_errno(error);
    }
}

enum pc_status pc_env_status(struct pc_env *env, int error)
{
    env->error = error;
    return pc_env_meaning(error);
}

enum pc_status pc_env_own(struct pc_env *env, const char *name, int error)
{
    env->odd = error == ELOOP || error == EINVAL ? name : NULL;
    return pc_env_status(env, error);
}

struct reason {
    enum pc_status status;
    enum pc_diag_code code;
    const char *text;
    const char *hint; // or NULL
};

// Out of memory has no diagnostic.
static const struct reason reasons_of_policies[] = {
    {PC_ERR_NOTFOUND, PC_DIAG_STORE_MISSING, "no store in", "polcheck compile makes one"},
    {PC_ERR_INVALID, PC_DIAG_STORE_NOT_STORE, "something other than a store is in",
     "name a store that polcheck compile made, or, to make one, a new folder"},
    {PC_ERR_VERSION, PC_DIAG_STORE_VERSION, "another version of polcheck wrote the store in",
     "remove the folder and compile again"},
    {PC_ERR_DAMAGED, PC_DIAG_STORE_DAMAGED, "damaged contents of the store in",
     "remove the folder and compile again"},
    {PC_ERR_FULL, PC_DIAG_STORE_FULL, "no space for the store in",
     "make room on its file system, or raise the quota or the limit of file sizes (ulimit -f)"},
    {PC_ERR_LIMIT, PC_DIAG_STORE_FULL, "too large a record for the store in", NULL},
    {PC_ERR_BUSY, PC_DIAG_STORE_IO, "too many users of the store in",
     "end some of the processes that have it open, and try again"},
    {PC_ERR_IO, PC_DIAG_STORE_IO, "reading or writing failed for the store in", NULL},
    {PC_ERR_USAGE, PC_DIAG_STORE_IO, "wrong use of the store in", NULL},
    {PC_OK, PC_DIAG_NONE, NULL, NULL},
};

static const struct reason reasons_of_secrets[] = {
    {PC_ERR_NOTFOUND, PC_DIAG_VAULT_MISSING, "no vault in", "polcheck secrets init makes one"},
    {PC_ERR_INVALID, PC_DIAG_VAULT_MISSING, "something other than a vault is in",
     "name the folder that polcheck secrets init made"},
    {PC_ERR_VERSION, PC_DIAG_VAULT_IO, "another version of polcheck wrote the vault in",
     "use that version: this one neither reads nor changes it"},
    {PC_ERR_DAMAGED, PC_DIAG_VAULT_DAMAGED, "damaged contents of the vault in",
     "restore a copy of the whole folder"},
    {PC_ERR_FULL, PC_DIAG_VAULT_IO, "no space for the vault in",
     "make room on its file system, or raise the quota or the limit of file sizes (ulimit -f)"},
    {PC_ERR_LIMIT, PC_DIAG_VAULT_IO, "too large a record for the vault in", NULL},
    {PC_ERR_BUSY, PC_DIAG_VAULT_IO, "too many users of the vault in",
     "end some of the processes that have it open, and try again"},
    {PC_ERR_IO, PC_DIAG_VAULT_IO, "reading or writing failed for the vault in", NULL},
    {PC_ERR_USAGE, PC_DIAG_VAULT_IO, "wrong use of the vault in", NULL},
    {PC_OK, PC_DIAG_NONE, NULL, NULL},
};

// People know a vault by its own folder, in which the store is one part.
static struct pc_str vault_of(struct pc_str path)
{
    const struct pc_str part = PC_STR("/store");
    return pc_str_has_suffix(path, part) ? pc_str_slice(path, 0, path.len - part.len) : path;
}

// A file of the store that is a link or no file: what the system says of it names neither.
static void report_odd(struct pc_str path, const struct pc_env_failure *failure,
                       struct pc_diags *diags)
{
    bool link = failure->error == ELOOP;
    bool lock = strcmp(failure->odd, PC_FOLDER_LOCK) == 0;
    enum pc_diag_code code =
        failure->kind == PC_STORE_OF_SECRETS ? PC_DIAG_VAULT_IO : PC_DIAG_STORE_IO;
    pc_diag_report(diags, code, (struct pc_place){.file = path}, "\"%.*s/%s\" is %s",
                   PC_STR_ARG(path), failure->odd,
                   link ? "a link, and no store is written behind one" : "no regular file");
    if (lock) {
        pc_diag_hint(diags,
                     "remove it when no process has the store open: polcheck makes a new one");
    } else {
        pc_diag_hint(diags,
                     "put the file in the place of the link, or name the folder that it is in");
    }
}

void pc_env_report(struct pc_str path, const struct pc_env_failure *failure, struct pc_diags *diags)
{
    if (failure->odd != NULL) {
        report_odd(path, failure, diags);
        return;
    }
    const struct reason *reason =
        failure->kind == PC_STORE_OF_SECRETS ? reasons_of_secrets : reasons_of_policies;
    while (reason->text != NULL && reason->status != failure->status) {
        reason++;
    }
    if (reason->text == NULL) {
        return;
    }
    path = failure->kind == PC_STORE_OF_SECRETS ? vault_of(path) : path;
    bool system =
        failure->error > 0 && (failure->status == PC_ERR_IO || failure->status == PC_ERR_FULL);
    pc_diag_report(diags, reason->code, (struct pc_place){.file = path}, "%s \"%.*s\"%s%s",
                   reason->text, PC_STR_ARG(path), system ? ": " : "",
                   system ? strerror(failure->error) : "");
    if (reason->hint != NULL) {
        pc_diag_hint(diags, "%s", reason->hint);
    }
}

enum pc_status pc_env_find(struct pc_env *env)
{
    int error = pc_folder_open(env->path, &env->folder);
    if (error == ENOENT || error == ENOTDIR) {
        env->error = error;
        return error == ENOENT ? PC_ERR_NOTFOUND : PC_ERR_INVALID;
    }
    return pc_env_status(env, error);
}

enum pc_status pc_env_check_heads(struct pc_env *env, struct pc_pages_heads *out)
{
    struct pc_folder_file data;
    PC_TRY(pc_env_status(env, pc_folder_look(&env->folder, PC_FOLDER_DATA, &data)));
    if (!data.exists || (data.regular && data.size == 0)) {
        return PC_ERR_NOTFOUND;
    }
    if (!data.regular) {
        return PC_ERR_INVALID;
    }
    int fd;
    PC_TRY(pc_env_status(env, pc_folder_open_data(&env->folder, &fd)));
    struct pc_str file;
    enum pc_status status = pc_env_status(env, pc_folder_map(fd, &file));
    if (status == PC_OK) {
        status = pc_pages_check_heads(file, out);
        pc_folder_unmap(&file);
    }
    close(fd);
    return status;
}

// LMDB opens the lock file so, but not the data file. Whoever starts a program in another thread at
// this very moment passes it on.
static int close_on_exec(MDB_env *lmdb)
{
    mdb_filehandle_t fd;
    int error = mdb_env_get_fd(lmdb, &fd);
    if (error != 0) {
        return error;
    }
    return fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? errno : 0;
}

// Sets the environment up, and opens it in the folder that was found. LMDB takes a path alone. By
// its own the folder might be another one by now, which the list of open stores does not know:
// opened twice, a store loses its locks.
static int open_there(const struct pc_env *env, MDB_env *lmdb, unsigned flags, size_t map_bytes)
{
    char link[PC_FOLDER_LINK];
    int error = mdb_env_set_maxdbs(lmdb, PC_ENV_TREES);
    if (error == 0) {
        error = mdb_env_set_maxreaders(lmdb, PC_ENV_READERS);
    }
    if (error == 0) {
        error = mdb_env_set_mapsize(lmdb, map_bytes);
    }
    if (error != 0) {
        return error;
    }
    // Slots belong to snapshots and not to threads. No MDB_WRITEMAP: a stray pointer must not write
    // to the store, and a full disk must be an error and not a SIGBUS.
    return mdb_env_open(lmdb, pc_folder_link(&env->folder, link) ? link : env->path,
                        flags | MDB_NOTLS, 0600);
}

enum pc_status pc_env_start(struct pc_env *env, unsigned flags, size_t map_bytes)
{
    MDB_env *lmdb;
    PC_TRY(pc_env_status(env, mdb_env_create(&lmdb)));
    int error = open_there(env, lmdb, flags, map_bytes);
    if (error == 0) {
        error = close_on_exec(lmdb);
    }
    if (error == 0 && !(flags & MDB_NOLOCK)) {
        error = mdb_reader_check(lmdb, NULL); // frees the slots of dead processes
    }
    if (error != 0) {
        mdb_env_close(lmdb);
        // Valgrind says so of a map that is larger than the addresses it has.
        return pc_env_status(env, error == EINVAL ? ENOMEM : error);
    }
    env->lmdb = lmdb;
    return PC_OK;
}

enum pc_status pc_env_verify(const struct pc_env *env, uint64_t txnid, struct pc_pages *out)
{
    mdb_filehandle_t fd;
    PC_TRY(pc_env_meaning(mdb_env_get_fd(env->lmdb, &fd)));
    struct pc_str file;
    PC_TRY(pc_env_meaning(pc_folder_map(fd, &file)));
    enum pc_status status = pc_pages_check(file, txnid, out);
    pc_folder_unmap(&file);
    return status;
}
