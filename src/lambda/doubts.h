// SPDX-License-Identifier: Apache-2.0
//
// What stays open where nothing was refused: questions that cannot be asked, because something was
// not told, and an answer that may not be Lambda's. What cannot be judged is not told to be ok.
#ifndef PC_LAMBDA_DOUBTS_H
#define PC_LAMBDA_DOUBTS_H

#include "lambda_question.h"

// Is it a key that is known by an alias alone, by its name or its ARN?
bool pc_doubt_is_alias(struct pc_str resource);

// What stands for a question about such a key. Whoever may use a queue may use the service's own
// key through it, but in the key's account only (L33).
PC_MUST_CHECK enum pc_status pc_doubt_alias(struct pc_checker *checker,
                                            const struct pc_subject *subject,
                                            const struct pc_need *need,
                                            const struct pc_lambda_question *question,
                                            struct pc_checked *checked);

// Of the question that was asked last and is allowed: warns where it names a version or an alias,
// and nothing but the policy of the function allows it (LAMBDA.md 4).
PC_MUST_CHECK enum pc_status pc_doubt_function_policy(struct pc_checker *checker,
                                                      const struct pc_lambda_question *question,
                                                      struct pc_checked *checked);

// What the connection does not tell, so that not all was asked; and that it is switched off.
PC_MUST_CHECK enum pc_status pc_doubt_untold(struct pc_checker *checker,
                                             const struct pc_subject *subject,
                                             struct pc_checked *checked);

#endif
