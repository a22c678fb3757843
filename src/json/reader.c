// SPDX-License-Identifier: Apache-2.0
//
// The reader's entry: the strict check first, then the tree. And what callers ask of a tree.
#include "json/reader.h"

#include "escape.h"
#include "position.h"
#include "strict.h"
#include "tree.h"

static enum pc_status check_and_build(struct pc_arena *arena, const struct pc_json_source *source,
                                      struct pc_diags *diags, const struct pc_json **out)
{
    PC_CLEANUP(pc_json_outline_release) struct pc_json_outline outline = {.spans = NULL};
    PC_TRY(pc_json_strict_check(source, diags, &outline));
    return pc_json_tree_build(arena, source, &outline, out);
}

enum pc_status pc_json_parse(struct pc_arena *arena, const struct pc_json_source *source,
                             struct pc_diags *diags, const struct pc_json **out)
{
    struct pc_json_source copy = *source;
    if (copy.text.ptr == NULL) {
        copy.text = PC_STR("");
    }
    if (!pc_json_source_fits(&copy)) {
        return PC_ERR_USAGE;
    }
    const struct pc_json *json;
    PC_TRY(check_and_build(arena, &copy, diags, &json));
    if (!copy.repeats) {
        PC_TRY(pc_json_refuse_repeats(json, copy.file, diags));
    }
    *out = json;
    return PC_OK;
}

const struct pc_json *pc_json_get(const struct pc_json *json, struct pc_str name)
{
    if (json == NULL || json->type != PC_JSON_OBJECT) {
        return NULL;
    }
    for (size_t i = 0; i < json->count; i++) {
        if (pc_str_eq(json->members[i].name, name)) {
            return &json->members[i].value;
        }
    }
    return NULL;
}

void pc_json_unquote(struct pc_buf *out, struct pc_str text)
{
    pc_json_unescape(out, text);
}

const char *pc_json_type_text(enum pc_json_type type)
{
    switch (type) {
    case PC_JSON_BOOLEAN:
        return "a boolean";
    case PC_JSON_NUMBER:
        return "a number";
    case PC_JSON_STRING:
        return "a string";
    case PC_JSON_ARRAY:
        return "an array";
    case PC_JSON_OBJECT:
        return "an object";
    case PC_JSON_NULL:
        break;
    }
    return "null";
}

struct pc_place pc_json_place(struct pc_str file, const struct pc_json *json)
{
    struct pc_place place = {file, json->line, json->column};
    return place;
}

struct pc_place pc_json_member_place(struct pc_str file, const struct pc_json_member *member)
{
    struct pc_place place = {file, member->line, member->column};
    return place;
}
