// SPDX-License-Identifier: Apache-2.0
//
// What follows from who asks, as far as it is asked for each request: here, so that it costs no
// call. Not for use outside the module.
#ifndef PC_EVAL_TOLD_H
#define PC_EVAL_TOLD_H

#include "eval/request.h"

enum {
    PC_TOLD_BETWEEN = 32, // bytes of what is between the parts of a text
};

// Is aws:PrincipalArn put together, of a role session whose path nothing names?
static inline bool pc_told_role_is_joined(const struct pc_caller *caller)
{
    return caller->kind == PC_CALLER_SESSION && caller->role.len == 0;
}

// May aws:userid have to be put together?
static inline bool pc_told_userid_is_joined(const struct pc_caller *caller)
{
    return caller->kind == PC_CALLER_FEDERATED_USER ||
           (caller->kind == PC_CALLER_SESSION && caller->id.len > 0 && caller->session.len > 0);
}

// The caller's aws:PrincipalArn where the request has the text of it; else "".
static inline struct pc_str pc_told_arn(const struct pc_caller *caller)
{
    switch (caller->kind) {
    case PC_CALLER_ROOT:
    case PC_CALLER_USER:
    case PC_CALLER_FEDERATED_USER:
        return caller->text;
    case PC_CALLER_SESSION:
        return caller->role;
    case PC_CALLER_ANONYMOUS:
    case PC_CALLER_PROVIDER:
    case PC_CALLER_SERVICE:
    case PC_CALLER_NONE:
        break;
    }
    return PC_STR("");
}

#endif
