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

// A connection of the function, told at the element.
struct pc_connection_draft pc_lambda_draft(const struct pc_members *reader, const char *kind,
                                           struct pc_str function, const struct pc_json *json);

// A text below a member that is an object: "" when there is none. False after a report.
PC_MUST_CHECK bool pc_lambda_inner(const struct pc_members *reader, const struct pc_json *object,
                                   const char *member, const char *inner, struct pc_str *out);

// Facts from an array of texts. False after a report.
PC_MUST_CHECK bool pc_lambda_texts(const struct pc_members *reader, const struct pc_json *object,
                                   const char *member, const char *fact,
                                   struct pc_connection_draft *draft);

#endif
