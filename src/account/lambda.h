// SPDX-License-Identifier: Apache-2.0
//
// What the readers of Lambda's dumps share.
#ifndef PC_ACCOUNT_LAMBDA_H
#define PC_ACCOUNT_LAMBDA_H

#include "connections.h"

// The ARN of a function, perhaps qualified, under the member. False after a report.
PC_MUST_CHECK bool pc_lambda_function_arn(const struct pc_members *reader,
                                          const struct pc_json *object, const char *member,
                                          enum pc_need need, struct pc_str *out);

// The function that an ARN with the qualifier $LATEST means: the one without.
struct pc_str pc_lambda_without_latest(struct pc_str arn);

// The qualifier behind the function's name, or "".
struct pc_str pc_lambda_qualifier(struct pc_str arn);

// A connection of the function, told at the element; NULL: nowhere yet.
struct pc_connection_draft pc_lambda_draft(const struct pc_members *reader, const char *kind,
                                           struct pc_str function, const struct pc_json *json);

// The same of the function that the element names under the member, which is required. False after
// a report.
PC_MUST_CHECK bool pc_lambda_draft_of(const struct pc_members *reader, const char *kind,
                                      const struct pc_json *element, const char *member,
                                      struct pc_connection_draft *out);

// A text below a member that is an object: "" when there is none. False after a report.
PC_MUST_CHECK bool pc_lambda_inner(const struct pc_members *reader, const struct pc_json *object,
                                   const char *member, const char *inner, struct pc_str *out);

// Adds a fact from an optional text of the element. False after a report.
PC_MUST_CHECK bool pc_lambda_fact(const struct pc_members *reader, const struct pc_json *element,
                                  const char *member, const char *fact,
                                  struct pc_connection_draft *draft);

// Facts from an array of texts. False after a report.
PC_MUST_CHECK bool pc_lambda_texts(const struct pc_members *reader, const struct pc_json *object,
                                   const char *member, const char *fact,
                                   struct pc_connection_draft *draft);

// Calls read for each element of the list under the name, or for the document itself as the only
// one when there is no such list.
PC_MUST_CHECK enum pc_status
pc_lambda_list(struct pc_import *import, const struct pc_piece *piece, const char *list,
               enum pc_status (*read)(const struct pc_members *reader,
                                      const struct pc_json *element, void *context));

// Is the other end, told at `json`, one of the draft's kind? Reports what it is not.
PC_MUST_CHECK bool pc_lambda_other_fits(const struct pc_members *reader, const struct pc_json *json,
                                        const struct pc_connection_draft *draft);

// Where results and events that failed may go.
enum pc_target_use {
    PC_TARGET_SUCCESS,
    PC_TARGET_FAILURE, // of asynchronous calls
    PC_TARGET_MAPPING, // what a mapping could not hand over
    PC_TARGET_DEAD_LETTER,
};

// Makes the draft one of the kind that the target's service has for that use: kind, other and "on".
// False after a report, at `json`, of a target of no such service.
PC_MUST_CHECK bool pc_lambda_target(const struct pc_members *reader, const struct pc_json *json,
                                    enum pc_target_use use, struct pc_str target,
                                    struct pc_connection_draft *draft);

#endif
