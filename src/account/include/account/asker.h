// SPDX-License-Identifier: Apache-2.0
//
// Asks a store: finds the policies for a request and decides, with memory that is used again.
#ifndef PC_ACCOUNT_ASKER_H
#define PC_ACCOUNT_ASKER_H

#include "account/resolve.h"

struct pc_asker {
    struct pc_store *store;
    bool borrowed; // the store is another asker's
    struct pc_resolver *resolver;
    struct pc_scratch *scratch;
    unsigned flags;   // PC_DECIDE_*
    bool fixed_clock; // `now` is the time of every request
    int64_t now;      // seconds since 1970 UTC
};

// Opens the store and makes what asking needs; flags and clock are the caller's to set. A zeroed
// struct may be closed. Errors as pc_store_open, reported.
PC_MUST_CHECK enum pc_status pc_asker_open(struct pc_asker *asker, const char *path,
                                           struct pc_diags *diags);
void pc_asker_close(struct pc_asker *asker);

// Makes an asker for another thread, on the same store with the same flags and clock; to be closed
// before the one that it is made from. PC_ERR_NOMEM, and as pc_resolver_new.
PC_MUST_CHECK enum pc_status pc_asker_share(const struct pc_asker *asker, struct pc_asker *out);

// Completes the request from the store and decides. *answer is always set; on a failure it is a
// deny. The answer is valid until the next question. PC_ERR_INVALID, PC_ERR_NOTFOUND,
// PC_ERR_DAMAGED: reported at the place. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_asker_ask(struct pc_asker *asker, const struct pc_asking *asking,
                                          struct pc_request *request, struct pc_answer *answer);

#endif
