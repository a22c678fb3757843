// SPDX-License-Identifier: Apache-2.0
//
// Coverage and mutants of a run of `polcheck test`: the run's questions are shown to a suite
// (suite/suite.h), and behind the results stands what it found.
#ifndef PC_CLI_TEST_SUITE_H
#define PC_CLI_TEST_SUITE_H

#include "case_walk.h"
#include "command.h"
#include "suite/suite.h"

enum {
    PC_TEST_SUITE_REPORTS = 8,
};

struct pc_test_suite_format; // of a report of coverage in a file

// Which of a verb's options are these.
struct pc_test_suite_ids {
    int coverage, coverage_report, mutate, threshold;
};

struct pc_kept_text; // of a file of cases, which kept questions borrow from

struct pc_test_suite {
    struct pc_cli *cli;
    const struct pc_report_format *format; // of standard output
    bool coverage, mutate;                 // are wanted there
    bool has_threshold;
    unsigned threshold; // tenths of a percent
    const struct pc_test_suite_format *formats[PC_TEST_SUITE_REPORTS];
    const char *paths[PC_TEST_SUITE_REPORTS];
    size_t count;

    // Of a run.
    struct pc_suite *suite; // NULL: nobody wants one
    struct pc_case_runner *runner;
    struct pc_case_walk *walk;
    struct pc_case_hook hook;
    struct pc_arena arena; // what questions borrow, and the results
    struct pc_kept_text *texts;
    struct pc_buf compared;
};

// Reads the options. PC_ERR_USAGE: reported.
PC_MUST_CHECK enum pc_status pc_test_suite_init(struct pc_cli *cli, const struct pc_args *args,
                                                const struct pc_test_suite_ids *ids,
                                                const struct pc_report_format *format,
                                                struct pc_test_suite *out);
void pc_test_suite_release(struct pc_test_suite *suite); // also of a zeroed one

// Begins a run anew: the runner shows it what is decided. For mutants it takes over the memory of
// runner and walk that questions lie in. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_test_suite_begin(struct pc_test_suite *suite,
                                                 struct pc_case_runner *runner,
                                                 struct pc_case_walk *walk);

// Behind each file of the walk. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_test_suite_end_file(struct pc_test_suite *suite);

// Tells what was found and forgets it. cut: the run was broken off, so that nothing is told but
// that. *content: enough is covered, and every mutant noticed, as the options ask for.
// PC_ERR_INVALID: a report could not be written, as was reported. PC_ERR_NOMEM and others of
// pc_suite_ask.
PC_MUST_CHECK enum pc_status pc_test_suite_end(struct pc_test_suite *suite, bool cut,
                                               bool *content);

#endif
