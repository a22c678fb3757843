// SPDX-License-Identifier: Apache-2.0
//
// The context of a request: keys and their values. A known key is found by its number, another by
// its hash among those that are there.
#include "context.h"

#include "match/key.h"

enum {
    FIRST_KEYS = 16, // doubled until PC_REQUEST_MAX_KEYS
};

bool pc_context_of_family(struct pc_str lower, enum pc_known_key family, struct pc_str *rest)
{
    struct pc_str prefix = pc_known_lower(family);
    if (lower.len < prefix.len || lower.ptr[prefix.len - 1] != '/' ||
        !pc_str_has_prefix(lower, prefix)) {
        return false;
    }
    *rest = pc_str_slice(lower, prefix.len, lower.len);
    return true;
}

static uint64_t family_bit(struct pc_str lower)
{
    static const enum pc_known_key families[] = {KEY_REQUEST_TAGS, KEY_RESOURCE_TAGS,
                                                 KEY_PRINCIPAL_TAGS};
    struct pc_str rest;
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        if (pc_context_of_family(lower, families[i], &rest)) {
            return pc_known_bit(families[i]);
        }
    }
    return 0;
}

// The entry of another than the known keys, also one that says absent, or NULL.
static const struct pc_context_entry *other_given(const struct pc_request *request,
                                                  struct pc_str lower, uint64_t hash)
{
    if ((request->hashes >> hash % 64 & 1) == 0) {
        return NULL;
    }
    for (size_t i = 0; i < request->context_count; i++) {
        const struct pc_context_entry *entry = &request->context[i];
        if (entry->hash == hash && pc_str_eq(entry->key, lower)) {
            return entry;
        }
    }
    return NULL;
}

const struct pc_context_entry *pc_request_find(const struct pc_request *request, struct pc_str key,
                                               uint64_t hash)
{
    if (request->derived == NULL && request->context_count == 0) {
        return NULL; // nothing is known of it
    }
    const struct pc_context_entry *entry;
    enum pc_known_key known = pc_known_named(key, hash);
    if (known != KEY_NONE) {
        entry = pc_context_given(request, known);
        entry = entry != NULL ? entry : pc_derived_key(request, known);
    } else {
        entry = other_given(request, key, hash);
        entry = entry != NULL ? entry : pc_derived_tag(request, key);
    }
    return entry != NULL && !entry->absent ? entry : NULL;
}

// Room for more keys than there are.
static enum pc_status grow(struct pc_arena *arena, struct pc_request *request)
{
    size_t capacity = request->context_capacity == 0 ? FIRST_KEYS : request->context_capacity * 2;
    if (capacity > PC_REQUEST_MAX_KEYS) {
        return PC_ERR_LIMIT;
    }
    struct pc_context_entry *grown = pc_arena_room(arena, capacity * sizeof(*grown));
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

// There is room for it, and the index of the known keys is ready.
static inline void append(struct pc_request *request, const struct pc_context_entry *entry,
                          struct pc_str lower, uint64_t hash)
{
    struct pc_context_entry *added = &request->context[request->context_count++];
    *added = *entry;
    added->text = added->key;
    added->key = lower;
    added->hash = hash;
}

static inline enum pc_status append_known(struct pc_request *request,
                                          const struct pc_context_entry *entry,
                                          const struct pc_known_name *name)
{
    if ((request->known & name->bit) != 0) {
        return PC_ERR_INVALID;
    }
    append(request, entry, (struct pc_str){name->lower, name->length}, name->hash);
    request->places[name->key] = (uint16_t)request->context_count;
    request->known |= name->bit;
    return PC_OK;
}

// A key that AWS does not spell so, or that nobody knows. Apart, so that the usual ones need none
// of its registers.
__attribute__((noinline)) static enum pc_status append_other(struct pc_arena *arena,
                                                             struct pc_request *request,
                                                             const struct pc_context_entry *entry)
{
    struct pc_str lower = {NULL, entry->key.len};
    uint64_t hash;
    char *room = pc_arena_room(arena, entry->key.len);
    if (room == NULL) {
        return PC_ERR_NOMEM;
    }
    lower.ptr = room;
    if (!pc_str_lower_hash(entry->key, room, &hash)) {
        PC_TRY(pc_key_fold(arena, entry->key, &lower));
        hash = pc_str_hash(lower);
    }
    enum pc_known_key known = pc_known_named(lower, hash);
    if (known != KEY_NONE) {
        return append_known(request, entry, &pc_known_index.names[known]);
    }
    if (other_given(request, lower, hash) != NULL) {
        return PC_ERR_INVALID;
    }
    append(request, entry, lower, hash);
    request->hashes |= UINT64_C(1) << hash % 64;
    request->known |= family_bit(lower);
    return PC_OK;
}

// The first key of a request comes this way, so that the index is ready for the others.
__attribute__((noinline)) static enum pc_status grow_and_add(struct pc_arena *arena,
                                                             struct pc_request *request,
                                                             const struct pc_context_entry *entry)
{
    if (!pc_known_ready()) {
        return PC_ERR_INTERNAL;
    }
    PC_TRY(grow(arena, request));
    return pc_request_add(arena, request, entry);
}

enum pc_status pc_request_add(struct pc_arena *arena, struct pc_request *request,
                              const struct pc_context_entry *entry)
{
    if (request->context_count == request->context_capacity) {
        return grow_and_add(arena, request, entry);
    }
    const struct pc_known_name *name = pc_known_spelled(entry->key);
    return name != NULL ? append_known(request, entry, name) : append_other(arena, request, entry);
}
