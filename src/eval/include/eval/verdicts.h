// SPDX-License-Identifier: Apache-2.0
//
// What each policy type says of a request, and the decision that follows from that alone
// (SEMANTICS.md 7.3): for people who ask what would have to be said for another decision.
#ifndef PC_EVAL_VERDICTS_H
#define PC_EVAL_VERDICTS_H

#include "eval/decision.h"
#include "eval/request.h"

// How strongly an entry of a Principal element names the caller (SEMANTICS.md 4.2), weakest first.
enum pc_strength {
    PC_STRENGTH_NONE = 0,
    PC_STRENGTH_ACCOUNT,
    PC_STRENGTH_PARENT,
    PC_STRENGTH_ROLE,
    PC_STRENGTH_ANY,
    PC_STRENGTH_SELF,
};

// What a set of policies says. A zeroed verdict says nothing, which allows nothing.
struct pc_verdict {
    bool deny;                 // some matching statement denies
    bool allow;                // some matching statement allows
    enum pc_strength strength; // strongest match among the allowing ones
};

// What every policy type says.
struct pc_verdicts {
    struct pc_verdict sets[PC_SLOTS]; // of scp and rcp: all levels together
    bool applies[PC_SLOTS];           // the policies that are set count for this request (7.1)
    bool levels_allow;                // every SCP level has an Allow
};

// The decision that follows for a finished request; *primary as of an answer. The evaluator decides
// by the same function.
enum pc_decision pc_verdicts_decide(const struct pc_verdicts *verdicts,
                                    const struct pc_request *request, enum pc_slot *primary);

// Policy types in the order in which an explicit deny names the first of them, by place;
// PC_SLOTS behind the last one.
enum pc_slot pc_slot_in_order(size_t place);

#endif
