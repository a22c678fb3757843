// SPDX-License-Identifier: Apache-2.0
//
// How it is told that secrets are not released: by whom they were refused, or what failed.
#ifndef PC_CLI_REFUSAL_H
#define PC_CLI_REFUSAL_H

#include "releasing.h"

// Reports a failure of the library by the code at the end of its message or, without one, by the
// status; of_vault: it was about the vault and not the policies. Gives PC_ERR_INVALID.
enum pc_status pc_library_failed(struct pc_cli *cli, enum polcheck_status status,
                                 struct pc_str message, bool of_vault);

// Reports a verdict that is not allowed, about the last question: of a refusal by the policies
// RELEASE_REFUSED with AWS's sentence, the statements that decided, and the question as polcheck
// eval takes it. Gives the exit status: PC_EXIT_NO for a refusal, PC_EXIT_FAIL for a failure.
int pc_releasing_refused(struct pc_releasing *releasing, struct polcheck_verdict verdict);

// Where a statement stands, for a diagnostic.
struct pc_place pc_statement_place(const struct polcheck_statement *statement);

// Appends `"SID" of the TYPE policy "POLICY"`, the number of the statement when it has no Sid.
void pc_statement_write(struct pc_buf *out, const struct polcheck_statement *statement);

#endif
