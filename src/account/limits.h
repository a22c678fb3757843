// SPDX-License-Identifier: Apache-2.0
//
// AWS's size limits of policies (SEMANTICS.md 1.4), as warnings where the kind of the policy is
// certain.
#ifndef PC_ACCOUNT_LIMITS_H
#define PC_ACCOUNT_LIMITS_H

#include "picture.h"
#include "policy/limits.h"

// Warns (POLICY_TOO_LARGE) when the document exceeds the limit; of a document once.
PC_MUST_CHECK enum pc_status pc_limit_check(struct pc_import *import, enum pc_limit limit,
                                            const struct pc_document *document);

// The same for the sum of the inline policies among the references.
PC_MUST_CHECK enum pc_status pc_limit_check_inline(struct pc_import *import, enum pc_limit limit,
                                                   const struct pc_references *policies,
                                                   struct pc_str holder, struct pc_place place);

// The same for the policy of a resource, by the service in its ARN.
PC_MUST_CHECK enum pc_status pc_limit_check_resource(struct pc_import *import,
                                                     const struct pc_resource *resource);

// Warns (ORGANIZATION_LIMIT) when a level has more policies attached than AWS takes, or lies too
// deep. The levels are linked, without circles.
void pc_limit_check_level(struct pc_import *import, const struct pc_level *level);

#endif
