// SPDX-License-Identifier: Apache-2.0
//
// Looks at every policy document of an input: reads it, compiles it, runs the checks of lint, and
// keeps what is found.
#ifndef PC_CLI_LINT_RUN_H
#define PC_CLI_LINT_RUN_H

#include "account/policies.h"
#include "lint/lint.h"
#include "lint_suppressions.h"

struct pc_lint_finding {
    struct pc_diag diag;
    struct pc_str policy;               // name; "" of what is no policy
    struct pc_str statement;            // Sid, or "#N"; "": of none
    enum pc_policy_type type;           // NONE: of what is no policy
    struct pc_suppression *suppression; // that counts; NULL
    struct pc_lint_finding *next;
};

// A policy that was looked at.
struct pc_lint_seen {
    struct pc_str file, name;
    struct pc_lint_seen *next;
};

struct pc_lint_run {
    // In.
    struct pc_arena *arena;
    const struct pc_catalog *catalog;
    int64_t now;
    void (*step)(void *context, size_t done, size_t total); // NULL: none
    void *context;
    struct pc_buf *told; // one line a policy; NULL: none
    bool json;           // they are JSON

    // Out.
    const struct pc_import *import;
    struct pc_diags unread; // files that could not be read
    struct pc_lint_finding *first, **end;
    size_t count;
    struct pc_lint_seen *seen, **seen_end;
    size_t policies;     // documents
    size_t refused;      // of them, that have errors, and that no check has seen
    size_t refused_last; // `policies` when the last of them was counted
    size_t last;         // number of the one that was looked at last

    struct pc_arena work; // of one document
    struct pc_buf image;
};

// Looks at all. input: paths, threads and the type of bare documents. The findings live in the
// arena. Their order is that of reading. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_run(struct pc_lint_run *run, struct pc_policies_input *input);

// Adds a finding that is about no policy. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_run_add(struct pc_lint_run *run, const struct pc_diag *diag);

#endif
