// SPDX-License-Identifier: Apache-2.0
//
// The preflight of functions (LAMBDA.md 8): asks the evaluator what each integration of a function
// needs, and what strangers should not be able to do; says of what fails why, how it shows in
// production, and which statement would mend it.
#ifndef PC_LAMBDA_CHECK_H
#define PC_LAMBDA_CHECK_H

#include "account/asker.h"
#include "lambda/function_policies.h"
#include "lambda/integration.h"
#include "lambda/template.h"
#include "policy/model.h"

enum pc_mark {
    PC_MARK_FAILS = 0,
    PC_MARK_WARNS,
    PC_MARK_WORKS,
};

// "fails", "warns", "works".
const char *pc_mark_text(enum pc_mark mark);

// A statement that makes what was refused allowed, and the policy that it belongs into.
struct pc_mend {
    enum pc_slot slot;
    enum pc_policy_type type; // of the policy: identity, resource, trust, key, boundary, SCP
    struct pc_str holder;     // ARN of whose policy it is; of an SCP the account
    size_t level;             // of an SCP: number of the level, from the root
    struct pc_str statement;  // JSON on one line
};

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

struct pc_checked {
    const struct pc_integration *row;
    struct pc_known_connection connection;
    struct pc_str configured; // ARN of the function as the integration has it
    enum pc_mark mark;
    size_t asked; // questions
    struct pc_finding *findings;
    struct pc_mend *mends;
    size_t mend_count;
    struct pc_checked *next;
};

// Adds a finding to those of the integration, and lowers its mark. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_checked_add(struct pc_arena *arena, const struct pc_finding *draft,
                                            struct pc_checked *checked);

struct pc_checked_function {
    struct pc_str arn, role; // without qualifier; "" unknown
    enum pc_mark mark;       // the worst one
    struct pc_checked *integrations;
    size_t integration_count;
    struct pc_finding *dangers; // who else may call it, and further mistakes (8.3)
    size_t danger_asked;        // questions for them
};

// One thread's work. Everything of a function lives in the arena.
struct pc_checker {
    struct pc_asker *asker;
    struct pc_arena *arena;
    // Which versions and aliases have a policy; NULL: those that connections name are looked at.
    const struct pc_function_policies *policies;
};

// Checks the function with that ARN (unqualified). PC_ERR_NOTFOUND: the store does not know it.
// PC_ERR_DAMAGED, PC_ERR_IO, PC_ERR_BUSY: reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_check_function(struct pc_checker *checker, struct pc_str arn,
                                               struct pc_diags *diags,
                                               struct pc_checked_function *out);

#endif
