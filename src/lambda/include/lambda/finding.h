// SPDX-License-Identifier: Apache-2.0
//
// What a check finds: a refusal with its reason, a danger, a mistake.
#ifndef PC_LAMBDA_FINDING_H
#define PC_LAMBDA_FINDING_H

#include "base/diag.h"
#include "eval/decision.h"

enum pc_mark {
    PC_MARK_FAILS = 0,
    PC_MARK_WARNS,
    PC_MARK_WORKS,
};

// "fails", "warns", "works".
const char *pc_mark_text(enum pc_mark mark);

// What is wrong, or worth knowing.
struct pc_finding {
    enum pc_diag_code code;
    enum pc_severity severity;
    struct pc_place place; // of the statement that decided, else of what declares the integration
    struct pc_str message; // in words; of a refusal its reason
    struct pc_str hint;    // "" when there is none
    struct pc_str symptom; // how it shows in production; "" where it does not

    // The questions that were refused for the same reason; without actions the finding is of
    // another kind: of something that is allowed (who, resource), or of no question ("").
    struct pc_str who, resource;
    const struct pc_str *actions;
    size_t action_count;
    enum pc_decision decision;
    struct pc_finding *next;
};

// Appends what was refused: "WHO may not ACTION or ACTION on RESOURCE"; nothing without a question.
void pc_finding_subject(struct pc_buf *out, const struct pc_finding *finding);

// Appends what is wrong as one sentence: "WHO may not ACTION or ACTION on RESOURCE: REASON", or the
// message.
void pc_finding_sentence(struct pc_buf *out, const struct pc_finding *finding);

#endif
