// SPDX-License-Identifier: Apache-2.0
//
// The names by which Lambda's API takes a function, made into the ARN that policies see
// (LAMBDA.md 4).
#ifndef PC_LAMBDA_FUNCTION_NAME_H
#define PC_LAMBDA_FUNCTION_NAME_H

#include "base/diag.h"

// A function as a call names it. "" for what was not given.
struct pc_function_wish {
    struct pc_str name;      // arn:P:lambda:R:A:function:NAME[:Q], A:function:NAME[:Q] or NAME[:Q]
    struct pc_str qualifier; // may repeat that of the name
    struct pc_str account, region; // where the name does not say them
};

// The function that is meant. `arn` begins with `function`; both live in the arena.
struct pc_function_name {
    struct pc_str partition, region, account;
    struct pc_str name;
    struct pc_str qualifier; // a version, an alias, "$LATEST" or "$LATEST.PUBLISHED"; "": none
    struct pc_str function;  // the ARN without the qualifier
    struct pc_str arn;       // with it, if there is one
};

// Finds out which function is meant. The partition of a bare name is that of the region. What is
// said twice has to agree.
// PC_ERR_INVALID: FUNCTION_NAME or FUNCTION_QUALIFIER was reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_function_name_resolve(struct pc_arena *arena,
                                                      const struct pc_function_wish *wish,
                                                      struct pc_diags *diags,
                                                      struct pc_function_name *out);

// Splits the ARN of a function, qualified or not, whose fields all have their forms; of no other
// text. `function` and `arn` are borrowed from it. False: *out is untouched.
PC_MUST_CHECK bool pc_function_name_parse(struct pc_str arn, struct pc_function_name *out);

#endif
