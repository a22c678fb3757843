// SPDX-License-Identifier: Apache-2.0
#include "edit.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>

void *edit_need(void *memory)
{
    if (memory == NULL) {
        (void)fputs("out of memory\n", stderr);
        abort();
    }
    return memory;
}

static struct edit_node *new_node(struct pc_arena *arena, enum pc_json_type type)
{
    struct edit_node *node = edit_need(pc_arena_alloc(arena, sizeof(*node)));
    node->type = type;
    return node;
}

struct edit_node *edit_string(struct pc_arena *arena, struct pc_str text)
{
    struct edit_node *node = new_node(arena, PC_JSON_STRING);
    node->text = text;
    node->escaped = true;
    return node;
}

struct edit_node *edit_container(struct pc_arena *arena, enum pc_json_type type)
{
    return new_node(arena, type);
}

struct edit_node *edit_read(struct pc_arena *arena, const struct pc_json *json)
{
    struct edit_node *node = new_node(arena, json->type);
    struct edit_node **end = &node->first;
    node->boolean = json->boolean;
    node->text = json->text;
    node->escaped = json->end - json->start != json->text.len + 2; // the quotation marks
    for (size_t i = 0; i < json->count; i++) {
        bool member = json->type == PC_JSON_OBJECT;
        *end = edit_read(arena, member ? &json->members[i].value : &json->items[i]);
        (*end)->name = member ? json->members[i].name : PC_STR("");
        end = &(*end)->next;
    }
    return node;
}

struct edit_node *edit_copy(struct pc_arena *arena, const struct edit_node *node)
{
    struct edit_node *copy = new_node(arena, node->type);
    struct edit_node **end = &copy->first;
    *copy = *node;
    copy->next = NULL;
    for (const struct edit_node *child = node->first; child != NULL; child = child->next) {
        *end = edit_copy(arena, child);
        end = &(*end)->next;
    }
    *end = NULL;
    return copy;
}

static void put_escape(struct pc_buf *out, uint32_t code_point)
{
    if (code_point <= 0xffff) {
        pc_buf_format(out, "\\u%04x", (unsigned)code_point);
        return;
    }
    code_point -= 0x10000;
    pc_buf_format(out, "\\u%04x\\u%04x", 0xd800 + (unsigned)(code_point >> 10),
                  0xdc00 + (unsigned)(code_point & 0x3ff));
}

static void put_ascii(struct pc_buf *out, struct pc_str json)
{
    for (size_t at = 0; at < json.len;) {
        struct pc_str rest = pc_str_slice(json, at, json.len);
        uint32_t code_point = 0;
        size_t length = pc_utf8_decode(rest, &code_point);
        if (length < 2) {
            pc_buf_byte(out, json.ptr[at++]);
            continue;
        }
        put_escape(out, code_point);
        at += length;
    }
}

static void write_string(struct pc_json_writer *writer, const struct edit_node *node)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf raw = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf ascii = {0};
    struct pc_json_writer one;
    if (!node->escaped) {
        pc_json_string(writer, node->text);
        return;
    }
    pc_json_writer_init(&one, &raw, false);
    pc_json_string(&one, node->text);
    put_ascii(&ascii, pc_buf_view(&raw));
    pc_json_raw(writer, pc_buf_view(&ascii));
}

static void write_children(struct pc_json_writer *writer, const struct edit_node *node)
{
    for (const struct edit_node *child = node->first; child != NULL; child = child->next) {
        if (node->type == PC_JSON_OBJECT) {
            pc_json_key_str(writer, child->name);
        }
        edit_write(writer, child);
    }
}

void edit_write(struct pc_json_writer *writer, const struct edit_node *node)
{
    switch (node->type) {
    case PC_JSON_NULL:
        pc_json_null(writer);
        break;
    case PC_JSON_BOOLEAN:
        pc_json_boolean(writer, node->boolean);
        break;
    case PC_JSON_NUMBER:
        pc_json_raw(writer, node->text);
        break;
    case PC_JSON_STRING:
        write_string(writer, node);
        break;
    case PC_JSON_ARRAY:
        pc_json_begin_array(writer);
        write_children(writer, node);
        pc_json_end_array(writer);
        break;
    case PC_JSON_OBJECT:
        pc_json_begin_object(writer);
        write_children(writer, node);
        pc_json_end_object(writer);
        break;
    }
}

void edit_print(struct pc_buf *out, const struct edit_node *node)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    edit_write(&writer, node);
}

struct edit_node *edit_get(const struct edit_node *node, const char *name)
{
    if (node == NULL || node->type != PC_JSON_OBJECT) {
        return NULL;
    }
    for (struct edit_node *child = node->first; child != NULL; child = child->next) {
        if (pc_str_eq(child->name, pc_str_from(name))) {
            return child;
        }
    }
    return NULL;
}

struct edit_node *edit_add(struct edit_node *container, const char *name, struct edit_node *child)
{
    struct edit_node **end = &container->first;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = child;
    child->name = pc_str_from(name);
    child->next = NULL;
    return child;
}

void edit_become(struct edit_node *node, const struct edit_node *other)
{
    struct edit_node kept = *node;
    *node = *other;
    node->name = kept.name;
    node->next = kept.next;
}

void edit_remove(struct edit_node *object, const char *name)
{
    struct edit_node **link = &object->first;
    while (*link != NULL && !pc_str_eq((*link)->name, pc_str_from(name))) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        *link = (*link)->next;
    }
}

size_t edit_count(const struct edit_node *container)
{
    size_t count = 0;
    for (const struct edit_node *child = container->first; child != NULL; child = child->next) {
        count++;
    }
    return count;
}
