// SPDX-License-Identifier: Apache-2.0
//
// A case: one question with its policies, and what is expected of the answer; or a table: one set
// of policies, and a row for each question.
#ifndef PC_CLI_CASE_H
#define PC_CLI_CASE_H

#include "case_policies.h"
#include "eval/evaluator.h"

// The parts of a case, still as JSON. Absent ones are NULL, but for the request of a case that is
// no table.
struct pc_case {
    struct pc_str name; // "" when it has none
    const struct pc_json *request, *policies, *expect;
    const struct pc_json *rows;     // NULL: it is no table
    struct pc_case_account account; // in place of policies, but those that a request brings along
    struct pc_case_sets *sets;      // of a row: what it shares with the other rows; NULL: nothing
};

// Takes a case apart. PC_ERR_INVALID: unknown, missing or wrong members were reported; *out is set
// all the same to what could be read, for its name.
PC_MUST_CHECK enum pc_status pc_case_read(const struct pc_case_source *source,
                                          const struct pc_json *json, struct pc_case *out);

// Takes a row of a table apart: a case of its own, named "TABLE: ROW", with what the row says laid
// over what the table says. In the request each member of the row takes the place of the table's
// and, within `context`, each key; an expectation takes the place of the whole one. What is made
// lives in the source's arena. As pc_case_read. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_case_row(const struct pc_case_source *source,
                                         const struct pc_case *table, const struct pc_json *json,
                                         struct pc_case *out);

// Reads and completes the request, and compiles the policies: ready to be decided. Not of a table.
// PC_ERR_INVALID: at least one error was reported. PC_ERR_NOMEM, PC_ERR_LIMIT.
PC_MUST_CHECK enum pc_status pc_case_prepare(const struct pc_case_source *source,
                                             const struct pc_case *subject, int64_t now,
                                             struct pc_request *request,
                                             struct pc_policies *policies);

// Whether what the question was answered from is still what it was: to be asked behind the
// decision. PC_ERR_BUSY and others of a store: reported; then the answer is none.
PC_MUST_CHECK enum pc_status pc_case_check(const struct pc_case_source *source,
                                           const struct pc_case *subject);

#endif
