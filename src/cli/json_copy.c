// SPDX-License-Identifier: Apache-2.0
#include "json_copy.h"

enum {
    MAX_DEPTH = 8, // of the recursion
};

static void copy(struct pc_json_writer *writer, const struct pc_json *json, int depth);

static void copy_items(struct pc_json_writer *writer, const struct pc_json *json, int depth)
{
    pc_json_begin_array(writer);
    for (size_t i = 0; i < json->count; i++) {
        copy(writer, &json->items[i], depth + 1);
    }
    pc_json_end_array(writer);
}

static void copy_members(struct pc_json_writer *writer, const struct pc_json *json, int depth)
{
    pc_json_begin_object(writer);
    for (size_t i = 0; i < json->count; i++) {
        pc_json_key_str(writer, json->members[i].name);
        copy(writer, &json->members[i].value, depth + 1);
    }
    pc_json_end_object(writer);
}

static void copy(struct pc_json_writer *writer, const struct pc_json *json, int depth)
{
    if (json == NULL || depth > MAX_DEPTH) {
        pc_json_null(writer);
        return;
    }
    switch (json->type) {
    case PC_JSON_NULL:
        pc_json_null(writer);
        break;
    case PC_JSON_BOOLEAN:
        pc_json_boolean(writer, json->boolean);
        break;
    case PC_JSON_NUMBER:
        pc_json_raw(writer, json->text);
        break;
    case PC_JSON_STRING:
        pc_json_string(writer, json->text);
        break;
    case PC_JSON_ARRAY:
        copy_items(writer, json, depth);
        break;
    case PC_JSON_OBJECT:
        copy_members(writer, json, depth);
        break;
    }
}

void pc_json_copy(struct pc_json_writer *writer, const struct pc_json *json)
{
    copy(writer, json, 0);
}
