// SPDX-License-Identifier: Apache-2.0
//
// What becomes of the findings of a run before they are told: each once, in the order of files and
// lines, chosen by their codes, suppressed or not.
#ifndef PC_CLI_LINT_FINDINGS_H
#define PC_CLI_LINT_FINDINGS_H

#include "lint_run.h"

enum {
    PC_LINT_FIRST_CODE = 1200, // of lint itself; below are those of reading and compiling
};

// Codes that are wanted (`only`), beside the errors of reading and compiling, or not.
struct pc_lint_choice {
    const enum pc_diag_code *only;
    size_t only_count; // 0: all
    const enum pc_diag_code *ignored;
    size_t ignored_count;
};

struct pc_lint_findings {
    struct pc_lint_finding **items; // in the run's arena
    size_t count;
};

// Adds what is to be said of the suppressions themselves (SUPPRESSION_EXPIRED, SUPPRESSION_UNUSED).
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_findings_make(struct pc_lint_run *run,
                                                   const struct pc_suppressions *suppressions,
                                                   const struct pc_lint_choice *choice,
                                                   struct pc_lint_findings *out);

#endif
