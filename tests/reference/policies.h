// SPDX-License-Identifier: Apache-2.0
//
// The `policies` of a case (CONTRACT section 2): by type, by level, documents.
#ifndef REFERENCE_POLICIES_H
#define REFERENCE_POLICIES_H

#include "reference.h"
#include "refusal.h"

struct ref_level {
    const struct pc_json **documents;
    size_t count;
};

// Types other than SCP and RCP have one level. Absent is not empty: `given`.
struct ref_policy_set {
    bool given;
    struct ref_level *levels;
    size_t count;
};

struct ref_policies {
    struct ref_policy_set of[REF_TYPES];
};

const char *ref_policies_read(struct pc_arena *arena, const struct pc_json *json,
                              struct ref_policies *out);

#endif
