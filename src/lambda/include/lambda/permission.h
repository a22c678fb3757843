// SPDX-License-Identifier: Apache-2.0
//
// What `aws lambda add-permission` is told, its limits, and the statement that Lambda makes of it
// (LAMBDA.md 5.1).
#ifndef PC_LAMBDA_PERMISSION_H
#define PC_LAMBDA_PERMISSION_H

#include "base/diag.h"
#include "lambda/function_name.h"
#include "json/writer.h"

enum {
    PC_FUNCTION_POLICY_BYTES = 20 << 10, // of a function's policy, without white space (5.2)
};

// "" for what was not given. Texts are borrowed.
struct pc_permission {
    struct pc_function_name function;
    struct pc_str statement_id;
    struct pc_str action;
    struct pc_str principal; // "*", 12 digits, an ARN of IAM or STS, a service principal
    struct pc_str source_arn, source_account;
    struct pc_str organization;       // o-...
    struct pc_str event_source_token; // of an Alexa skill
    struct pc_str url_auth_type;      // "NONE" or "AWS_IAM"
    bool via_url;                     // only by way of a function URL
};

// Holds it against Lambda's limits. Reports every one that it breaks.
// PC_ERR_INVALID: PERMISSION_* was reported.
PC_MUST_CHECK enum pc_status pc_permission_check(const struct pc_permission *permission,
                                                 struct pc_diags *diags);

// The same of what names a statement alone: that it has a policy, and may be its Sid.
PC_MUST_CHECK enum pc_status pc_permission_check_name(const struct pc_function_name *function,
                                                      struct pc_str statement_id,
                                                      struct pc_diags *diags);

// Is it the id of an organization: "o-" with 10 to 32 lower-case letters and digits?
bool pc_organization_is(struct pc_str text);

// Writes the statement as one value, in Lambda's order and spelling. Of one that was checked.
void pc_permission_write(struct pc_json_writer *writer, const struct pc_permission *permission);

// Warns of what lets in more than is meant, and of what cannot work (LAMBDA.md 8.3). Of one that
// was checked.
void pc_permission_warn(const struct pc_permission *permission, struct pc_diags *diags);

// Appends what to do where only the function's policy allows the call of what has a qualifier:
// $LATEST cannot have a policy of its own (LAMBDA.md 4).
void pc_permission_advise(const struct pc_function_name *function, struct pc_buf *out);

#endif
