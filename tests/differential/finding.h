// SPDX-License-Identifier: Apache-2.0
//
// A disagreement, made small and told as a case of the corpus: what the reference answers stands in
// its `expect`, and who said what in its `comment`.
#ifndef FINDING_H
#define FINDING_H

#include "judge.h"

enum {
    FINDING_BUDGET = 20000, // questions that making one case small may cost
};

// Shrinks the case of the text, on which the parties disagree, and appends the result, indented.
// name: of the case.
void finding_write(struct judge *judge, struct pc_str text, struct pc_str name, struct pc_buf *out);

#endif
