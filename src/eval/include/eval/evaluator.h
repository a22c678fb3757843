// SPDX-License-Identifier: Apache-2.0
//
// The evaluator: request and images in, answer out (SEMANTICS.md section 7). A function of its
// inputs alone: it sees no JSON, no policy model, no store, and no clock but the request's.
#ifndef PC_EVAL_EVALUATOR_H
#define PC_EVAL_EVALUATOR_H

#include "base/status.h"
#include "eval/decision.h"
#include "eval/request.h"

// Memory of decisions, one a thread: grows to what the largest policy set needs, then a decision
// allocates nothing.
struct pc_scratch;
PC_MUST_CHECK enum pc_status pc_scratch_new(struct pc_scratch **out); // PC_ERR_NOMEM
void pc_scratch_free(struct pc_scratch *scratch);                     // NULL is fine

// Steps (match/effort.h) that one decision may take: well under a second. The dearest case is
// looked for by tools/dev fuzz slow.
enum {
    PC_DECIDE_MOST_STEPS = 1 << 24,
};

enum {
    PC_DECIDE_NO_REASONS = 1, // only decision, primary: deciding, missing and blocked_by stay empty
    PC_DECIDE_NO_INDEX = 2,   // walk every statement instead of asking the index: for tests
    PC_DECIDE_WIDE_STARS = 4, // a '*' at the end of a field of a resource may run past the colon:
                              // the wider reading of R-206
    PC_DECIDE_NO_ACCOUNT_LINK = 8, // a Deny with NotPrincipal spares who is listed, also without
                                   // the account
    PC_DECIDE_GENEROUS = 16, // what the request leaves open (eval/open.h) is as whoever asks would
                             // have it: Allows match, Denies do not
    PC_DECIDE_STRICT = 32,   // the reverse: Denies match, Allows do not
    PC_DECIDE_ALL_MATCHED = 64, // `deciding` has every statement that matched, of whatever policy
                                // type and effect
};

// Decides. With GENEROUS or STRICT, what a request leaves open is not read as absent; see
// eval/open.h for what that is worth. *answer is always set; on any failure it is an implicit deny
// without reasons. The request must have been finished (pc_request_finish). PC_ERR_NOMEM: the
// scratch could not grow. PC_ERR_EFFORT: it would take more than PC_DECIDE_MOST_STEPS.
PC_MUST_CHECK enum pc_status pc_decide(const struct pc_policies *policies,
                                       const struct pc_request *request, unsigned flags,
                                       struct pc_scratch *scratch, struct pc_answer *answer);

// The steps that the last decision took.
uint64_t pc_scratch_steps(const struct pc_scratch *scratch);

#endif
