// SPDX-License-Identifier: Apache-2.0
//
// How coverage and mutants are told: behind the results on standard output, in their format, and in
// files. Not for others than test_suite.c.
#ifndef PC_CLI_TEST_SUITE_REPORT_H
#define PC_CLI_TEST_SUITE_REPORT_H

#include "suite/mutation.h"
#include "test_suite.h"

// On standard output, if they are wanted there. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_test_suite_tell_coverage(struct pc_test_suite *suite,
                                                         const struct pc_coverage *coverage);
PC_MUST_CHECK enum pc_status pc_test_suite_tell_mutants(struct pc_test_suite *suite,
                                                        const struct pc_mutation *mutation);
// The run was broken off.
void pc_test_suite_tell_cut(struct pc_test_suite *suite);

// Is it enough? If not, it is reported (POL1351); of survivors that are listed no more is said.
bool pc_test_suite_check_coverage(struct pc_test_suite *suite, const struct pc_coverage *coverage);
bool pc_test_suite_check_mutants(struct pc_test_suite *suite, const struct pc_mutation *mutation);

// Writes the files. PC_ERR_INVALID: one could not be written, as reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_test_suite_write_reports(struct pc_test_suite *suite,
                                                         const struct pc_coverage *coverage);

// A format of files by its name, or NULL.
const struct pc_test_suite_format *pc_test_suite_format_named(struct pc_str name);
// The name nearest to that one, or "".
struct pc_str pc_test_suite_format_near(struct pc_str name);

#endif
