// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as JSON: read, and what was read is written and read again. A refusal has exactly one
// diagnostic with a place in the text; a tree keeps to the limits and to the bytes of its source.
#include "fuzz.h"
#include "json/reader.h"
#include "json/writer.h"

#include <string.h>

static void check_tree(const struct pc_json *json, struct pc_str text, unsigned depth)
{
    FUZZ_CHECK(depth <= PC_JSON_MAX_DEPTH, "depth %u", depth);
    FUZZ_CHECK(json->start < json->end && json->end <= text.len, "bytes [%u, %u) of %zu",
               json->start, json->end, text.len);
    FUZZ_CHECK(json->line > 0 && json->column > 0, "no place");
    for (uint32_t i = 0; i < json->count; i++) {
        check_tree(json->type == PC_JSON_ARRAY ? &json->items[i] : &json->members[i].value, text,
                   depth + 1);
    }
}

static void check_same(const struct pc_json *a, const struct pc_json *b)
{
    FUZZ_CHECK(a->type == b->type && a->count == b->count && a->boolean == b->boolean,
               "%s became %s", pc_json_type_text(a->type), pc_json_type_text(b->type));
    FUZZ_CHECK(pc_str_eq(a->text, b->text), "\"%.*s\" became \"%.*s\"", PC_STR_ARG(a->text),
               PC_STR_ARG(b->text));
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->type == PC_JSON_ARRAY) {
            check_same(&a->items[i], &b->items[i]);
            continue;
        }
        FUZZ_CHECK(pc_str_eq(a->members[i].name, b->members[i].name), "a name changed");
        check_same(&a->members[i].value, &b->members[i].value);
    }
}

static const struct pc_json *read(struct pc_arena *arena, struct pc_str text)
{
    const struct pc_json_source source = {.file = PC_STR("input"), .text = text};
    const struct pc_json *json = NULL;
    struct pc_diags diags;
    pc_diags_init(&diags, arena);
    enum pc_status status = pc_json_parse(arena, &source, &diags, &json);
    FUZZ_CHECK(status == PC_OK || status == PC_ERR_INVALID, "status %d", (int)status);
    FUZZ_CHECK((status == PC_OK) == (json != NULL), "status %d and a tree do not go together",
               (int)status);
    FUZZ_CHECK((status == PC_OK) == (diags.first == NULL), "status %d and diagnostics do not",
               (int)status);
    FUZZ_CHECK(status == PC_OK || diags.first->next == NULL, "more than one diagnostic");
    FUZZ_CHECK(status == PC_OK || diags.first->place.line > 0, "no place");
    return json;
}

static void write(struct pc_json_writer *writer, const struct pc_json *json)
{
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
        pc_json_begin_array(writer);
        for (uint32_t i = 0; i < json->count; i++) {
            write(writer, &json->items[i]);
        }
        pc_json_end_array(writer);
        break;
    case PC_JSON_OBJECT:
        pc_json_begin_object(writer);
        for (uint32_t i = 0; i < json->count; i++) {
            pc_json_key_str(writer, json->members[i].name);
            write(writer, &json->members[i].value);
        }
        pc_json_end_object(writer);
        break;
    }
}

static void write_and_read(struct pc_arena *arena, const struct pc_json *json, bool pretty)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &text, pretty);
    write(&writer, json);
    FUZZ_CHECK(pc_buf_status(&text) == PC_OK, "it cannot be written");
    const struct pc_json *again = read(arena, pc_buf_view(&text));
    FUZZ_CHECK(again != NULL, "what was written cannot be read: %.*s",
               PC_STR_ARG(pc_buf_view(&text)));
    check_same(json, again);
}

void fuzz_one(struct pc_str input)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    pc_arena_init(&arena);
    const struct pc_json *json = read(&arena, input);
    if (json != NULL) {
        check_tree(json, input, 1);
        write_and_read(&arena, json, false);
        write_and_read(&arena, json, true);
    }
}
