// SPDX-License-Identifier: Apache-2.0
//
// The result of each policy type for one request: policy-set results (section 0), level rule (7.2),
// and which types apply at all (7.1).
#ifndef REFERENCE_EVALUATE_H
#define REFERENCE_EVALUATE_H

#include "policies.h"
#include "statement.h"

struct ref_found {
    struct ref_statement statement;
    bool allows;
};

struct ref_result {
    bool applies;
    bool denied;                 // a matching Deny
    bool allowed;                // every level has a matching Allow
    enum ref_strength strongest; // of the matching Allows
};

struct ref_results {
    struct ref_result of[REF_TYPES];
    struct ref_found *found; // every statement that matched
    size_t count, room;
    struct ref_names missing;
};

void ref_evaluate(struct pc_arena *arena, const struct ref_request *request,
                  const struct ref_policies *policies, struct ref_results *out);

#endif
