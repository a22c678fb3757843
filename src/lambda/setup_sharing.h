// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with sharing the other end of an integration: a bucket that may become a
// stranger's, a queue under a key that others cannot use, a source that the function writes to
// (LAMBDA.md 8.3, L36, L33, L54).
#ifndef PC_LAMBDA_SETUP_SHARING_H
#define PC_LAMBDA_SETUP_SHARING_H

#include "lambda/check.h"

enum {
    PC_SHARING_FINDINGS = 3,
};

// Finds at most that many, with texts in the arena. What questions fail of is not reported: it is
// met again where the integration's own are asked. PC_ERR_NOMEM and failures of the store.
PC_MUST_CHECK enum pc_status pc_sharing_check(struct pc_checker *checker,
                                              const struct pc_subject *subject,
                                              struct pc_finding *found, size_t *count);

#endif
