// SPDX-License-Identifier: Apache-2.0
//
// The context of a request from the inside. Not for use outside the module.
#ifndef PC_EVAL_CONTEXT_H
#define PC_EVAL_CONTEXT_H

#include "known.h"

// The entry that the request gives of a known key, also one that says absent, or NULL.
static inline const struct pc_context_entry *pc_context_given(const struct pc_request *request,
                                                              enum pc_known_key key)
{
    size_t place = request->places[key];
    return place == 0 ? NULL : &request->context[place - 1];
}

// The same; NULL also when it says absent.
static inline const struct pc_context_entry *pc_context_present(const struct pc_request *request,
                                                                enum pc_known_key key)
{
    const struct pc_context_entry *entry = pc_context_given(request, key);
    return entry != NULL && !entry->absent ? entry : NULL;
}

// Is it of the family? Then *rest is what stands behind its prefix.
bool pc_context_of_family(struct pc_str lower, enum pc_known_key family, struct pc_str *rest);

#endif
