// SPDX-License-Identifier: Apache-2.0
//
// The reports of one run of `polcheck test`: one on standard output, and any number in files.
#ifndef PC_CLI_TEST_REPORT_H
#define PC_CLI_TEST_REPORT_H

#include "command.h"
#include "report.h"

enum {
    PC_TEST_REPORTS = 8, // with that of standard output
    PC_TEST_JSON = 1,    // its place among the words of --format
};

struct pc_test_reports {
    struct pc_cli *cli;
    struct pc_report reports[PC_TEST_REPORTS]; // the first goes to standard output
    struct pc_output files[PC_TEST_REPORTS];   // of the others, written at the end
    const char *paths[PC_TEST_REPORTS];
    size_t count;
};

// Reads which reports are wanted: the format for standard output, by its place among the words of
// --format, and each FORMAT=FILE that was given with the option. PC_ERR_USAGE: reported.
PC_MUST_CHECK enum pc_status pc_test_reports_init(struct pc_cli *cli, const struct pc_args *args,
                                                  size_t format, int file_option,
                                                  struct pc_test_reports *out);
void pc_test_reports_release(struct pc_test_reports *reports);

// The report on standard output, whose counts are those of all.
const struct pc_report *pc_test_reports_first(const struct pc_test_reports *reports);

// Each tells all of them. begin forgets the counts of a run before.
void pc_test_reports_begin(struct pc_test_reports *reports);
void pc_test_reports_add(struct pc_test_reports *reports, const struct pc_case_result *result);
void pc_test_reports_unreadable(struct pc_test_reports *reports, struct pc_str file,
                                const struct pc_diag *why);
void pc_test_reports_pass_over(struct pc_test_reports *reports, struct pc_str file,
                               const char *shape);
void pc_test_reports_end_file(struct pc_test_reports *reports, struct pc_str file, bool any);

// What is known of the whole run at its end.
struct pc_test_totals {
    size_t left_out;
    bool cut;
    int64_t millis;
};

// Ends all of them and writes the files. PC_ERR_INVALID: one could not be written, as reported.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_test_reports_end(struct pc_test_reports *reports,
                                                 struct pc_test_totals totals);

#endif
