// SPDX-License-Identifier: Apache-2.0
//
// What SEMANTICS.md section 8 says of single services, and which services know RCPs. Not
// for use outside the module.
#ifndef PC_EVAL_SERVICE_RULES_H
#define PC_EVAL_SERVICE_RULES_H

#include "eval/decision.h"
#include "eval/request.h"

// Must the resource's own policy allow, because identity policies count only by its leave? KMS keys
// and roles to be assumed.
bool pc_requires_resource_policy(const struct pc_request *request);

// Do resource control policies reach this request (7.1)?
bool pc_rcp_applies(const struct pc_request *request);

// Does the service refuse this whatever the policies allow: a change of an alias that is AWS's own
// ? Explicit denies still come first.
bool pc_refused_by_service(const struct pc_request *request);

// Is the request decided before any policy is looked at? Then *decision is
// set.
bool pc_decided_by_action(const struct pc_request *request, enum pc_decision *decision);

#endif
