// SPDX-License-Identifier: Apache-2.0
//
// Questions made of the needs of an integration, and their answers.
#ifndef PC_LAMBDA_LAMBDA_QUESTION_H
#define PC_LAMBDA_LAMBDA_QUESTION_H

#include "eval/observer.h"
#include "lambda/check.h"

struct pc_lambda_question {
    struct pc_str who, action, resource;
    struct pc_context_key *keys; // in the arena
    size_t key_count, key_room;
    size_t own_from; // keys from here on are those of this caller's calls, not of the integration
    struct pc_str region;  // that is asked where the resource names none
    struct pc_str account; // of the function
    struct pc_str owner;   // of the resource, where its ARN does not say it; "" not told
    bool foreign;          // the other end is of another account
    struct pc_place place; // of what declares the integration
};

struct pc_lambda_answer {
    struct pc_request *request; // in the arena
    struct pc_answer answer;    // reasons are valid until the next question
    // Why it could not be asked; "" when it was. Then the decision is a deny.
    struct pc_str complaint;
};

// Fills in who, resource and context; one of the actions is to be set. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lambda_question_make(struct pc_checker *checker,
                                                     const struct pc_need *need,
                                                     const struct pc_subject *subject,
                                                     struct pc_lambda_question *out);

// Sets the context from a template "KEY=VALUE KEY=VALUE" (NULL: none), filled in value by value:
// what is put in may hold blanks. A key whose value comes out empty is not sent. PC_ERR_NOMEM;
// PC_ERR_LIMIT: too many keys.
PC_MUST_CHECK enum pc_status pc_lambda_question_context(struct pc_checker *checker,
                                                        const char *text,
                                                        const struct pc_subject *subject,
                                                        struct pc_lambda_question *out);

// Asks. What is wrong with the question itself is the complaint; failures of the store are reported
// to `diags`.
PC_MUST_CHECK enum pc_status pc_lambda_ask(struct pc_checker *checker,
                                           const struct pc_lambda_question *question,
                                           struct pc_diags *diags, struct pc_lambda_answer *out);

// The same for who wants the decision alone: an unaskable question is denied.
PC_MUST_CHECK enum pc_status pc_lambda_decide(struct pc_checker *checker,
                                              const struct pc_lambda_question *question,
                                              struct pc_diags *diags, enum pc_decision *out);

// Appends why the question that was asked last was refused: the statement that denies, or what
// comes nearest to allowing it. *place is that of a denying statement, else untouched.
PC_MUST_CHECK enum pc_status pc_lambda_reason(struct pc_checker *checker,
                                              struct pc_lambda_answer *answer, struct pc_buf *out,
                                              struct pc_place *place);

// Did nothing allow it, and does nothing that was compiled tell of the other end, which is another
// account's? Then its policy may be there and not known.
PC_MUST_CHECK enum pc_status pc_lambda_untold(struct pc_checker *checker,
                                              const struct pc_subject *subject,
                                              const struct pc_lambda_answer *answer, bool *out);

// How far the statement got that comes nearest to allowing the question that was asked last: the
// obstacle that it met, NONE where no statement allows the action.
PC_MUST_CHECK enum pc_status pc_lambda_nearness(struct pc_checker *checker,
                                                struct pc_lambda_answer *answer,
                                                enum pc_obstacle *out);

#endif
