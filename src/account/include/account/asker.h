// SPDX-License-Identifier: Apache-2.0
//
// Asks a store: finds the policies for a request and decides, with memory that is used again.
#ifndef PC_ACCOUNT_ASKER_H
#define PC_ACCOUNT_ASKER_H

#include "account/resolve.h"
#include "eval/observer.h"

struct pc_asker {
    struct pc_store *store;
    bool borrowed; // the store is another asker's
    struct pc_resolver *resolver;
    struct pc_scratch *scratch;
    unsigned flags;      // PC_DECIDE_* readings
    bool guess_no_owner; // an owner that nothing names is an error (OWNER_MISSING), not R-614
    bool with_reasons;   // pc_asker_ask finds them with the decision, for who reads them anyway
    bool fixed_clock;    // `now` is the time of every request
    int64_t now;         // seconds since 1970 UTC

    // What the request brings along, beside what the store knows; NULL: none. `resource`: the
    // policy of a resource that another than the store keeps, such as a vault its keys; the store
    // may not have one as well (KEY_POLICY_TWICE).
    const struct pc_image *session, *endpoint, *resource;

    struct pc_asking asking;        // where the last question came from
    const struct pc_request *asked; // that question, if it was answered
    struct pc_policies policies;    // what it was answered from
    uint64_t generation;
};

// Opens the store and makes what asking needs; flags and clock are the caller's to set. A zeroed
// struct may be closed. Errors as pc_store_open, reported; STORE_WRITABLE is, too.
PC_MUST_CHECK enum pc_status pc_asker_open(struct pc_asker *asker, const char *path,
                                           struct pc_diags *diags);
void pc_asker_close(struct pc_asker *asker);

// The state that it asks, which stays the asker's; NULL: none is open.
struct pc_snapshot *pc_asker_snapshot(const struct pc_asker *asker);

// Makes an asker for another thread, at the same state with the same flags and clock; to be closed
// before the one that it is made from. PC_ERR_NOMEM, and as pc_resolver_at.
PC_MUST_CHECK enum pc_status pc_asker_share(const struct pc_asker *asker, struct pc_asker *out);

// Makes an asker at a state of a store that is kept already: it shares the state, so that the store
// must stay open until it is closed. Flags and clock are the caller's to set. As pc_resolver_at.
PC_MUST_CHECK enum pc_status pc_asker_at(const struct pc_snapshot *snapshot, struct pc_asker *out);

// Moves it to another such state, and keeps the memory of decisions. On a failure it is closed.
PC_MUST_CHECK enum pc_status pc_asker_move(struct pc_asker *asker,
                                           const struct pc_snapshot *snapshot);

// Completes the request from the store's state that the resolver is at, and decides. *answer is
// always set; on a failure it is a deny. It has decision and primary and no more: reasons are for
// pc_asker_reasons, unless the asker is `with_reasons`; then they are there, and valid as there.
// PC_ERR_INVALID, PC_ERR_NOTFOUND, PC_ERR_DAMAGED, PC_ERR_BUSY, PC_ERR_IO: reported at the place.
// PC_ERR_NOMEM. PC_ERR_USAGE: the request was asked before; it is to be made anew
// (pc_request_start), or to be a copy of one that was not asked.
PC_MUST_CHECK enum pc_status pc_asker_ask(struct pc_asker *asker, const struct pc_asking *asking,
                                          struct pc_request *request, struct pc_answer *answer);

// Gives the answer to the last question with all its reasons, which are found out now: who does not
// read them does not pay for them. Valid until the next question. The request, and what was
// resolved for it in the arena, must still be there, and so must what the question was asked with.
// On a failure *answer is a deny. PC_ERR_USAGE: the last question was not answered, or the resolver
// was renewed since. PC_ERR_BUSY: the state asked is no longer there (pc_resolver_check).
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_asker_reasons(struct pc_asker *asker, struct pc_answer *answer);

// Decides the last question once more and shows the observer every statement (eval/observer.h),
// whose flags are set here. *answer and errors as pc_asker_reasons.
PC_MUST_CHECK enum pc_status pc_asker_observe(struct pc_asker *asker,
                                              const struct pc_observer *observer,
                                              struct pc_answer *answer);

#endif
