// SPDX-License-Identifier: Apache-2.0
//
// Which statements may cover which, so that in a policy of thousands not every pair has to be
// looked at: a pattern can only cover what begins with its own literal beginning. Proposes too
// many, never too few.
#ifndef PC_LINT_CANDIDATES_H
#define PC_LINT_CANDIDATES_H

#include "statement.h"

struct pc_lint_candidates;

// Sorts sound statements; the array is borrowed. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_candidates_new(struct pc_arena *arena,
                                                    const struct pc_lint_statement *statements,
                                                    size_t count, struct pc_lint_candidates **out);

// Calls visit with every statement that may cover that one, itself among them, until it returns
// true. One may come several times.
void pc_lint_candidates_each(const struct pc_lint_candidates *candidates, size_t statement,
                             bool (*visit)(void *context, size_t candidate), void *context);

#endif
