// SPDX-License-Identifier: Apache-2.0
//
// JSON numbers as the text that conditions compare.
#ifndef PC_VALUE_NUMBER_TEXT_H
#define PC_VALUE_NUMBER_TEXT_H

#include "base/arena.h"

// A valid JSON number without its exponent: integers have none in their canonical text, nor
// has what a policy compares them with. "1.5e2" is 150, "1.50" is 1.5; an integer stays as
// written. PC_ERR_NOMEM. PC_ERR_LIMIT: its exponent is beyond 4,096 either way.
PC_MUST_CHECK enum pc_status pc_number_text(struct pc_arena *arena, struct pc_str written,
                                            struct pc_str *out);

#endif
