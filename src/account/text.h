// SPDX-License-Identifier: Apache-2.0
//
// The bytes of an open file, read once and straight to where they stay.
#ifndef PC_ACCOUNT_TEXT_H
#define PC_ACCOUNT_TEXT_H

#include "base/arena.h"

// Reads from the descriptor to its end, or to one byte beyond what a document may have
// (PC_JSON_MAX_BYTES). `expected`: bytes that there should be, 0 when nobody knows; more or fewer
// are no error. *error is 0, or the errno of the read that failed; *out is untouched then.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_text_read(struct pc_arena *arena, int descriptor, size_t expected,
                                          struct pc_str *out, int *error);

#endif
