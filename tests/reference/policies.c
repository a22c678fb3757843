// SPDX-License-Identifier: Apache-2.0
//
// Sorts the policies of a case by type and level. What a document holds is the validator's matter.
#include "policies.h"

#include "text.h"

// An element is a policy document, or {"name": "...", "document": {...}}.
static const char *document_read(const struct pc_json *json, const struct pc_json **out)
{
    const struct pc_json *document = pc_json_get(json, PC_STR("document"));
    const struct pc_json *name = pc_json_get(json, PC_STR("name"));
    if (document == NULL) {
        *out = json;
        return NULL;
    }
    if (json->count != (name == NULL ? 1 : 2) || (name != NULL && name->type != PC_JSON_STRING)) {
        return "CONTRACT 2: a named policy is a name and a document";
    }
    *out = document;
    return NULL;
}

static const char *level_read(struct pc_arena *arena, const struct pc_json *json,
                              struct ref_level *out)
{
    if (json->type != PC_JSON_ARRAY) {
        return "CONTRACT 2: policies are an array";
    }
    out->documents = ref_alloc(arena, json->count, sizeof(*out->documents));
    out->count = json->count;
    for (size_t i = 0; i < json->count; i++) {
        REF_TRY(document_read(&json->items[i], &out->documents[i]));
    }
    return NULL;
}

// SCPs and RCPs list one array for each level.
static const char *set_read(struct pc_arena *arena, enum ref_type type, const struct pc_json *json,
                            struct ref_policy_set *out)
{
    bool levels = type == REF_SCP || type == REF_RCP;
    if (json->type != PC_JSON_ARRAY) {
        return "CONTRACT 2: policies are an array";
    }
    out->given = true;
    out->count = levels ? json->count : 1;
    out->levels = ref_alloc(arena, out->count, sizeof(*out->levels));
    for (size_t i = 0; i < out->count; i++) {
        REF_TRY(level_read(arena, levels ? &json->items[i] : json, &out->levels[i]));
    }
    return NULL;
}

static enum ref_type type_named(struct pc_str name)
{
    unsigned type = 0;
    while (type < REF_TYPES && !pc_str_eq(name, pc_str_from(ref_type_text((enum ref_type)type)))) {
        type++;
    }
    return (enum ref_type)type;
}

const char *ref_policies_read(struct pc_arena *arena, const struct pc_json *json,
                              struct ref_policies *out)
{
    *out = (struct ref_policies){0};
    if (json == NULL) {
        return NULL; // each member is optional, and so are all of them
    }
    if (json->type != PC_JSON_OBJECT) {
        return "CONTRACT 2: policies are an object";
    }
    for (size_t i = 0; i < json->count; i++) {
        enum ref_type type = type_named(json->members[i].name);
        if (type == REF_TYPES) {
            return "CONTRACT 2: no type of policy";
        }
        REF_TRY(set_read(arena, type, &json->members[i].value, &out->of[type]));
    }
    return NULL;
}
