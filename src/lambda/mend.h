// SPDX-License-Identifier: Apache-2.0
//
// What would mend an integration: for each refused question the policies that lack an Allow, found
// by asking again with a statement in their place; then as few statements as say the same.
#ifndef PC_LAMBDA_MEND_H
#define PC_LAMBDA_MEND_H

#include "lambda_question.h"

struct pc_lack; // what one question lacks in one policy

struct pc_lacks {
    struct pc_lack *first, **end;
    size_t count;
};

// Finds out what the question that was asked last lacks, and adds it. `covers` is what the
// statement names as resource. Of a question that a Deny refuses, or that no Allow would help, it
// adds nothing. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lacks_add(struct pc_checker *checker,
                                          const struct pc_lambda_question *question,
                                          const struct pc_lambda_answer *answer,
                                          struct pc_str covers, struct pc_lacks *lacks);

// Is one of the lacks, from this one on, in a key's policy?
bool pc_lacks_key_policy(const struct pc_lack *lack);
// Is that all that is lacking?
bool pc_lacks_key_policy_alone(const struct pc_lack *lack);

// Makes the statements, in the arena. `kind` is the integration's: it goes into their Sids.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lacks_mend(struct pc_checker *checker, struct pc_lacks *lacks,
                                           const char *kind, struct pc_mend **mends, size_t *count);

#endif
