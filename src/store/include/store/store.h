// SPDX-License-Identifier: Apache-2.0
//
// The store: one LMDB environment in a folder of its own, safe for many processes: one writer at a
// time, readers never wait. It keeps bytes under keys in a few named tables and knows nothing of
// what they mean. The only module that sees lmdb.h.
//
// Writing is one transaction: all of it or nothing is visible, whatever ends the process. A reader
// keeps its snapshot until it renews it. What is in the file is checked before it is believed: a
// damaged or hostile file ends in an error, at the latest where the damage is met. A reader checks
// what it comes across on the way to what is asked, and nothing else; a writer checks all of it
// before it changes anything. A file that others change by other means than this module while it is
// open is beyond that.
//
// Locks between processes belong to the process, so a list of the stores that it has open is kept
// (global, guarded by a mutex): opening one twice gives the same store, and a store that is open
// for reading cannot be updated by the same process.
#ifndef PC_STORE_STORE_H
#define PC_STORE_STORE_H

#include "base/diag.h"

enum {
    PC_STORE_FORMAT = 4,       // of policies: raised with any change of what the tables hold
    PC_VAULT_FORMAT = 0x10001, // of secrets: the same. All from PC_VAULT_FORMATS on are theirs
    PC_VAULT_FORMATS = 0x10000,
};

// What a store is of. Compiled policies can be compiled again, so a store of another format is
// emptied and written anew. Secrets cannot: what this version does not know, it leaves alone.
enum pc_store_kind {
    PC_STORE_OF_POLICIES = 0,
    PC_STORE_OF_SECRETS = 1,
};

// What account/ keeps in them, and secrets/ in the last ones. A directory is shards
// (image/directory.h) under their numbers.
enum pc_store_table {
    PC_STORE_META = 0,   // texts about the store
    PC_STORE_TREES,      // directory: images by the 32-byte digest of what they were compiled from
    PC_STORE_IMAGES,     // images that are too large for a shard, by digest
    PC_STORE_SETS,       // directory: how many hold a policy set, by digest
    PC_STORE_PRINCIPALS, // directory: records by principal
    PC_STORE_RESOURCES,  // directory: records by ARN of the policy's holder
    PC_STORE_PARTS,      // directory: records by ARN of what another resource's policy judges
    PC_STORE_FUNCTIONS,  // directory: records by function ARN
    PC_STORE_ACCOUNTS,   // directory: ids of all accounts that are known
    PC_STORE_LEVELS,     // directory: organisation levels by account id
    PC_STORE_SHARED,     // directory: digests of definitions that several may hold, by name
    PC_STORE_TABLES,     // number of those of a store of policies

    PC_STORE_VAULT = PC_STORE_TABLES, // the head of a vault
    PC_STORE_KEYS,                    // keys by ARN
    PC_STORE_ENVIRONMENTS,            // sealed variables by function ARN
    PC_STORE_BINDINGS,                // digests of keys and environments, by parts
    PC_STORE_ALL_TABLES,              // number of those of both kinds
};

// Reading -----------------------------------------------------------------------------------------

struct pc_store;    // an open environment; any thread; not to be kept across a fork
struct pc_snapshot; // one consistent state of it; used by one thread at a time

// Opens an existing store for reading. Clears reader slots of dead processes. Cost: some tens of
// microseconds, whatever the store's size: the heads of the file and the few pages that name the
// tables are looked at. Opened again before it is closed, the same store is given, and each open
// wants its close. Waits for an update by another thread of this process.
// PC_ERR_NOTFOUND: no such store (STORE_MISSING). PC_ERR_INVALID: the folder is not a store
// (STORE_NOT_STORE). PC_ERR_VERSION (STORE_VERSION). PC_ERR_DAMAGED (STORE_DAMAGED). PC_ERR_IO
// (STORE_IO). PC_ERR_BUSY: no reader's slot is free, or this thread is updating the store
// (STORE_IO). PC_ERR_NOMEM. Each but the last reports its diagnostic, with the path as the place's
// file.
//
// In a folder that this process may not write to, and where others may write to the lock file than
// to the data (exposure.h), no slot can be taken; a writer elsewhere then does not wait for this
// reader, and a snapshot is good only until the second commit after its own: PC_ERR_BUSY from get
// and each, and values got before are no longer valid.
PC_MUST_CHECK enum pc_status pc_store_open(struct pc_str path, struct pc_diags *diags,
                                           struct pc_store **out);
// The same of a store of that kind; pc_store_open is for policies. One of the other kind is
// PC_ERR_INVALID. What is reported speaks of a vault then, with codes of its own (VAULT_MISSING
// ...).
PC_MUST_CHECK enum pc_status pc_store_open_kind(enum pc_store_kind kind, struct pc_str path,
                                                struct pc_diags *diags, struct pc_store **out);
// Opens what is at the path now, to have a look at it, where a store that is open in this process
// may have one of its two files: so by itself, without a slot, and without touching the lock file.
// As pc_store_open otherwise.
PC_MUST_CHECK enum pc_status pc_store_open_aside(struct pc_str path, struct pc_diags *diags,
                                                 struct pc_store **out);
void pc_store_close(struct pc_store *store); // NULL is fine; its snapshots must be closed before

// Keeps the store open for one more user, who closes it in turn. Any thread.
struct pc_store *pc_store_share(struct pc_store *store);

// What can be told of the store at a path without opening it. As long as nobody writes to it or
// puts another one there, nothing of this changes.
struct pc_store_marks {
    uint64_t device, folder, data, lock; // the device, and inodes of the folder and the two files
    uint64_t bytes;                      // of the data file
    int64_t changed;                     // when, in nanoseconds since 1970
};

// The marks of what is at the path now: a few system calls. PC_ERR_NOTFOUND: no folder, or one
// without a data file. PC_ERR_INVALID: something other than a folder. PC_ERR_IO. Each is reported,
// as by pc_store_open. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_store_look(struct pc_str path, struct pc_diags *diags,
                                           struct pc_store_marks *out);

// Whether what is at the path may be a store, by the heads of its data file: statuses as
// pc_store_open's, unreported. Opens no environment.
PC_MUST_CHECK enum pc_status pc_store_probe(struct pc_str path);

// Those of the store when it was opened.
const struct pc_store_marks *pc_store_marks(const struct pc_store *store);

// Do both name the same two files, whatever was written to them?
static inline bool pc_store_is_same(const struct pc_store_marks *a, const struct pc_store_marks *b)
{
    return a->device == b->device && a->folder == b->folder && a->data == b->data &&
           a->lock == b->lock;
}

// Whether the heads of the file, by which everything else is found, are sound, and the file has the
// pages that they tell of: what a file that was overwritten or cut has not. PC_ERR_DAMAGED,
// PC_ERR_BUSY, PC_ERR_IO. Any thread.
PC_MUST_CHECK enum pc_status pc_store_check_heads(struct pc_store *store);

// The newest state. PC_ERR_DAMAGED, PC_ERR_VERSION, PC_ERR_BUSY (no reader's slot is free; or the
// store outgrew the map, which only happens where the process's address space is limited, and other
// snapshots are open), PC_ERR_IO, PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_snapshot_open(struct pc_store *store, struct pc_snapshot **out);
void pc_snapshot_close(struct pc_snapshot *snapshot); // NULL is fine

// Another handle on the same state, for another thread; neither needs the other from then on, and
// they share one reader's slot. Any thread, as long as nobody renews or closes the one.
// PC_ERR_BUSY: it was lost in a renewal that failed. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_snapshot_share(const struct pc_snapshot *snapshot,
                                               struct pc_snapshot **out);

const struct pc_store *pc_snapshot_store(const struct pc_snapshot *snapshot);

// Whether there is no newer state. Any thread. Cost: two numbers are read.
bool pc_snapshot_is_newest(const struct pc_snapshot *snapshot);

// Moves the snapshot to the newest state. Values got before are no longer valid. Cost: a few
// nanoseconds when nothing was committed; else some microseconds. Fails as pc_snapshot_open; the
// snapshot then stays as it was, or answers PC_ERR_BUSY until a renewal works.
PC_MUST_CHECK enum pc_status pc_snapshot_renew(struct pc_snapshot *snapshot);

// A number that rises with each committed write: which state the snapshot shows.
uint64_t pc_snapshot_generation(const struct pc_snapshot *snapshot);

// The value under the key: borrowed from the map, at any alignment, valid until renew or close.
// PC_ERR_NOTFOUND: no such key. PC_ERR_BUSY (pc_store_open, pc_snapshot_renew). PC_ERR_DAMAGED: the
// record, or a page on the way to it, is not as it was written. Damage leads to nothing else: to no
// wrong value of up to 1,024 bytes, and to PC_ERR_NOTFOUND for no key that is there (but a page
// number that became that of an older copy of the same page shows what that one held). Of a larger
// value its place, key and length are checked, and not its bytes, which take a checksum of their
// own. Keys may have any length, also 0. Cost: a search; the first look at a record or at a gap
// between two costs a pass over its bytes, or over the pages on the way.
PC_MUST_CHECK enum pc_status pc_snapshot_get(struct pc_snapshot *snapshot,
                                             enum pc_store_table table, struct pc_str key,
                                             struct pc_str *value);

// Whether the values got so far are still valid: PC_OK, or as get.
PC_MUST_CHECK enum pc_status pc_snapshot_check(const struct pc_snapshot *snapshot);

// Verifies all pages of the state, and its free list, as each write does before it changes them:
// what no look-up would meet, too. PC_ERR_DAMAGED, PC_ERR_NOMEM; PC_ERR_IO: the file cannot be
// mapped. PC_ERR_BUSY: others have written on meanwhile, so that it cannot be told; of the newest
// state it can (pc_snapshot_renew). Cost: a pass over the keys and small values.
PC_MUST_CHECK enum pc_status pc_snapshot_check_pages(const struct pc_snapshot *snapshot);

// Calls visit for each entry in the order of the keys' bytes until it returns a status other than
// PC_OK, which is returned then. Keys over 480 bytes are shown as their first 448, a zero and the
// BLAKE2b-256 of the key, and are ordered as shown. Fails as pc_snapshot_get; what was visited
// before a failure was right, and there may be more.
PC_MUST_CHECK enum pc_status
pc_snapshot_each(struct pc_snapshot *snapshot, enum pc_store_table table,
                 enum pc_status (*visit)(void *context, struct pc_str key, struct pc_str value),
                 void *context);

// The same one entry after the other, for whoever has something else to do in between. The snapshot
// is borrowed, must not be renewed meanwhile, and no reader's slot is taken. PC_ERR_NOMEM.
struct pc_cursor;
PC_MUST_CHECK enum pc_status pc_cursor_open(struct pc_snapshot *snapshot, enum pc_store_table table,
                                            struct pc_cursor **out);
void pc_cursor_close(struct pc_cursor *cursor); // NULL is fine

// The next entry, the first one at first, as pc_snapshot_each shows it. PC_ERR_NOTFOUND: there is
// none, and there were as many as the table says. Others as pc_snapshot_get; after any failure but
// PC_ERR_BUSY each further call gives the same.
PC_MUST_CHECK enum pc_status pc_cursor_next(struct pc_cursor *cursor, struct pc_str *key,
                                            struct pc_str *value);

// Writing -----------------------------------------------------------------------------------------

struct pc_store_write; // a write transaction

// Runs `work` in one write transaction on the store at path and commits when it returns PC_OK; else
// nothing changes, and its status is returned. Makes the folder (0700, files 0600) when it does not
// exist, but not the folder above it; a folder that is no store and holds other things is refused
// (STORE_NOT_STORE), one whose lock file others may write to than its data (STORE_EXPOSED), a
// damaged store too (STORE_DAMAGED), wherever the damage is: cost, beside the work, a pass over the
// keys and small values. A store of another format is emptied first, inside
// the transaction. When the map is full it is made larger and `work` runs again from the
// start, on the state of before: so `work` must not keep anything of an earlier run. Waits for
// another writer. Durable (fsync) when it returns. A put, delete or clear that failed fails the
// update, also when work returns PC_OK. A status of work's own has no diagnostic here. PC_ERR_FULL:
// no space on the disk or PC_STORE_MAX_BYTES reached (STORE_FULL); a process that limits the size
// of files must ignore SIGXFSZ. PC_ERR_LIMIT: a value of 4 GiB or more (STORE_FULL). PC_ERR_IO
// (STORE_IO). PC_ERR_BUSY: this process has the store open for reading, or work calls
// pc_store_update on it (STORE_IO).
// Others as pc_store_open. After a failure the store is as it was; but where the last step fails
// for a new one, bringing its name to the disk, it is in its place, which the hint says. A new
// store is made beside its place ("<path>.new-XXXXXX") or, in a folder that is there, inside it
// ("<path>/new-XXXXXX"), and put into place when it is whole; only a process that is killed leaves
// such a folder behind (see pc_store_abandon). When another process puts one there first, work runs
// again on that.
enum {
    PC_STORE_FIRST_BYTES = 1 << 20,
};
#define PC_STORE_MAX_BYTES ((size_t)1 << 40)
PC_MUST_CHECK enum pc_status
pc_store_update(struct pc_str path, struct pc_diags *diags,
                enum pc_status (*work)(void *context, struct pc_store_write *write), void *context);

// The same on a store of that kind; pc_store_update is for policies. A store of the other kind is
// PC_ERR_INVALID, and one of secrets in another format PC_ERR_VERSION.
PC_MUST_CHECK enum pc_status
pc_store_update_kind(enum pc_store_kind kind, struct pc_str path, struct pc_diags *diags,
                     enum pc_status (*work)(void *context, struct pc_store_write *write),
                     void *context);

// For the handler of a signal that ends the process right after: removes the new store that this
// process is making, the first begun when there are several, and none when its path is PATH_MAX
// long or longer. Async-signal-safe; a store that is there already is never touched.
void pc_store_abandon(void);

// In work, and its thread, only. Key and value are copied, and must not be a value that peek gave.
// A failure other than PC_ERR_NOTFOUND ends the update: every later call returns it.
PC_MUST_CHECK enum pc_status pc_store_put(struct pc_store_write *write, enum pc_store_table table,
                                          struct pc_str key, struct pc_str value);
// PC_ERR_NOTFOUND: no such key.
PC_MUST_CHECK enum pc_status pc_store_delete(struct pc_store_write *write,
                                             enum pc_store_table table, struct pc_str key);
PC_MUST_CHECK enum pc_status pc_store_clear(struct pc_store_write *write,
                                            enum pc_store_table table);
// Has `undone` called if what this run of the work did is not committed after all, also when the
// work is run again: before this waits for anything else. One function, the one that was given
// last.
void pc_store_when_undone(struct pc_store_write *write, void (*undone)(void *context),
                          void *context);
// As in the transaction: what it wrote itself is seen. The value is valid until the next put,
// delete or clear. PC_ERR_NOTFOUND.
PC_MUST_CHECK enum pc_status pc_store_peek(struct pc_store_write *write, enum pc_store_table table,
                                           struct pc_str key, struct pc_str *value);
// As pc_snapshot_each. visit must not write to the table (PC_ERR_USAGE).
PC_MUST_CHECK enum pc_status
pc_store_peek_each(struct pc_store_write *write, enum pc_store_table table,
                   enum pc_status (*visit)(void *context, struct pc_str key, struct pc_str value),
                   void *context);

// The path by which it was opened first, for people; lives as long as the store.
struct pc_str pc_store_path(const struct pc_store *store);

// Size of the store's data in bytes in its newest state, for people: that of the pages in use, as
// the store itself counts them; the file is larger by those that wait for use. Fails as
// pc_snapshot_open.
PC_MUST_CHECK enum pc_status pc_store_size(struct pc_store *store, uint64_t *bytes);

#endif
