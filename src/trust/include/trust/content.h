// SPDX-License-Identifier: Apache-2.0
//
// The digest of what a store of policies holds: BLAKE2b-256 over each entry of each table, but the
// signature, in the order of tables and keys: number of the table, key, BLAKE2b-256 of the value.
// Two states have the same digest only if they hold the same. A walk over all entries, each page
// checked: what is digested is what any look-up would find.
#ifndef PC_TRUST_CONTENT_H
#define PC_TRUST_CONTENT_H

#include "crypto/hash.h"
#include "store/store.h"

// The digest of one state, and those of its values, by which that of a later state costs less.
struct pc_content;

struct pc_hash pc_content_digest(const struct pc_content *content);
void pc_content_free(struct pc_content *content); // NULL is fine

// A state's content from before. The snapshot shows the state that the content is of.
struct pc_content_before {
    const struct pc_content *content;
    const struct pc_snapshot *snapshot;
};

// The work in steps. One thread at a time.
struct pc_digesting;

// What `before`, an earlier state of the same store, has at the very same place while it is kept is
// the same and is not hashed again; NULL, or one that is gone: all is hashed. Snapshots and content
// are borrowed until it is freed. PC_ERR_NOMEM. PC_ERR_USAGE: `before` is of another store.
PC_MUST_CHECK enum pc_status pc_digesting_new(struct pc_snapshot *snapshot,
                                              const struct pc_content_before *before,
                                              struct pc_digesting **out);
void pc_digesting_free(struct pc_digesting *job); // NULL is fine

// Hashes entries until so many bytes were (at least one entry, or a piece of one that is large, of
// 64 KiB) or none is left; an entry counts as some hundred bytes by itself, so that what is known
// takes its time as well.
// *done: that was all. PC_ERR_DAMAGED, PC_ERR_BUSY as pc_snapshot_get; PC_ERR_NOMEM. After a
// failure there is nothing more to step: each further one gives the same.
PC_MUST_CHECK enum pc_status pc_digesting_step(struct pc_digesting *job, size_t bytes, bool *done);

// The content for its digest, which is there once it is done; borrowed. NULL when it was taken.
const struct pc_content *pc_digesting_content(const struct pc_digesting *job);

// The same to keep: the caller's then. Its values are sorted for that, all at once; so whoever may
// not want it looks at its digest before.
struct pc_content *pc_digesting_take(struct pc_digesting *job);

// The digest of a state, all steps at once. Statuses as pc_digesting_new and pc_digesting_step.
PC_MUST_CHECK enum pc_status pc_content_of(struct pc_snapshot *snapshot, struct pc_hash *out);

// The digest of what a write transaction holds so far. PC_ERR_NOMEM, and as pc_store_peek_each.
PC_MUST_CHECK enum pc_status pc_content_peek(struct pc_store_write *write, struct pc_hash *out);

#endif
