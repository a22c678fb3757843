// SPDX-License-Identifier: Apache-2.0
//
// The check of one integration: each need of its row is asked, and what is refused becomes a
// finding with its mistake and its mend.
#ifndef PC_LAMBDA_CHECK_INTEGRATION_H
#define PC_LAMBDA_CHECK_INTEGRATION_H

#include "lambda/check.h"
#include "lambda/template.h"

// Fills in findings, mends, mark and number of questions of `checked`, whose row is given.
// `granted`: a grant lets the role use the key of its environment. PC_ERR_NOMEM and failures of the
// store.
PC_MUST_CHECK enum pc_status pc_check_integration(struct pc_checker *checker,
                                                  const struct pc_subject *subject, bool granted,
                                                  struct pc_diags *diags,
                                                  struct pc_checked *checked);

#endif
