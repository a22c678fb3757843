// SPDX-License-Identifier: Apache-2.0
//
// How the findings of `polcheck lint` are told: for people, as JSON, as SARIF, as annotations of
// GitHub Actions. A format is one row.
#ifndef PC_CLI_LINT_LISTING_H
#define PC_CLI_LINT_LISTING_H

#include "base/map.h"
#include "excerpt.h"
#include "lint_run.h"
#include "sarif.h"

struct pc_lint_counts {
    size_t policies;
    size_t refused; // of them, that have errors, and that no check has seen
    size_t found[PC_SEVERITY_SUGGESTION + 1]; // by severity, without what is suppressed
    size_t suppressed;
};

struct pc_lint_listing {
    struct pc_output *out;
    struct pc_arena *arena;
    const struct pc_import *import; // has the texts of the files
    bool color;
    bool incomplete;              // something could not be read
    size_t width;                 // columns of the terminal; 0: it is none
    struct pc_lint_counts counts; // of all
    struct pc_excerpt excerpt;
    struct pc_sarif sarif;
    struct pc_map fingerprints; // how often each was used
};

struct pc_lint_format {
    void (*begin)(struct pc_lint_listing *listing);
    // One finding; those of a file come together, in the order of their lines. PC_ERR_NOMEM; a
    // failure of the output stays in its buffer.
    enum pc_status (*add)(struct pc_lint_listing *listing, const struct pc_lint_finding *finding);
    void (*end)(struct pc_lint_listing *listing);
    bool suppressed; // tells what is suppressed, as such, whether it is asked for or not
};

extern const struct pc_lint_format pc_lint_people, pc_lint_json, pc_lint_sarif, pc_lint_github;

#endif
