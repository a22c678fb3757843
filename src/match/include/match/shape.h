// SPDX-License-Identifier: Apache-2.0
//
// The forms of names, as regular expressions (PCRE2) in one table: what AWS accepts as an account
// id, a user name, a role ARN, a Sid, and so on.
#ifndef PC_MATCH_SHAPE_H
#define PC_MATCH_SHAPE_H

#include "base/str.h"

enum {
    PC_SHAPE_LONGEST = 2048, // bytes of a text; no name that AWS accepts is longer
};

enum pc_shape {
    PC_SHAPE_NONE = 0,
    PC_SHAPE_ACCOUNT_ID = 1,     // 12 digits
    PC_SHAPE_ARN_ROOT,           // arn:P:iam::ACCT:root
    PC_SHAPE_ARN_USER,           // arn:P:iam::ACCT:user/[path/]name
    PC_SHAPE_ARN_ROLE,           // arn:P:iam::ACCT:role/[path/]name
    PC_SHAPE_ARN_SESSION,        // arn:P:sts::ACCT:assumed-role/role-name/session-name
    PC_SHAPE_ARN_FEDERATED_USER, // arn:P:sts::ACCT:federated-user/name
    PC_SHAPE_ARN_PROVIDER,       // arn:P:iam::ACCT:saml-provider/n or oidc-provider/url
    PC_SHAPE_UNIQUE_ID,          // AIDA... or AROA...
    PC_SHAPE_SERVICE,            // service principal: labels joined by '.', ending in
                                 // .amazonaws.com, .amazonaws.com.cn, .amazon.com or .aws.internal
    PC_SHAPE_DOMAIN,             // of an OIDC provider: host name with an optional path
    PC_SHAPE_CANONICAL_USER,     // 64 hex digits
    PC_SHAPE_SID_IAM,            // [A-Za-z0-9]* (R-019)
    PC_SHAPE_ACTION,             // a request's action: service:Name, no wildcards
    PC_SHAPE_SERVICE_PREFIX,     // what stands before ':' in an action: [A-Za-z0-9-]+
    PC_SHAPE_CONDITION_KEY,      // prefix:name
};

// Does the whole text have the form? Thread-safe; the expressions are compiled at first use, linear
// in the text. False for a shape outside the list, for a longer text
// than PC_SHAPE_LONGEST, and when memory for the first use is out.
bool pc_shape_is(enum pc_shape shape, struct pc_str text);

#endif
