// SPDX-License-Identifier: Apache-2.0
//
// The condition keys of a request: what it carries, and what follows from it (section 9).
#ifndef REFERENCE_CONTEXT_H
#define REFERENCE_CONTEXT_H

#include "caller.h"

struct ref_key {
    struct pc_str name;  // as the request writes it
    struct pc_str lower;
    bool absent;         // JSON null
    bool list;           // multivalued, also with one element or none
    const struct pc_str *values;
    size_t count; // 1 when it is no list
};

struct ref_context {
    struct ref_key *keys;
    size_t count, room;
};

// The `context` of a request; NULL: none.
const char *ref_context_read(struct pc_arena *arena, const struct pc_json *json,
                             struct ref_context *out);

void ref_context_add(struct pc_arena *arena, struct ref_context *context, struct ref_key key);

// The key by its name in any case, absent ones too; NULL when the request does not mention it.
const struct ref_key *ref_context_entry(struct pc_arena *arena, const struct ref_context *context,
                                        struct pc_str name);

// The same, but NULL for an absent one.
const struct ref_key *ref_context_find(struct pc_arena *arena, const struct ref_context *context,
                                       struct pc_str name);

#endif
