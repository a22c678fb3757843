// SPDX-License-Identifier: Apache-2.0
//
// One state of a store as a reader sees it: where its tables begin, and what of the file may be
// read.
#ifndef PC_STORE_STATE_H
#define PC_STORE_STATE_H

#include "lookup.h"

struct pc_state {
    struct pc_page_space space;
    uint64_t txnid;      // of the transaction that left it; 0: none
    uint64_t generation; // pc_snapshot_generation
    uint64_t bytes;      // of the pages in use, by what the trees say of themselves
    bool blank;          // nothing was ever written; there are no tables
    struct pc_table tables[PC_STORE_ALL_TABLES];
};

// Reads the state that transaction txnid left from the heads of the file and the few pages that
// name the tables, which are all that is looked at: of the tables themselves nothing is said, and
// lookup and walk find out. The state before has to be older by one generation, or else damage to a
// head makes an old state pass for the newest. PC_ERR_INVALID: not a store, or one of the
// other kind. PC_ERR_VERSION: one of another format, or a file of another version of LMDB.
// PC_ERR_DAMAGED. PC_ERR_NOTFOUND: the file no longer has a head for that state. The file is what
// may be read of it, and is borrowed.
PC_MUST_CHECK enum pc_status pc_state_read(struct pc_str file, uint64_t txnid,
                                           enum pc_store_kind kind, struct pc_state *out);

// The newest transaction that the heads of the state's file tell of. Reads two numbers.
uint64_t pc_state_newest(const struct pc_state *state);

#endif
