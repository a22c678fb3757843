// SPDX-License-Identifier: Apache-2.0
//
// Which statement of a document a place lies in.
#ifndef PC_CLI_LINT_STATEMENT_H
#define PC_CLI_LINT_STATEMENT_H

#include "json/reader.h"

// Sets *out to the Sid of the statement, or to "#N" by its place from 0 when it has none; "" when
// the place is in none, and in a document whose places are all the same (a percent-encoded one).
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_statement(struct pc_arena *arena,
                                               const struct pc_json *document,
                                               const struct pc_place *place, struct pc_str *out);

#endif
