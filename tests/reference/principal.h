// SPDX-License-Identifier: Apache-2.0
//
// `Principal` and `NotPrincipal` of a statement for one caller (section 4).
#ifndef REFERENCE_PRINCIPAL_H
#define REFERENCE_PRINCIPAL_H

#include "caller.h"

// 4.2, weakest first.
enum ref_strength {
    REF_STRENGTH_NONE = 0,
    REF_STRENGTH_ACCOUNT,
    REF_STRENGTH_PARENT,
    REF_STRENGTH_ROLE,
    REF_STRENGTH_ANY,
    REF_STRENGTH_SELF,
};

struct ref_meeting {
    struct pc_arena *arena;
    const struct ref_caller *caller;
    struct pc_str partition; // of the resource; "": none is known
    bool trust;              // Federated means something in trust policies only
    bool boundary;           // the caller or its role has one
};

// The strongest entry of a Principal element.
enum ref_strength ref_principal_strength(const struct ref_meeting *meeting,
                                         const struct pc_json *principal);

// does a Deny with this NotPrincipal apply?
bool ref_not_principal_denies(const struct ref_meeting *meeting, const struct pc_json *principal);

#endif
