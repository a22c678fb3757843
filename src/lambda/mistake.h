// SPDX-License-Identifier: Apache-2.0
//
// Frequent mistakes behind a refused question (LAMBDA.md 8.3): seen in the answer itself, or found
// by asking a variation: what would be allowed if the call were as the mistake has it.
#ifndef PC_LAMBDA_MISTAKE_H
#define PC_LAMBDA_MISTAKE_H

#include "lambda_question.h"

struct pc_refusal {
    const char *kind; // of the integration
    const struct pc_need *need;
    const struct pc_subject *subject;
    const struct pc_lambda_question *question;
    struct pc_lambda_answer *answer; // with its reasons, which end with the first variation
    bool lacks_key_policy;           // an Allow is lacking in a key's policy
};

struct pc_mistake {
    enum pc_diag_code code;
    struct pc_str hint; // what to do; "" where the mend says all
    bool doubtful;      // whether it fails is not known: a warning
};

// The mistake; where there is none to be seen the need's own, else INTEGRATION_DENIED. PC_ERR_NOMEM
// and failures of the store.
PC_MUST_CHECK enum pc_status pc_mistake_find(struct pc_checker *checker,
                                             const struct pc_refusal *refusal,
                                             struct pc_diags *diags, struct pc_mistake *out);

// Is the caller one of IAM, and not a service or everyone?
bool pc_refusal_is_of_iam(const struct pc_refusal *refusal);
// Is it the ARN of a numbered version?
bool pc_mistake_is_version(struct pc_str arn);
// Is the word one of those, which are separated by a blank?
bool pc_mistake_lists(const char *words, struct pc_str word);

// Of the Denies that decided, one at least, which is told: the first that tests no key of the
// network, since no network spares from it; else the first.
const struct pc_deciding *pc_deny_to_tell(const struct pc_answer *answer);

// Parts of it; each leaves `out` as it is where it finds nothing.
PC_MUST_CHECK enum pc_status pc_mistake_of_deny(struct pc_checker *checker,
                                                const struct pc_refusal *refusal,
                                                struct pc_diags *diags, struct pc_mistake *out);
// Keys of the call that nobody tells.
PC_MUST_CHECK enum pc_status pc_mistake_of_untold(struct pc_checker *checker,
                                                  const struct pc_refusal *refusal,
                                                  struct pc_diags *diags, struct pc_mistake *out);
// What statements of the function's policies, or of those of its versions and aliases, have
// instead.
PC_MUST_CHECK enum pc_status pc_mistake_of_statement(struct pc_checker *checker,
                                                     const struct pc_refusal *refusal,
                                                     struct pc_diags *diags,
                                                     struct pc_mistake *out);

#endif
