// SPDX-License-Identifier: Apache-2.0
//
// What a case expects, and whether an answer meets it. Only the members present are compared.
#ifndef PC_CLI_EXPECT_H
#define PC_CLI_EXPECT_H

#include "answer.h"
#include "case.h"

// Checks the form of an expectation. PC_ERR_INVALID: it is missing, empty or malformed, as
// reported.
PC_MUST_CHECK enum pc_status pc_expect_check(const struct pc_case_source *source,
                                             const struct pc_json *expect, struct pc_place place);

// How differences are written.
struct pc_expect_style {
    bool color; // with ANSI colours
    bool why;   // behind the decision why it was made
};

// Appends a line for each member that an answer does not meet: "decision: expected ..., got ...".
// The expectation has been checked. Without a line it is met.
void pc_expect_compare(const struct pc_json *expect, const struct pc_reply *reply,
                       struct pc_expect_style style, struct pc_buf *out);

// The same for a question that failed.
void pc_expect_compare_failure(const struct pc_json *expect, const struct pc_diags *diags,
                               struct pc_buf *out);

#endif
