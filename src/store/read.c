// SPDX-License-Identifier: Apache-2.0
//
// Opening stores for reading.
#include "reader.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

// Sees to it that there is a state that can be read.
static enum pc_status check_newest(struct pc_store *store)
{
    MDB_txn *txn;
    PC_TRY(pc_reader_begin(store, &txn));
    pc_reader_end(store, txn);
    return store->state.blank ? pc_env_status(&store->env, MDB_NOTFOUND) : PC_OK;
}

static bool is_denied(int error)
{
    return error == EACCES || error == EPERM || error == EROFS;
}

// Without a lock file LMDB does not know of this reader: a writer that may write where we may not
// uses the pages of a state again from the third commit after it on. So a snapshot answers only
// while the newest state is its own or the next (pc_snapshot_get), and must be renewed after that.
// Where nobody writes, as on read-only media, nothing is lost. Nor where the lock file is another's
// (pc_folder_lock_is_foreign): no writer of ours opens that, either.
static enum pc_status start_locked_or_not(struct pc_env *env)
{
    int error = pc_folder_make_lock(&env->folder, PC_ENV_LOCK_BYTES);
    bool elsewhere = error == ELOOP; // a link: a reader writes to no file behind it
    bool foreign = false;
    if (error != 0 && !is_denied(error) && !elsewhere) {
        return pc_env_own(env, PC_FOLDER_LOCK, error);
    }
    if (error == 0) {
        error = pc_folder_lock_is_foreign(&env->folder, &foreign);
    }
    if (error != 0 && !is_denied(error) && !elsewhere) {
        return pc_env_status(env, error);
    }
    env->unlocked = elsewhere || foreign || !pc_folder_may_lock(&env->folder);
    enum pc_status status =
        pc_reader_start(env, env->unlocked ? MDB_RDONLY | MDB_NOLOCK : MDB_RDONLY);
    if (status == PC_ERR_IO && is_denied(env->error) && !env->unlocked) {
        env->unlocked = true;
        status = pc_reader_start(env, MDB_RDONLY | MDB_NOLOCK);
    }
    return status;
}

static enum pc_status open_env(struct pc_store *store)
{
    struct pc_pages_heads heads;
    PC_TRY(pc_env_check_heads(&store->env, &heads));
    PC_TRY(start_locked_or_not(&store->env));
    return check_newest(store);
}

static void free_store(struct pc_store *store)
{
    pc_folder_unmap(&store->map);
    pc_env_release(&store->env);
    pthread_mutex_destroy(&store->mutex);
    free(store);
}

// Anew, for there may have been no lock file. The data file is the one that was opened, also when
// another process has put another one there meanwhile.
static enum pc_status mark_opened(struct pc_env *env, struct pc_store_marks *marks)
{
    mdb_filehandle_t fd;
    PC_TRY(pc_env_status(env, pc_folder_marks(&env->folder, marks)));
    PC_TRY(pc_env_status(env, mdb_env_get_fd(env->lmdb, &fd)));
    return pc_env_status(env, pc_folder_inode(fd, &marks->data));
}

// The registry's lock is held. *store becomes another one when the folder was open already.
static enum pc_status open_once(struct pc_store **store)
{
    struct pc_env *env = &(*store)->env;
    struct pc_store_marks marks;
    struct pc_store *other;
    PC_TRY(pc_env_find(env));
    PC_TRY(pc_env_status(env, pc_folder_marks(&env->folder, &marks)));
    PC_TRY(pc_registry_find(&marks, &other));
    if (other != NULL) {
        PC_TRY(other->env.kind == env->kind ? PC_OK : PC_ERR_INVALID);
        free_store(*store);
        *store = other;
    } else {
        PC_TRY(open_env(*store));
        PC_TRY(mark_opened(env, &marks));
        pc_registry_add(&(*store)->entry, &marks, *store);
    }
    (*store)->uses++;
    return PC_OK;
}

// Leaves the lock file alone: to close it would take away the locks of a store that is open by it.
// Nobody is to find this one in the list of open stores.
static enum pc_status open_aside(struct pc_store **store)
{
    struct pc_env *env = &(*store)->env;
    struct pc_pages_heads heads;
    PC_TRY(pc_env_find(env));
    PC_TRY(pc_env_check_heads(env, &heads));
    env->unlocked = true;
    PC_TRY(pc_reader_start(env, MDB_RDONLY | MDB_NOLOCK));
    PC_TRY(check_newest(*store));
    (*store)->uses = 1;
    return mark_opened(env, &(*store)->entry.marks);
}

// A store to be opened, and how.
struct opening {
    enum pc_store_kind kind;
    struct pc_str path;
    enum pc_status (*open)(struct pc_store **store); // the registry's lock is held
};

static enum pc_status open_store(const struct opening *how, struct pc_diags *diags,
                                 struct pc_store **out)
{
    struct pc_store *store = calloc(1, sizeof(*store));
    if (store == NULL) {
        return PC_ERR_NOMEM;
    }
    if (pthread_mutex_init(&store->mutex, NULL) != 0) {
        free(store);
        return PC_ERR_NOMEM;
    }
    enum pc_status status = pc_env_init(&store->env, how->kind, how->path);
    if (status == PC_OK) {
        pc_registry_lock();
        status = how->open(&store);
        pc_registry_unlock();
    }
    if (status != PC_OK) {
        const struct pc_env_failure failure = {how->kind, status, store->env.error, store->env.odd};
        pc_env_report(how->path, &failure, diags);
        free_store(store);
        return status;
    }
    *out = store;
    return PC_OK;
}

enum pc_status pc_store_open(struct pc_str path, struct pc_diags *diags, struct pc_store **out)
{
    return pc_store_open_kind(PC_STORE_OF_POLICIES, path, diags, out);
}

enum pc_status pc_store_open_kind(enum pc_store_kind kind, struct pc_str path,
                                  struct pc_diags *diags, struct pc_store **out)
{
    const struct opening how = {kind, path, open_once};
    return open_store(&how, diags, out);
}

enum pc_status pc_store_open_aside(struct pc_str path, struct pc_diags *diags,
                                   struct pc_store **out)
{
    const struct opening how = {PC_STORE_OF_POLICIES, path, open_aside};
    return open_store(&how, diags, out);
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

struct pc_store *pc_store_share(struct pc_store *store)
{
    pc_registry_lock();
    store->uses++;
    pc_registry_unlock();
    return store;
}

static enum pc_status look(struct pc_env *env, struct pc_str path, struct pc_store_marks *out)
{
    char room[PATH_MAX];
    if (pc_str_find(path, '\0', 0) != SIZE_MAX) {
        return PC_ERR_INVALID;
    }
    if (path.len >= sizeof(room)) {
        return pc_env_status(env, ENAMETOOLONG);
    }
    memcpy(room, path.ptr, path.len);
    room[path.len] = '\0';
    env->path = room;
    enum pc_status status = pc_env_find(env);
    if (status == PC_OK) {
        status = pc_env_status(env, pc_folder_marks(&env->folder, out));
    }
    pc_folder_close(&env->folder);
    env->path = NULL;
    PC_TRY(status);
    return out->data == 0 ? PC_ERR_NOTFOUND : PC_OK;
}

// Takes no memory but for what it reports: whoever watches a store looks often, also in the middle
// of a question.
enum pc_status pc_store_look(struct pc_str path, struct pc_diags *diags, struct pc_store_marks *out)
{
    struct pc_env env = {.folder = {.fd = -1}};
    struct pc_store_marks marks = {.data = 0};
    enum pc_status status = look(&env, path, &marks);
    if (status != PC_OK) {
        const struct pc_env_failure failure = {PC_STORE_OF_POLICIES, status, env.error, env.odd};
        pc_env_report(path, &failure, diags);
        return status;
    }
    *out = marks;
    return PC_OK;
}

enum pc_status pc_store_probe(struct pc_str path)
{
    struct pc_env env;
    struct pc_pages_heads heads = {.blank = true};
    PC_TRY(pc_env_init(&env, PC_STORE_OF_POLICIES, path));
    enum pc_status status = pc_env_find(&env);
    if (status == PC_OK) {
        status = pc_env_check_heads(&env, &heads);
    }
    pc_env_release(&env);
    PC_TRY(status);
    return heads.blank ? PC_ERR_NOTFOUND : PC_OK;
}

const struct pc_store_marks *pc_store_marks(const struct pc_store *store)
{
    return &store->entry.marks;
}

enum pc_status pc_store_check_heads(struct pc_store *store)
{
    pthread_mutex_lock(&store->mutex);
    enum pc_status status = pc_reader_check_heads(store);
    pthread_mutex_unlock(&store->mutex);
    return status;
}

struct pc_str pc_store_path(const struct pc_store *store)
{
    return pc_str_from(store->env.path);
}

enum pc_status pc_store_size(struct pc_store *store, uint64_t *bytes)
{
    MDB_txn *txn;
    pthread_mutex_lock(&store->mutex);
    enum pc_status status = pc_reader_begin(store, &txn);
    if (status == PC_OK) {
        pc_reader_end(store, txn);
        *bytes = store->state.bytes;
    }
    pthread_mutex_unlock(&store->mutex);
    return status;
}
