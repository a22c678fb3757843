// SPDX-License-Identifier: Apache-2.0
//
// Runs one case, or each row of a table: asks the question with and without the index, which must
// agree (law 3: the index proposes, the evaluator disposes), and compares the answer with what is
// expected.
#ifndef PC_CLI_CASE_RUN_H
#define PC_CLI_CASE_RUN_H

#include "case.h"
#include "report.h"

// A question that was answered, with what it was answered from. Valid during the call.
struct pc_case_decided {
    const struct pc_policies *policies;
    const struct pc_request *request; // finished
    const struct pc_answer *answer;   // read it before the scratch is used
    struct pc_scratch *scratch;       // free to be used (pc_decide_observed)
    unsigned flags;                   // PC_DECIDE_*
    struct pc_place place;            // of the case
    struct pc_str name;               // of the case, "" when it has none
    const struct pc_json *expect;
    const struct pc_case_used *used; // what the images are compiled from, but those of an account
    bool as_expected;
};

// Who watches the questions. PC_ERR_NOMEM ends the run; no other failure may be returned.
struct pc_case_hook {
    enum pc_status (*decided)(void *context, const struct pc_case_decided *decided);
    void *context;
};

// Who takes the results. A status other than PC_OK ends the run, and is returned from it.
struct pc_case_sink {
    enum pc_status (*take)(void *context, const struct pc_case_result *result);
    void *context;
};

struct pc_case_runner {
    bool no_index;  // only ask without it
    unsigned flags; // PC_DECIDE_*, for both
    bool color;     // differences and explanations are coloured
    int64_t now;
    struct pc_policy_loader *loader;    // NULL: a case that names a policy's file fails
    struct pc_account_loader *accounts; // NULL: one that names an account fails
    const struct pc_case_hook *hook;    // NULL: none
    // NULL: every case. Is the case, or row, of that name one to run?
    bool (*wanted)(void *context, struct pc_str name);
    void *wanted_context;
    size_t left_out; // cases that were not wanted

    // Its own.
    struct pc_arena arena;                // of one case
    struct pc_arena shared;               // of one table
    struct pc_scratch *scratch, *without; // with the index, and without
    struct pc_buf actual, reasons, differences, explanation;
};

// A zeroed struct may be released; what is not its own is the caller's to set after init.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_case_runner_init(struct pc_case_runner *runner);
void pc_case_runner_release(struct pc_case_runner *runner);

// Runs a case of the source that it was parsed from. The sink gets one result for it, one for each
// row of a table, in order, or one for a table that is malformed; valid during the call.
// PC_ERR_NOMEM; a case that fails is no error.
PC_MUST_CHECK enum pc_status pc_case_run(struct pc_case_runner *runner,
                                         const struct pc_json_source *text,
                                         const struct pc_json *json,
                                         const struct pc_case_sink *sink);

#endif
