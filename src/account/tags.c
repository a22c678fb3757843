// SPDX-License-Identifier: Apache-2.0
#include "tags.h"

#include "match/key.h"

// Keys of tags are condition keys in policies, which compare without case.
static bool is_new(const struct pc_members *reader, const struct pc_tags *tags, struct pc_str key,
                   const struct pc_json *value)
{
    for (size_t i = 0; i < tags->count; i++) {
        if (pc_key_eq(tags->pairs[2 * i], key)) {
            pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, value),
                           "the tag \"%.*s\" is there twice (letter case does not count)",
                           PC_STR_ARG(key));
            return false;
        }
    }
    return true;
}

static void add(const struct pc_members *reader, struct pc_str key, const struct pc_json *value,
                struct pc_tags *tags)
{
    if (value->type != PC_JSON_STRING) {
        pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, value),
                       "the value of the tag \"%.*s\" is %s, not a string", PC_STR_ARG(key),
                       pc_json_type_text(value->type));
    } else if (is_new(reader, tags, key, value)) {
        tags->pairs[2 * tags->count] = key;
        tags->pairs[2 * tags->count + 1] = value->text;
        tags->count++;
    }
}

static void add_element(const struct pc_members *reader, const struct pc_json *element,
                        struct pc_tags *tags)
{
    struct pc_str key;
    const struct pc_json *value;
    if (pc_members_element(reader, element, PC_JSON_OBJECT, "Tags") &&
        pc_members_string(reader, element, "Key", PC_REQUIRED, &key) &&
        pc_members_get(reader, element, "Value", PC_REQUIRED, &value)) {
        add(reader, key, value, tags);
    }
}

enum pc_status pc_tags_read(const struct pc_members *reader, const struct pc_json *object,
                            const char *name, struct pc_tags *out)
{
    const struct pc_json *json;
    bool map = reader->code == PC_DIAG_MANIFEST_VALUE;
    bool there = map ? pc_members_object(reader, object, name, PC_OPTIONAL, &json)
                     : pc_members_array(reader, object, name, PC_OPTIONAL, &json);
    if (!there || json == NULL) {
        return PC_OK;
    }
    struct pc_tags tags = {.count = 0};
    tags.pairs = pc_arena_array(reader->import->arena, json->count, 2 * sizeof(*tags.pairs));
    if (tags.pairs == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < json->count; i++) {
        if (map) {
            add(reader, json->members[i].name, &json->members[i].value, &tags);
        } else {
            add_element(reader, &json->items[i], &tags);
        }
    }
    *out = tags;
    return PC_OK;
}
