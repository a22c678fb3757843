// SPDX-License-Identifier: Apache-2.0
//
// A condition in words: "aws:SourceVpce is vpce-1 or vpce-2".
#ifndef PC_CLI_CONDITION_PROSE_H
#define PC_CLI_CONDITION_PROSE_H

#include "base/buf.h"
#include "policy/model.h"

// Appends the words for one key under one operator, whose name must be known (it was compiled);
// an operator of another name is written as it is. The texts of the policy stand in it as they are.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_condition_prose(struct pc_buf *out,
                                                const struct pc_condition *condition);

#endif
