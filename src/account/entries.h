// SPDX-License-Identifier: Apache-2.0
//
// Turns the picture into what the store holds: policy sets, and records under their keys.
#ifndef PC_ACCOUNT_ENTRIES_H
#define PC_ACCOUNT_ENTRIES_H

#include "sets.h"
#include "store/store.h"

struct pc_entry {
    enum pc_store_table table;
    struct pc_str key, value;
    struct pc_place place; // of a shared definition; else none
    struct pc_entry *next;
};

struct pc_entries {
    struct pc_entry *first, **end;
    size_t count[PC_STORE_TABLES];
};

// Adds a copy, whose texts stay where they are. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_entries_add(struct pc_entries *entries, struct pc_arena *arena,
                                            const struct pc_entry *entry);

// Makes the entries and places all sets that they name; managed policies that nobody has attached
// become sets that are only checked. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_entries_make(const struct pc_import *import, struct pc_sets *sets,
                                             struct pc_entries *out);

#endif
