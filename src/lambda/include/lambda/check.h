// SPDX-License-Identifier: Apache-2.0
//
// The preflight of functions (LAMBDA.md 8): asks the evaluator what each integration of a function
// needs, and what strangers should not be able to do; says of what fails why, how it shows in
// production, and which statement would mend it.
#ifndef PC_LAMBDA_CHECK_H
#define PC_LAMBDA_CHECK_H

#include "account/asker.h"
#include "lambda/finding.h"
#include "lambda/function_policies.h"
#include "lambda/integration.h"
#include "lambda/template.h"
#include "policy/model.h"

// A statement that makes what was refused allowed, and the policy that it belongs into.
struct pc_mend {
    enum pc_slot slot;
    enum pc_policy_type type; // of the policy: identity, resource, trust, key, boundary, SCP
    struct pc_str holder;     // ARN of whose policy it is; of an SCP the account
    size_t level;             // of an SCP: number of the level, from the root
    struct pc_str statement;  // JSON on one line
};

struct pc_checked {
    const struct pc_integration *row;
    struct pc_known_connection connection;
    struct pc_str configured; // ARN of the function as the integration has it
    enum pc_mark mark;
    size_t asked;     // questions
    bool unsupported; // Lambda takes no such, whatever is allowed: it has no mends
    struct pc_finding *findings;
    struct pc_mend *mends;
    size_t mend_count;
    struct pc_checked *next;
};

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
    struct pc_str organization; // of the functions' accounts; "": not told
};

// Checks the function with that ARN (unqualified). PC_ERR_NOTFOUND: the store does not know it.
// PC_ERR_DAMAGED, PC_ERR_IO, PC_ERR_BUSY: reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_check_function(struct pc_checker *checker, struct pc_str arn,
                                               struct pc_diags *diags,
                                               struct pc_checked_function *out);

#endif
