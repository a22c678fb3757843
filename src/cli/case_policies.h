// SPDX-License-Identifier: Apache-2.0
//
// The `policies` of a case, compiled to the same images that a store holds, in memory.
#ifndef PC_CLI_CASE_POLICIES_H
#define PC_CLI_CASE_POLICIES_H

#include "eval/decision.h"
#include "eval/request.h"
#include "policy/model.h"
#include "json/reader.h"

struct pc_case_source {
    struct pc_arena *arena; // of what is made
    struct pc_str file;     // for places
    struct pc_str text;     // that the tree was parsed from
    struct pc_diags *diags;
};

// Compiles every policy. policies NULL: there are none. The request tells of which kind the
// resource's policy is: a role's trust policy for sts: actions on a role, a key policy for kms:
// actions on a key. PC_ERR_INVALID: at least one error was reported. PC_ERR_NOMEM, PC_ERR_LIMIT.
PC_MUST_CHECK enum pc_status pc_case_policies_compile(const struct pc_case_source *source,
                                                      const struct pc_json *policies,
                                                      const struct pc_request *request,
                                                      struct pc_policies *out);

// Which type a resource's policy has for this request.
enum pc_policy_type pc_case_resource_type(const struct pc_request *request);

#endif
