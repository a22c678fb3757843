// SPDX-License-Identifier: Apache-2.0
//
// The context of a request from the inside: what is given and what was derived so far. Not for use
// outside the module.
#ifndef PC_EVAL_CONTEXT_H
#define PC_EVAL_CONTEXT_H

#include "known.h"

#include "value/date.h"

enum {
    PC_EPOCH_TEXT = 24,   // bytes that hold any 64-bit number
    PC_USUAL_ACTION = 64, // bytes of an action
};

// A given key that is none of the known ones.
struct pc_context_other {
    struct pc_context_entry entry;
    struct pc_str key;  // lower case
    struct pc_str text; // as the request writes it
    uint64_t hash;      // pc_str_hash(key)
};

// In the request's arena. The request of a decision is const; this is not: it remembers what was
// derived. Only what the first lines hold is set when it is made.
struct pc_context {
    struct pc_context_other *others;
    size_t other_count, other_capacity;
    uint64_t hashes; // a bit of the hash of each other key
    // Set by pc_derive:
    uint64_t made; // a bit for each known key that was derived
    int64_t now;
    int64_t (*clock)(void);  // NULL: `now` is the time
    char *role;              // room for the ARN of a session's role; NULL: it is known
    char *userid;            // room for aws:userid; NULL: it is not made of parts
    struct pc_str *tag_keys; // room for aws:TagKeys; NULL: it does not follow
    struct pc_context_entry *tags; // room: of the principal, then of the resource
    char current_time[PC_INSTANT_TEXT];
    char epoch_time[PC_EPOCH_TEXT];
    char action[PC_USUAL_ACTION];        // room for the action in lower case, if it is no longer
    struct pc_context_entry known[KEYS]; // of the keys whose bit is set, given or derived
};

// Gives the request an empty context, for which the index of the known keys is made ready.
// PC_ERR_NOMEM, PC_ERR_INTERNAL.
PC_MUST_CHECK enum pc_status pc_context_make(struct pc_arena *arena, struct pc_request *request);

// The same if it has none.
PC_MUST_CHECK static inline enum pc_status pc_context_prepare(struct pc_arena *arena,
                                                              struct pc_request *request)
{
    return request->context != NULL ? PC_OK : pc_context_make(arena, request);
}

// The entry that the request gives of a known key, which is no family, also one that says absent,
// or NULL.
static inline const struct pc_context_entry *pc_context_given(const struct pc_request *request,
                                                              enum pc_known_key key)
{
    return (request->known & pc_known_bit(key)) == 0 ? NULL : &request->context->known[key];
}

// The same; NULL also when it says absent.
static inline const struct pc_context_entry *pc_context_present(const struct pc_request *request,
                                                                enum pc_known_key key)
{
    const struct pc_context_entry *entry = pc_context_given(request, key);
    return entry != NULL && !entry->absent ? entry : NULL;
}

// The given keys of a family, one after the other: the first behind `after`, or the first of all
// behind NULL; NULL when there is no other. Then *rest is what stands behind the prefix.
const struct pc_context_other *pc_context_next(const struct pc_request *request,
                                               enum pc_known_key family,
                                               const struct pc_context_other *after,
                                               struct pc_str *rest);

// Reports that there are more keys than PC_REQUEST_MAX_KEYS (REQUEST_CONTEXT).
void pc_context_tell_keys(struct pc_diags *diags, struct pc_place place);

// Is it of the family? Then *rest is what stands behind its prefix.
bool pc_context_of_family(struct pc_str lower, enum pc_known_key family, struct pc_str *rest);

#endif
