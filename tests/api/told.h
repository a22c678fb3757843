// SPDX-License-Identifier: Apache-2.0
//
// What the library answers, as `polcheck eval --batch` prints it (CONTRACT.md, section 3).
#ifndef PC_TESTS_API_TOLD_H
#define PC_TESTS_API_TOLD_H

#include "base/buf.h"
#include "polcheck/polcheck.h"

// Appends the answer to the last question of the scratch, or its error, as one JSON object. The
// members that repeat the request, and "assumed", are not there. id: JSON, or "".
void told_answer(struct pc_buf *out, struct pc_str id, struct polcheck_scratch *scratch,
                 struct polcheck_verdict verdict);

#endif
