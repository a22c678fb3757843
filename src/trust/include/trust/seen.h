// SPDX-License-Identifier: Apache-2.0
//
// The newest edition of a store that was accepted, so that an older one is refused from then on: in
// a file, which several processes may share, one file a store.
#ifndef PC_TRUST_SEEN_H
#define PC_TRUST_SEEN_H

#include "base/diag.h"
#include "crypto/hash.h"

// An edition; a zeroed struct: none was seen.
struct pc_seen {
    uint64_t serial;
    struct pc_hash digest;
};

enum pc_seen_order {
    PC_SEEN_OLDER = 0, // what is asked about is older: refuse
    PC_SEEN_OTHER,     // the same serial and another content: refuse
    PC_SEEN_SAME = 0x53,
    PC_SEEN_NEWER = 0x4e,
};

// How an edition stands to the one that was seen. The edition of serial 0 is older than any.
enum pc_seen_order pc_seen_compare(const struct pc_seen *edition, const struct pc_seen *seen);

// Reads the file; one that is not there was never written: *out is zeroed. The file must be a
// regular one, no link, of this user or of root, that nobody else may write to, in a folder of
// which the same is true, also with the sticky bit: who can remove it makes everything new, and who
// can make files there has everything refused.
// PC_ERR_INVALID: it is not so (TRUST_FILE_EXPOSED), or is not as it was written (SEEN_FILE).
// PC_ERR_NOTFOUND: no folder; PC_ERR_IO (SEEN_FILE).
PC_MUST_CHECK enum pc_status pc_seen_read(const char *path, struct pc_diags *diags,
                                          struct pc_seen *out);

enum {
    PC_SEEN_WAIT_MS = 1000
}; // for whoever has the time

struct pc_seen_file {
    const char *path;
    unsigned wait_ms; // for the lock, at most; 0: it is tried once
};

// Compares the edition with what the file says and, when it is newer, puts it in the place of that:
// whole, on the disk when this returns, mode 0600. With it the edition may be used, when *order is
// PC_SEEN_SAME or PC_SEEN_NEWER and never else. *before: what the file said. Between processes, a
// lock on "<path>.lock", which stays, makes it one step. PC_ERR_BUSY: another process has the lock
// for longer than is waited; try again later (SEEN_FILE). Others as pc_seen_read; PC_ERR_IO also
// when it cannot be written, PC_ERR_FULL when the disk is full (SEEN_FILE). On a failure nothing
// changed, or, when the disk failed at the very end, the edition is in the file.
PC_MUST_CHECK enum pc_status pc_seen_advance(const struct pc_seen_file *at,
                                             const struct pc_seen *edition, struct pc_diags *diags,
                                             struct pc_seen *before, enum pc_seen_order *order);

#endif
