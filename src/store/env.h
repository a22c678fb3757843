// SPDX-License-Identifier: Apache-2.0
//
// An LMDB environment on its folder: opening it, what its errors mean, and the verification of a
// state of it. What includes this header sees LMDB.
#ifndef PC_STORE_ENV_H
#define PC_STORE_ENV_H

#include <lmdb.h>

#include "folder.h"
#include "pages.h"

enum {
    PC_ENV_READERS = 1024,
    PC_ENV_LOCK_BYTES = 1023 * 64 + 192, // what LMDB makes it for that many slots
    PC_ENV_TREES = 40,                   // named databases, with those of other formats
};

struct pc_env {
    char *path;
    struct pc_folder folder;
    MDB_env *lmdb;
    enum pc_store_kind kind; // that it is to be of
    bool unlocked;           // opened without a lock file
    int error;               // errno or number of LMDB that the last failure is about, or 0
    const char *odd;         // the file of the folder that it is about, which is no regular one
};

// Sets kind and path; opens nothing. A zeroed struct may be released. PC_ERR_NOMEM; PC_ERR_INVALID:
// a path with a zero byte.
PC_MUST_CHECK enum pc_status pc_env_init(struct pc_env *env, enum pc_store_kind kind,
                                         struct pc_str path);
void pc_env_release(struct pc_env *env);

// Closes the environment but keeps the folder.
void pc_env_stop(struct pc_env *env);

// What an errno or a number of LMDB means.
PC_MUST_CHECK enum pc_status pc_env_meaning(int error);

// The same; remembers it for the report. Not for two threads at a time.
PC_MUST_CHECK enum pc_status pc_env_status(struct pc_env *env, int error);

// The same of what pc_folder_check_own says of this file (a literal). PC_ERR_IO.
PC_MUST_CHECK enum pc_status pc_env_own(struct pc_env *env, const char *name, int error);

// Reports why opening or writing failed; error and odd as in struct pc_env.
struct pc_env_failure {
    enum pc_store_kind kind; // of the store that was wanted
    enum pc_status status;
    int error;
    const char *odd;
};
void pc_env_report(struct pc_str path, const struct pc_env_failure *failure,
                   struct pc_diags *diags);

// Opens the folder. PC_ERR_NOTFOUND; PC_ERR_INVALID: not a folder; PC_ERR_IO.
PC_MUST_CHECK enum pc_status pc_env_find(struct pc_env *env);

// Verifies the heads of the data file before LMDB opens it.
// PC_ERR_NOTFOUND: there is no data file, or an empty one. Otherwise as pc_pages_check_heads.
PC_MUST_CHECK enum pc_status pc_env_check_heads(struct pc_env *env, struct pc_pages_heads *out);

// Opens the environment with flags of LMDB and a map of that size.
PC_MUST_CHECK enum pc_status pc_env_start(struct pc_env *env, unsigned flags, size_t map_bytes);

// Verifies the state that transaction txnid left. As pc_pages_check.
PC_MUST_CHECK enum pc_status pc_env_verify(const struct pc_env *env, uint64_t txnid,
                                           struct pc_pages *out);

// Conversions between views and LMDB's. LMDB does not write through what it is given.
static inline MDB_val pc_env_val(struct pc_str s)
{
    return (MDB_val){s.len, (void *)(uintptr_t)s.ptr};
}

static inline struct pc_str pc_env_str(MDB_val val)
{
    return (struct pc_str){val.mv_data, val.mv_size};
}

#endif
