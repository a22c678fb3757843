// SPDX-License-Identifier: Apache-2.0
//
// The context of a request: keys and their values.
#include "context.h"

#include "match/key.h"

#include <string.h>

const struct pc_context_entry *pc_context_lookup(const struct pc_request *request,
                                                 struct pc_str lower, uint64_t hash)
{
    for (size_t i = 0; i < request->context_count; i++) {
        const struct pc_context_entry *entry = &request->context[i];
        if (entry->hash == hash && pc_str_eq(entry->key, lower)) {
            return entry;
        }
    }
    return NULL;
}

const struct pc_context_entry *pc_context_named(const struct pc_request *request,
                                                struct pc_str lower)
{
    for (size_t i = 0; i < request->context_count; i++) {
        if (pc_str_eq(request->context[i].key, lower)) {
            return &request->context[i];
        }
    }
    return NULL;
}

const struct pc_context_entry *pc_request_find(const struct pc_request *request, struct pc_str key,
                                               uint64_t hash)
{
    const struct pc_context_entry *entry = pc_context_lookup(request, key, hash);
    return entry != NULL && !entry->absent ? entry : NULL;
}

static enum pc_status reserve(struct pc_arena *arena, struct pc_request *request)
{
    if (request->context_count < request->context_capacity) {
        return PC_OK;
    }
    size_t capacity = request->context_capacity == 0 ? 32 : request->context_capacity * 2;
    struct pc_context_entry *grown = pc_arena_array(arena, capacity, sizeof(*grown));
    if (grown == NULL) {
        return PC_ERR_NOMEM;
    }
    if (request->context_count > 0) {
        memcpy(grown, request->context, request->context_count * sizeof(*grown));
    }
    request->context = grown;
    request->context_capacity = capacity;
    return PC_OK;
}

enum pc_status pc_context_append(struct pc_arena *arena, struct pc_request *request,
                                 const struct pc_context_entry *entry)
{
    if (request->context_count >= PC_REQUEST_MAX_KEYS) {
        return PC_ERR_LIMIT;
    }
    PC_TRY(reserve(arena, request));
    request->context[request->context_count++] = *entry;
    return PC_OK;
}

enum pc_status pc_request_add(struct pc_arena *arena, struct pc_request *request,
                              const struct pc_context_entry *entry)
{
    struct pc_context_entry added = *entry;
    PC_TRY(pc_key_fold(arena, entry->key, &added.key));
    added.text = entry->key;
    added.hash = pc_str_hash(added.key);
    if (pc_context_lookup(request, added.key, added.hash) != NULL) {
        return PC_ERR_INVALID;
    }
    return pc_context_append(arena, request, &added);
}
