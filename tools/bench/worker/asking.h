// SPDX-License-Identifier: Apache-2.0
//
// One decision, by the whole way that a server goes: the request made from plain strings, the
// snapshot renewed, the policies found in the store, the decision. Nothing is kept from one request
// to the next but memory. Prepared, requests are made before, as the naive evaluator has them, and
// what is left is to complete them, find their policies and decide. In public, the same question
// goes through libpolcheck, as its callers ask.
#ifndef PC_BENCH_ASKING_H
#define PC_BENCH_ASKING_H

#include "account/asker.h"
#include "polcheck/polcheck.h"
#include "requests.h"

struct pc_bench_asker {
    struct pc_asker asker;
    bool reasons;   // are asked for as well
    bool explained; // each decision is
    struct pc_bench_requests requests;
    struct pc_request *prepared; // of the requests, by their place; NULL: made for each decision
    struct pc_arena arena;       // of one request
    struct pc_diags diags;

    // Of libpolcheck; NULL: the modules are asked directly.
    struct polcheck_engine *engine;
    struct polcheck_scratch *scratch;
    struct polcheck_request *request;
};

enum pc_bench_way {
    PC_BENCH_DIRECT = 0,
    PC_BENCH_REASONS, // the deciding statements and missing keys are asked for as well
    PC_BENCH_EXPLAIN, // each decision is explained as well
    PC_BENCH_PUBLIC,  // through libpolcheck
};

// Opens the store. A zeroed struct may be closed. Errors as pc_asker_open, reported; in public
// PC_ERR_IO.
PC_MUST_CHECK enum pc_status pc_bench_asker_open(struct pc_bench_asker *asker, const char *store,
                                                 enum pc_bench_way way, struct pc_diags *diags);
void pc_bench_asker_close(struct pc_bench_asker *asker);

// Makes all requests now, in the arena. They must outlive the asker. PC_ERR_INVALID, PC_ERR_LIMIT,
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_bench_prepare(struct pc_bench_asker *asker, struct pc_arena *arena,
                                              struct pc_bench_requests requests);

// Is the request allowed? A question that fails is denied. Of those that were prepared, if any.
bool pc_bench_ask(struct pc_bench_asker *asker, const struct pc_bench_request *asked);

#endif
