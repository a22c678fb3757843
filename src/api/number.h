// SPDX-License-Identifier: Apache-2.0
//
// Numbers of a request as the text that conditions compare: without an exponent.
#ifndef PC_API_NUMBER_H
#define PC_API_NUMBER_H

#include "base/arena.h"

// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_number_of_integer(struct pc_arena *arena, int64_t value,
                                                  struct pc_str *out);

// The shortest text that reads as the same double. PC_ERR_INVALID: not finite, or a text of more
// than 400 digits. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_number_of_double(struct pc_arena *arena, double value,
                                                 struct pc_str *out);

#endif
