// SPDX-License-Identifier: Apache-2.0
#include "kept_head.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "layout.h"

_Static_assert(PC_KEPT_HEAD_BYTES == PC_LAYOUT_PAGE_HEADER + PC_LAYOUT_HEAD_BYTES,
               "all of a head is kept");

static enum pc_status keep(struct pc_str file, uint64_t txnid, struct pc_kept_head *out)
{
    struct pc_layout_head heads[2];
    PC_TRY(pc_layout_read_heads(file, heads));
    const struct pc_layout_head *older = &heads[txnid % 2];
    out->page = older->psize;
    out->at = txnid % 2 * older->psize;
    out->before = older->txnid;
    out->newer = heads[(txnid + 1) % 2].txnid;
    memcpy(out->bytes, file.ptr + out->at, sizeof(out->bytes));
    return PC_OK;
}

enum pc_status pc_kept_head_init(const struct pc_env *env, uint64_t txnid, struct pc_kept_head *out)
{
    mdb_filehandle_t fd;
    struct pc_str file;
    PC_TRY(pc_env_meaning(mdb_env_get_fd(env->lmdb, &fd)));
    PC_TRY(pc_env_meaning(pc_folder_map(fd, &file)));
    enum pc_status status = keep(file, txnid, out);
    pc_folder_unmap(&file);
    return status;
}

static bool differs(const struct pc_kept_head *kept, struct pc_str file)
{
    size_t other = kept->at == 0 ? kept->page : 0;
    if (file.len < 2 * kept->page) {
        return false;
    }
    uint64_t txnid = pc_layout_load64(file.ptr + kept->at + PC_LAYOUT_TXNID_AT);
    uint64_t newer = pc_layout_load64(file.ptr + other + PC_LAYOUT_TXNID_AT);
    bool ours = txnid == kept->before || txnid == kept->newer + 1;
    return ours && newer == kept->newer &&
           memcmp(file.ptr + kept->at, kept->bytes, sizeof(kept->bytes)) != 0;
}

// Whether nobody has committed since, and the head is another one than it was.
static bool is_spoilt(const struct pc_kept_head *kept, int fd)
{
    struct pc_str file;
    if (pc_folder_map(fd, &file) != 0) {
        return false;
    }
    bool spoilt = differs(kept, file);
    pc_folder_unmap(&file);
    return spoilt;
}

static void write_back(const struct pc_kept_head *kept, int fd)
{
    size_t done = 0;
    ssize_t count = 1;
    while (done < sizeof(kept->bytes) && (count > 0 || (count < 0 && errno == EINTR))) {
        count =
            pwrite(fd, kept->bytes + done, sizeof(kept->bytes) - done, (off_t)(kept->at + done));
        done += count > 0 ? (size_t)count : 0;
    }
    (void)fdatasync(fd); // what is in memory is what everybody reads
}

// In a transaction of its own, so that nobody commits meanwhile.
static void restore(const struct pc_kept_head *kept, MDB_env *lmdb)
{
    MDB_txn *txn;
    mdb_filehandle_t fd;
    if (mdb_txn_begin(lmdb, NULL, 0, &txn) != 0) {
        return;
    }
    if (mdb_env_get_fd(lmdb, &fd) == 0 && is_spoilt(kept, fd)) {
        write_back(kept, fd);
    }
    mdb_txn_abort(txn);
}

void pc_kept_head_restore(const struct pc_kept_head *kept, struct pc_env *env, size_t map_bytes)
{
    int error = env->error;
    mdb_filehandle_t fd;
    if (mdb_env_get_fd(env->lmdb, &fd) != 0 || !is_spoilt(kept, fd)) {
        return;
    }
    // An environment in which writing a head failed begins no transaction any more.
    pc_env_stop(env);
    if (pc_env_start(env, 0, map_bytes) == PC_OK) {
        restore(kept, env->lmdb);
    }
    env->error = error;
}
