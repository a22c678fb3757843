// SPDX-License-Identifier: Apache-2.0
//
// Findings over a policy that can be read and compiled, and still does not say what was meant: what
// can never match, what lets in more than it seems, what AWS does not know. They are diagnostics
// (POL12xx, POL13xx of diag.def) at the place of the words that they are about. A finding is true:
// where the facts do not suffice to be sure, there is none.
#ifndef PC_LINT_LINT_H
#define PC_LINT_LINT_H

#include "catalog/catalog.h"
#include "policy/model.h"

struct pc_lint_subject {
    const struct pc_policy *policy;
    struct pc_str attached; // ARN of the one role, user, group or resource that has it; "" not
                            // known, or several
    struct pc_str arn;      // of a managed policy; "" for one that has no ARN of its own
    size_t size;            // characters, without white space
    size_t size_all;        // and with it
};

struct pc_lint {
    struct pc_arena *arena;           // of findings, and of working memory
    struct pc_diags *diags;           // where findings go, in the order of their places
    const struct pc_catalog *catalog; // NULL: checks that need it are left out
    int64_t now;                      // seconds since 1970 UTC
};

// Runs every check over the policy. PC_ERR_NOMEM; findings are no error.
PC_MUST_CHECK enum pc_status pc_lint_policy(struct pc_lint *lint,
                                            const struct pc_lint_subject *subject);

#endif
