// SPDX-License-Identifier: Apache-2.0
//
// The input of targets that begin with a case.
#ifndef POLCHECK_FUZZ_DECIDE_INPUT_H
#define POLCHECK_FUZZ_DECIDE_INPUT_H

#include "fuzz.h"
#include "judge.h"

#include <string.h>

enum {
    // Bytes of a case that is asked: the reference evaluator takes its time.
    DECIDE_LONGEST = 24 << 10,
};

// Appends the case that the input stands for: its own text, or what the generator makes of a tape.
void decide_case_of(struct pc_str input, struct pc_buf *out);

// Whether the input is "tape\n" and a tape.
bool decide_is_tape(struct pc_str input);

#endif
