// SPDX-License-Identifier: Apache-2.0
//
// Policy sets: documents that are looked at together. Equal sets are one set. A set's digest says
// what its image is made of: version of images, type, and of each document name, file, place and
// text.
#ifndef PC_ACCOUNT_SETS_H
#define PC_ACCOUNT_SETS_H

#include "account/allowed.h"
#include "crypto/hash.h"
#include "picture.h"

struct pc_set {
    enum pc_policy_type type;
    const struct pc_document **documents; // in the order of the input, each once
    size_t count;
    struct pc_hash digest;
    struct pc_str image;       // when compiled; else ""
    bool stored;               // the store has it
    bool present;              // so has the state that is written on
    bool warned;               // compiling it gave warnings
    bool check_only;           // nobody holds it
    uint32_t holders;          // how often a record names it
    struct pc_allowed allowed; // of a set of identity policies
    struct pc_set *next;
};

struct pc_sets {
    struct pc_arena *arena;
    struct pc_hash *digests; // of documents, by number; taken when first asked for
    bool *hashed;            // is the digest there
    bool *placed;            // has a set the document
    struct pc_map by_digest;
    struct pc_set *first, **end;
    size_t count; // without those that are only checked
};

// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_sets_init(struct pc_sets *sets, struct pc_arena *arena,
                                          const struct pc_import *import);

// A list of documents, to make a set of. A zeroed struct is an empty one.
struct pc_document_list {
    const struct pc_document **items;
    size_t count, capacity;
};
PC_MUST_CHECK enum pc_status pc_document_list_add(struct pc_arena *arena,
                                                  struct pc_document_list *list,
                                                  const struct pc_references *references);

// The set of these documents, new or known, with one holder more. Sorts the list.
PC_MUST_CHECK enum pc_status pc_sets_place(struct pc_sets *sets, enum pc_policy_type type,
                                           struct pc_document_list *list, struct pc_set **out);

// A set of one document that nobody holds: only checked, never stored, and without a digest.
PC_MUST_CHECK enum pc_status pc_sets_place_unheld(struct pc_sets *sets, enum pc_policy_type type,
                                                  const struct pc_document *document);

struct pc_str pc_set_key(const struct pc_set *set);

#endif
