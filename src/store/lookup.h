// SPDX-License-Identifier: Apache-2.0
//
// Looks one record up in a table, straight in the mapped file and believing nothing of it: whatever
// the file holds, nothing outside what may be read is read, and the search ends. Damage leads to an
// error and not to another value of up to PC_RECORD_SMALL bytes, nor to a key that seems not to be
// there. (Who can write to the file can also write what it pleases: seals are no signatures.)
//
// Why not mdb_get: LMDB trusts its pages, so that all of them would have to be checked before the
// first look. Here only those on the way are, each time they are come to:
// - A record that is found proves itself, by the seal behind its value (record.h).
// - A key that is not found is believed when all pages on the way are sound as a whole, and the
//   records before and behind its place, which prove themselves, are neighbours.
// Both are proven once a state; after that the search alone is left (struct pc_proofs). What stays
// unnoticed: a page number that damage has turned into that of an older copy of the very page, when
// what is around agrees with it. pc_pages_check, before a write, sees that too.
#ifndef PC_STORE_LOOKUP_H
#define PC_STORE_LOOKUP_H

#include "page.h"

struct pc_table {
    unsigned place; // its number, by which its records are sealed
    struct pc_layout_tree tree;
};

enum {
    PC_PROOFS_BITS = 10,
};

// What was proven in one state already. Zeroed: nothing. One thread at a time.
struct pc_proofs {
    uint64_t tags[1 << PC_PROOFS_BITS];
};

// Finds the value under the key, without its seal. Borrowed from the space.
// PC_ERR_NOTFOUND. PC_ERR_DAMAGED.
PC_MUST_CHECK enum pc_status pc_lookup(const struct pc_page_space *space,
                                       const struct pc_table *table, struct pc_proofs *proofs,
                                       struct pc_str key, struct pc_str *value);

// Checks the record that a leaf's node is, and hands out its value without its seal.
// PC_ERR_DAMAGED.
PC_MUST_CHECK enum pc_status pc_lookup_record(const struct pc_page_space *space,
                                              const struct pc_table *table,
                                              const struct pc_page_node *node,
                                              struct pc_str *value);

#endif
