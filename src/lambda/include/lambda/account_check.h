// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with the functions of a store as a whole (LAMBDA.md 8.3): roles that functions
// share (L25), and who may pass any role to any service (L26).
#ifndef PC_LAMBDA_ACCOUNT_CHECK_H
#define PC_LAMBDA_ACCOUNT_CHECK_H

#include "lambda/check.h"

// Appends the findings to *out, with texts in the checker's arena. The snapshot is of the state
// that the asker asks. PC_ERR_DAMAGED, PC_ERR_BUSY, PC_ERR_IO, PC_ERR_NOMEM: what was found before
// is there. Cost: a pass over all functions, and one to three questions for each user and role.
PC_MUST_CHECK enum pc_status pc_account_check(struct pc_checker *checker,
                                              struct pc_snapshot *snapshot, struct pc_diags *diags,
                                              struct pc_finding **out);

#endif
