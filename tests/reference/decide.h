// SPDX-License-Identifier: Apache-2.0
//
// From the results of the policy types to the decision (7.3), its primary reason and what
// blocked it.
#ifndef REFERENCE_DECIDE_H
#define REFERENCE_DECIDE_H

#include "evaluate.h"

void ref_decide(const struct ref_request *request, const struct ref_results *results,
                struct ref_answer *out);

#endif
