// SPDX-License-Identifier: Apache-2.0
//
// Runs one case: asks its question with and without the index, which must agree (law 3: the index
// proposes, the evaluator disposes), and compares the answer with what is expected.
#ifndef PC_CLI_CASE_RUN_H
#define PC_CLI_CASE_RUN_H

#include "case.h"
#include "report.h"

struct pc_case_runner {
    struct pc_arena arena;                // of one case
    struct pc_scratch *scratch, *without; // with the index, and without
    bool no_index;                        // only ask without it
    unsigned flags;                       // PC_DECIDE_*, for both
    int64_t now;
    struct pc_buf actual, reasons;
};

// A zeroed struct may be released. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_case_runner_init(struct pc_case_runner *runner);
void pc_case_runner_release(struct pc_case_runner *runner);

// Runs a case of the source that it was parsed from; *result is valid until the next one.
// PC_ERR_NOMEM; a case that fails is no error.
PC_MUST_CHECK enum pc_status pc_case_run(struct pc_case_runner *runner,
                                         const struct pc_json_source *text,
                                         const struct pc_json *json, struct pc_case_result *result);

#endif
