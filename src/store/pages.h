// SPDX-License-Identifier: Apache-2.0
//
// Verifies the bytes of a data file before LMDB is let near them. LMDB trusts its file: a damaged
// offset makes it read outside the map, a damaged page number makes it loop or abort. What passes
// here has none of that: every page that a state refers to is inside the file and referred to once,
// every page's contents lie inside it and do not overlap, keys are in order and within what the
// pages above promise, the free pages are free, and every record of ours checks. Writing takes
// that, for it is LMDB that changes the trees; reading does not let LMDB look (lookup.h).
//
// Cost: one pass over the pages with keys and over the free list; large values are not read but
// for their last bytes. Reads the bytes as LMDB 0.9 lays them out on this machine.
#ifndef PC_STORE_PAGES_H
#define PC_STORE_PAGES_H

#include "record.h"

struct pc_pages {
    struct pc_record_format format; // zero when blank
    bool blank;                     // an environment that nothing was ever written to
};

struct pc_pages_heads {
    uint64_t bytes; // of the file, free pages at its end included that were never written
    bool blank;     // nothing was ever committed
};

// Verifies the two heads of the file, which is all that LMDB looks at when it opens one.
// PC_ERR_INVALID: not a file of LMDB. PC_ERR_VERSION: of another version of LMDB, or of a machine
// with another byte order. PC_ERR_DAMAGED.
PC_MUST_CHECK enum pc_status pc_pages_check_heads(struct pc_str file, struct pc_pages_heads *out);

// Verifies the state that transaction txnid left. PC_ERR_INVALID: not a store. PC_ERR_DAMAGED.
// PC_ERR_NOTFOUND: the file no longer has a head for that state. PC_ERR_NOMEM. A store of another
// format passes when its tables have the shape of tables; their records are not looked at.
PC_MUST_CHECK enum pc_status pc_pages_check(struct pc_str file, uint64_t txnid,
                                            struct pc_pages *out);

#endif
