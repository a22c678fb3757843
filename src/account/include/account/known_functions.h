// SPDX-License-Identifier: Apache-2.0
//
// All functions of a store, for who asks something about each of them.
#ifndef PC_ACCOUNT_KNOWN_FUNCTIONS_H
#define PC_ACCOUNT_KNOWN_FUNCTIONS_H

#include "store/store.h"

// Calls visit with the ARN of each function of the state until it returns a status other than
// PC_OK, which is returned then. The ARN is valid during the call. Order and errors as
// pc_each_principal.
PC_MUST_CHECK enum pc_status
pc_each_function(struct pc_snapshot *snapshot,
                 enum pc_status (*visit)(void *context, struct pc_str arn), void *context);

#endif
