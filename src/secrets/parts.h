// SPDX-License-Identifier: Apache-2.0
//
// The list of digests that binds keys and environments to the head, in parts of some dozens: a
// change writes one part anew, and a look-up verifies one, once a state of the vault. A part is a
// record of pairs, ordered by the first: hash of the name, digest of the record.
#ifndef PC_SECRETS_PARTS_H
#define PC_SECRETS_PARTS_H

#include "head.h"
#include "source.h"

struct pc_binding {
    struct pc_hash name;   // of an ARN
    struct pc_hash digest; // of its record
};

struct pc_part {
    struct pc_binding *bindings; // on the heap
    size_t count, capacity;
    bool loaded, dirty;
};

struct pc_parts {
    struct pc_part of[PC_PARTS];
};

void pc_parts_release(struct pc_parts *parts);

// The part that an environment of a function is bound by.
unsigned pc_part_of(const struct pc_hash *function);

// The list of a state: its parts as far as they are loaded, its head, and where it is read from.
struct pc_list {
    struct pc_parts *parts;
    const struct pc_head *head;
    const struct pc_source *source;
};

// What is bound under the name, or NULL. Loads the part and verifies it against the head.
// PC_ERR_DAMAGED (unreported), PC_ERR_NOMEM, and as the source.
PC_MUST_CHECK enum pc_status pc_parts_find(const struct pc_list *list, unsigned number,
                                           const struct pc_hash *name,
                                           const struct pc_binding **out);

// Binds the name to a digest; NULL: takes it away. As find.
PC_MUST_CHECK enum pc_status pc_parts_bind(const struct pc_list *list, unsigned number,
                                           const struct pc_hash *name,
                                           const struct pc_hash *digest);

// How many are bound in all parts that hold environments, or in that of keys. Loads them.
PC_MUST_CHECK enum pc_status pc_parts_count(const struct pc_list *list, bool keys, size_t *out);

// Writes what was bound since, and the digests to the head. As pc_store_put.
PC_MUST_CHECK enum pc_status pc_parts_write(struct pc_parts *parts, struct pc_head *head,
                                            struct pc_store_write *write);

#endif
