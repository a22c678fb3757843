// SPDX-License-Identifier: Apache-2.0
//
// A key that follows from the request: added where the request does not mention it, left away where
// it says null, compared where it says something.
#ifndef REFERENCE_DERIVE_H
#define REFERENCE_DERIVE_H

#include "request.h"

struct ref_derivation {
    struct pc_arena *arena;
    struct ref_context *context;
    bool kms; // the request is one of KMS
};

// The key has this value; a list is another thing.
const char *ref_derive_one(struct ref_derivation *derivation, const char *name,
                           struct pc_str value);

// The same for true and false, in any case.
const char *ref_derive_flag(struct ref_derivation *derivation, const char *name, bool value);

// The key is a list of these, in whatever order.
const char *ref_derive_list(struct ref_derivation *derivation, const char *name,
                            const struct pc_str *values, size_t count);

// The request cannot have the key.
const char *ref_derive_none(struct ref_derivation *derivation, const char *name);

// The key's only value, or false when it is not there or a list.
bool ref_derive_given(const struct ref_derivation *derivation, const char *name,
                      struct pc_str *out);

bool ref_derive_mentions(const struct ref_derivation *derivation, const char *name);

// The keys about the caller.
const char *ref_derive_caller(struct ref_derivation *derivation, struct ref_caller *caller);

#endif
