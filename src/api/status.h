// SPDX-License-Identifier: Apache-2.0
//
// Our statuses and decisions in terms of the public header: the error filter. What has no place
// there is an internal error; nothing becomes a success or an allow.
#ifndef PC_API_STATUS_H
#define PC_API_STATUS_H

#include "base/diag.h"
#include "eval/decision.h"
#include "polcheck/polcheck.h"

// Of opening or reading a store.
enum polcheck_status pc_status_of_store(enum pc_status status);

// Of a look at a store, whose diagnostics tell whether it is about trust.
enum polcheck_status pc_status_of_look(enum pc_status status, const struct pc_diags *diags);

// Of a question, whose diagnostics tell what PC_ERR_INVALID is about.
enum polcheck_status pc_status_of_question(enum pc_status status, const struct pc_diags *diags);

// Of a vault and what is in it, by the first of the diagnostics.
enum polcheck_status pc_status_of_secrets(enum pc_status status, const struct pc_diags *diags);

// Of compiling a document.
enum polcheck_status pc_status_of_policy(enum pc_status status);

enum polcheck_decision pc_decision_out(enum pc_decision decision);

// One sentence with its code about the first error, or else about the status.
void pc_status_sentence(struct pc_buf *out, enum polcheck_status status,
                        const struct pc_diags *diags);

static inline struct polcheck_verdict pc_verdict_failed(enum polcheck_status status)
{
    struct polcheck_verdict verdict = {POLCHECK_IMPLICIT_DENY, status};
    return verdict;
}

#endif
