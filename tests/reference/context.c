// SPDX-License-Identifier: Apache-2.0
//
// Reads the context of a request: names without case, values as text.
#include "context.h"

#include "text.h"
#include "values.h"

// strings, and numbers and booleans as their canonical text.
static const char *value_read(struct pc_arena *arena, const struct pc_json *json,
                              struct pc_str *out)
{
    if (json->type == PC_JSON_STRING) {
        *out = json->text;
        return NULL;
    }
    if (json->type == PC_JSON_BOOLEAN) {
        *out = json->boolean ? PC_STR("true") : PC_STR("false");
        return NULL;
    }
    if (json->type == PC_JSON_NUMBER) {
        *out = ref_number_text(arena, json->text);
        return out->len > 0 ? NULL : "R-408: a number of more than 4096 digits";
    }
    return "R-408: a context value is a string, a number, a boolean, or a list of these";
}

static const char *key_read(struct pc_arena *arena, const struct pc_json_member *member,
                            struct ref_key *out)
{
    const struct pc_json *json = &member->value;
    *out = (struct ref_key){.name = member->name, .lower = ref_lower(arena, member->name)};
    out->absent = json->type == PC_JSON_NULL;
    if (out->absent) {
        return NULL;
    }
    out->list = json->type == PC_JSON_ARRAY;
    out->count = out->list ? json->count : 1;
    struct pc_str *values = ref_alloc(arena, out->count, sizeof(*values));
    for (size_t i = 0; i < out->count; i++) {
        REF_TRY(value_read(arena, out->list ? &json->items[i] : json, &values[i]));
    }
    out->values = values;
    return NULL;
}

void ref_context_add(struct pc_arena *arena, struct ref_context *context, struct ref_key key)
{
    if (context->count == context->room) {
        size_t room = 2 * context->room + 16;
        struct ref_key *keys = ref_alloc(arena, room, sizeof(*keys));
        if (context->count > 0) {
            memcpy(keys, context->keys, context->count * sizeof(*keys));
        }
        context->keys = keys;
        context->room = room;
    }
    context->keys[context->count] = key;
    context->count++;
}

const struct ref_key *ref_context_entry(struct pc_arena *arena, const struct ref_context *context,
                                        struct pc_str name)
{
    struct pc_str lower = ref_lower(arena, name);
    for (size_t i = 0; i < context->count; i++) {
        if (pc_str_eq(context->keys[i].lower, lower)) {
            return &context->keys[i];
        }
    }
    return NULL;
}

const struct ref_key *ref_context_find(struct pc_arena *arena, const struct ref_context *context,
                                       struct pc_str name)
{
    const struct ref_key *key = ref_context_entry(arena, context, name);
    return key == NULL || key->absent ? NULL : key;
}

const char *ref_context_read(struct pc_arena *arena, const struct pc_json *json,
                             struct ref_context *out)
{
    *out = (struct ref_context){0};
    if (json == NULL || json->type == PC_JSON_NULL) {
        return NULL;
    }
    if (json->type != PC_JSON_OBJECT) {
        return "CONTRACT 2: a context is an object";
    }
    for (size_t i = 0; i < json->count; i++) {
        struct ref_key key;
        if (json->members[i].name.len == 0) {
            return "a key of the context without a name: ruling";
        }
        if (ref_context_entry(arena, out, json->members[i].name) != NULL) {
            return "R-406: two keys of the context differ in letter case only";
        }
        REF_TRY(key_read(arena, &json->members[i], &key));
        ref_context_add(arena, out, key);
    }
    return NULL;
}
