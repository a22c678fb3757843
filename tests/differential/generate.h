// SPDX-License-Identifier: Apache-2.0
//
// The generator of cases for the differential tests. A case is first a scene (which service and
// action, who calls, who owns the resource), then policies and a context that are about that scene,
// so that statements match often and by every kind of element. It knows the grammar of SEMANTICS.md
// and draws from the tables of pools.h; it never says what a case is to answer.
#ifndef GEN_GENERATE_H
#define GEN_GENERATE_H

#include "base/buf.h"
#include "random.h"

// Appends one case of CONTRACT.md section 2 as JSON text: an object with `name`, `request` and
// `policies`. The name says who calls for what. A few of a hundred cases are invalid on purpose.
// Memory that runs out shows in pc_buf_status(out).
void gen_case(struct gen_random *random, struct pc_buf *out);

// The same with a crowd in it: at least one set of 9 to 400 statements, many of them alike but for
// one place. A few of a hundred cases of gen_case are of this kind too.
void gen_large_case(struct gen_random *random, struct pc_buf *out);

// Appends a case that is about one condition alone: its only statement allows everything to a
// caller for whom an identity policy decides, so `allowed` says that the condition is true and
// `implicitDeny` that it is false. The name is the operator in its common spelling, set prefix and
// IfExists included.
void gen_condition_case(struct gen_random *random, struct pc_buf *out);

#endif
