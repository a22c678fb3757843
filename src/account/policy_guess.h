// SPDX-License-Identifier: Apache-2.0
//
// What a policy document is that nothing around it tells the type of.
#ifndef PC_ACCOUNT_POLICY_GUESS_H
#define PC_ACCOUNT_POLICY_GUESS_H

#include "policy/model.h"
#include "json/reader.h"

// With a Principal or NotPrincipal in any statement: TRUST when every action is one of those that
// trust policies have (sts:AssumeRole*, sts:TagSession, sts:SetSourceIdentity, sts:SetContext), KEY
// when every one is of kms, else RESOURCE. Without one: IDENTITY.
enum pc_policy_type pc_policy_guess(const struct pc_json *document);

#endif
