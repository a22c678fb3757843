// SPDX-License-Identifier: Apache-2.0
//
// The context of a request: keys and their values. A known key lies at the place of its number,
// another is found by its hash among those that are there.
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

const struct pc_context_other *pc_context_next(const struct pc_request *request,
                                               enum pc_known_key family,
                                               const struct pc_context_other *after,
                                               struct pc_str *rest)
{
    const struct pc_context *context = request->context;
    if ((request->known & pc_known_bit(family)) == 0) {
        return NULL;
    }
    const struct pc_context_other *end = context->others + context->other_count;
    for (const struct pc_context_other *other = after != NULL ? after + 1 : context->others;
         other < end; other++) {
        if (pc_context_of_family(other->key, family, rest)) {
            return other;
        }
    }
    return NULL;
}

// The entry of another than the known keys, also one that says absent, or NULL.
static const struct pc_context_entry *other_given(const struct pc_context *context,
                                                  struct pc_str lower, uint64_t hash)
{
    if ((context->hashes >> hash % 64 & 1) == 0) {
        return NULL;
    }
    for (size_t i = 0; i < context->other_count; i++) {
        const struct pc_context_other *other = &context->others[i];
        if (other->hash == hash && pc_str_eq(other->key, lower)) {
            return &other->entry;
        }
    }
    return NULL;
}

const struct pc_context_entry *pc_request_find(const struct pc_request *request, struct pc_str key,
                                               uint64_t hash)
{
    if (request->context == NULL) {
        return NULL; // nothing is known of it
    }
    const struct pc_context_entry *entry;
    enum pc_known_key known = pc_known_named(key, hash);
    if (known != KEY_NONE) {
        entry = pc_context_given(request, known);
        entry = entry != NULL ? entry : pc_derived_key(request, known);
    } else {
        entry = other_given(request->context, key, hash);
        entry = entry != NULL ? entry : pc_derived_tag(request, key);
    }
    return entry != NULL && !entry->absent ? entry : NULL;
}

size_t pc_request_key_count(const struct pc_request *request)
{
    size_t count = request->context == NULL ? 0 : request->context->other_count;
    for (uint64_t keys = request->known & ~pc_known_families; keys != 0; keys &= keys - 1) {
        count++;
    }
    return count;
}

// Adding -----------------------------------------------------------------------------------------

enum pc_status pc_context_make(struct pc_arena *arena, struct pc_request *request)
{
    if (!pc_known_ready()) {
        return PC_ERR_INTERNAL;
    }
    struct pc_context *context = pc_arena_room(arena, sizeof(*context));
    if (context == NULL) {
        return PC_ERR_NOMEM;
    }
    context->others = NULL;
    context->other_count = 0;
    context->other_capacity = 0;
    context->hashes = 0;
    request->context = context;
    return PC_OK;
}

static enum pc_status grow(struct pc_arena *arena, struct pc_context *context)
{
    size_t capacity = context->other_capacity == 0 ? FIRST_KEYS : context->other_capacity * 2;
    if (capacity > PC_REQUEST_MAX_KEYS) {
        return PC_ERR_LIMIT;
    }
    struct pc_context_other *grown = pc_arena_room(arena, capacity * sizeof(*grown));
    if (grown == NULL) {
        return PC_ERR_NOMEM;
    }
    if (context->other_count > 0) {
        memcpy(grown, context->others, context->other_count * sizeof(*grown));
    }
    context->others = grown;
    context->other_capacity = capacity;
    return PC_OK;
}

static enum pc_status make_entry(struct pc_arena *arena, const struct pc_context_key *given,
                                 struct pc_context_entry *out)
{
    struct pc_place *place = NULL;
    if (given->place.file.len > 0) {
        place = pc_arena_room(arena, sizeof(*place));
        if (place == NULL) {
            return PC_ERR_NOMEM;
        }
        *place = given->place;
    }
    *out = (struct pc_context_entry){
        .values = given->values,
        .count = given->count,
        .place = place,
        .list = given->list,
        .absent = given->absent,
    };
    return PC_OK;
}

static enum pc_status add_known(struct pc_arena *arena, struct pc_request *request,
                                const struct pc_context_key *given,
                                const struct pc_known_name *name)
{
    if ((request->known & name->bit) != 0) {
        return PC_ERR_INVALID;
    }
    PC_TRY(make_entry(arena, given, &request->context->known[name->key]));
    request->known |= name->bit;
    return PC_OK;
}

static enum pc_status lower_name(struct pc_arena *arena, struct pc_str name, struct pc_str *lower,
                                 uint64_t *hash)
{
    char *room = pc_arena_room(arena, name.len);
    if (room == NULL) {
        return PC_ERR_NOMEM;
    }
    *lower = (struct pc_str){room, name.len};
    if (!pc_str_lower_hash(name, room, hash)) {
        PC_TRY(pc_key_fold(arena, name, lower));
        *hash = pc_str_hash(*lower);
    }
    return PC_OK;
}

// A key that AWS does not spell so, or that nobody knows.
static enum pc_status add_other(struct pc_arena *arena, struct pc_request *request,
                                const struct pc_context_key *given)
{
    struct pc_context *context = request->context;
    struct pc_context_other other = {.text = given->key};
    PC_TRY(lower_name(arena, given->key, &other.key, &other.hash));
    enum pc_known_key known = pc_known_named(other.key, other.hash);
    if (known != KEY_NONE) {
        return add_known(arena, request, given, &pc_known_index.names[known]);
    }
    if (other_given(context, other.key, other.hash) != NULL) {
        return PC_ERR_INVALID;
    }
    if (context->other_count == context->other_capacity) {
        PC_TRY(grow(arena, context));
    }
    PC_TRY(make_entry(arena, given, &other.entry));
    context->others[context->other_count++] = other;
    context->hashes |= UINT64_C(1) << other.hash % 64;
    request->known |= family_bit(other.key);
    return PC_OK;
}

void pc_context_tell_keys(struct pc_diags *diags, struct pc_place place)
{
    pc_diag_report(
        diags, PC_DIAG_REQUEST_CONTEXT, place,
        "the context has more than %d keys, with the tags of the request and %d that may "
        "follow from it",
        (int)PC_REQUEST_MAX_KEYS, (int)KEYS_WITH_VALUE);
    pc_diag_hint(diags, "leave out keys that no policy asks for");
}

enum pc_status pc_request_add(struct pc_arena *arena, struct pc_request *request,
                              const struct pc_context_key *given)
{
    PC_TRY(pc_context_prepare(arena, request));
    if (request->context->other_count + KEYS > PC_REQUEST_MAX_KEYS &&
        pc_request_key_count(request) >= PC_REQUEST_MAX_KEYS) {
        return PC_ERR_LIMIT;
    }
    const struct pc_known_name *name = pc_known_spelled(given->key);
    return name != NULL ? add_known(arena, request, given, name) : add_other(arena, request, given);
}

static inline void put_one(struct pc_context_entry *entry, const struct pc_str *value)
{
    entry->values = value;
    entry->count = 1;
    entry->place = NULL;
    entry->list = false;
    entry->absent = false;
}

// Apart, so that the usual keys need none of its registers.
__attribute__((noinline)) static enum pc_status
add_other_text(struct pc_arena *arena, struct pc_request *request, const struct pc_tag *text)
{
    const struct pc_context_key given = {.key = text->key, .values = &text->value, .count = 1};
    return pc_request_add(arena, request, &given);
}

// Adds keys as long as AWS spells them so and they are not there yet. Returns where it stopped, or
// the end. There is a context.
static inline const struct pc_tag *add_spelled(struct pc_request *request,
                                               const struct pc_tag *texts, const struct pc_tag *end)
{
    struct pc_context *context = request->context;
    uint64_t known = request->known;
    for (; texts < end; texts++) {
        const struct pc_known_name *name = pc_known_spelled(texts->key);
        if (name == NULL || (known & name->bit) != 0) {
            break;
        }
        known |= name->bit;
        put_one(&context->known[name->key], &texts->value);
    }
    request->known = known;
    return texts;
}

enum pc_status pc_request_add_texts(struct pc_arena *arena, struct pc_request *request,
                                    const struct pc_tag *texts, size_t count)
{
    PC_TRY(pc_context_prepare(arena, request));
    if (count == 0) {
        return PC_OK; // perhaps there is no array
    }
    for (const struct pc_tag *end = texts + count;; texts++) {
        texts = add_spelled(request, texts, end);
        if (texts == end) {
            return PC_OK;
        }
        PC_TRY(add_other_text(arena, request, texts));
    }
}

enum pc_status pc_request_add_text(struct pc_arena *arena, struct pc_request *request,
                                   struct pc_str key, struct pc_str value)
{
    struct pc_tag *text = pc_arena_room(arena, sizeof(*text));
    if (text == NULL) {
        return PC_ERR_NOMEM;
    }
    *text = (struct pc_tag){key, value};
    return pc_request_add_texts(arena, request, text, 1);
}
