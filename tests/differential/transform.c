// SPDX-License-Identifier: Apache-2.0
//
// Changes that leave the statements what they are: order, form and letter case.
#include "transform.h"

#include <stdlib.h>

static uint32_t below(struct transform *job, size_t count)
{
    return gen_random_below(job->random, (uint32_t)count);
}

static struct pc_str copy_text(struct pc_arena *arena, struct pc_str text)
{
    struct pc_str copy;
    if (pc_arena_copy(arena, text, &copy) != PC_OK) {
        abort();
    }
    return copy;
}

void transform_name_statements(struct transform *job)
{
    struct walk_statements found;
    walk_statements(job->root, &found);
    for (size_t i = 0; i < found.count; i++) {
        struct edit_node *statement = found.items[i].statement;
        struct pc_str sid;
        if (pc_arena_format(job->arena, &sid, "S%zu", i) != PC_OK) {
            abort();
        }
        edit_remove(statement, "Sid");
        edit_add(statement, "Sid", edit_string(job->arena, sid));
    }
}

// Order.

static void shuffle_children(struct transform *job, struct edit_node *node)
{
    size_t count = edit_count(node);
    struct edit_node **children = edit_need(pc_arena_array(job->arena, count, sizeof(*children)));
    size_t i = 0;
    for (struct edit_node *child = node->first; child != NULL; child = child->next) {
        children[i++] = child;
    }
    node->first = NULL;
    while (count > 0) {
        uint32_t chosen = below(job, count);
        children[chosen]->next = node->first;
        node->first = children[chosen];
        children[chosen] = children[--count];
    }
}

static void shuffle(struct transform *job, struct edit_node *node)
{
    if (pc_str_eq_icase(node->name, PC_STR("aws:CalledVia")) && node->type == PC_JSON_ARRAY) {
        return;
    }
    for (struct edit_node *child = node->first; child != NULL; child = child->next) {
        shuffle(job, child);
    }
    shuffle_children(job, node);
}

bool transform_shuffle(struct transform *job)
{
    shuffle(job, job->root);
    return true;
}

// Lists of one.

static bool is_container(const struct edit_node *node)
{
    return node->type == PC_JSON_ARRAY || node->type == PC_JSON_OBJECT;
}

static void wrap(struct pc_arena *arena, struct edit_node *value)
{
    struct edit_node *list = edit_container(arena, PC_JSON_ARRAY);
    edit_add(list, "", edit_copy(arena, value));
    edit_become(value, list);
}

static bool is_list_of_one(const struct edit_node *value)
{
    return value->type == PC_JSON_ARRAY && value->first != NULL && value->first->next == NULL;
}

static void wrap_value(struct pc_arena *arena, struct edit_node *value)
{
    if (!is_container(value)) {
        wrap(arena, value);
    } else if (is_list_of_one(value) && !is_container(value->first)) {
        edit_become(value, value->first);
    }
}

static void wrap_members(struct pc_arena *arena, struct edit_node *object)
{
    for (struct edit_node *child = object->first; child != NULL; child = child->next) {
        wrap_value(arena, child);
    }
}

void transform_wrap_statement(struct pc_arena *arena, struct edit_node *statement)
{
    static const char *const lists[] = {"Action", "NotAction", "Resource", "NotResource"};
    static const char *const maps[] = {"Principal", "NotPrincipal"};
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        struct edit_node *list = edit_get(statement, lists[i]);
        if (list != NULL) {
            wrap_value(arena, list);
        }
    }
    for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
        struct edit_node *map = edit_get(statement, maps[i]);
        if (map != NULL && map->type == PC_JSON_OBJECT) {
            wrap_members(arena, map);
        }
    }
    struct edit_node *condition = edit_get(statement, "Condition");
    struct edit_node *op =
        condition != NULL && condition->type == PC_JSON_OBJECT ? condition->first : NULL;
    for (; op != NULL; op = op->next) {
        if (op->type == PC_JSON_OBJECT) {
            wrap_members(arena, op);
        }
    }
}

// A document's only statement needs no list either.
static void wrap_document(struct pc_arena *arena, const struct edit_node *document)
{
    struct edit_node *statements = edit_get(document, "Statement");
    if (statements != NULL && statements->type == PC_JSON_OBJECT) {
        wrap(arena, statements);
    } else if (statements != NULL && is_list_of_one(statements) &&
               statements->first->type == PC_JSON_OBJECT) {
        edit_become(statements, statements->first);
    }
}

bool transform_wrap(struct transform *job)
{
    struct walk_statements found;
    walk_statements(job->root, &found);
    for (size_t i = 0; i < found.count; i++) {
        transform_wrap_statement(job->arena, found.items[i].statement);
    }
    for (size_t i = 0; i < found.count; i++) {
        bool first = i == 0 || found.items[i].document != found.items[i - 1].document;
        if (first) {
            wrap_document(job->arena, found.items[i].document);
        }
    }
    return found.count > 0;
}

// Letter case.

static void change_case(struct transform *job, struct pc_str *text, size_t from, size_t to)
{
    struct pc_str copy = copy_text(job->arena, *text);
    char *bytes = edit_need(pc_arena_alloc(job->arena, copy.len + 1));
    memcpy(bytes, copy.ptr, copy.len);
    for (size_t i = from; i < to && i < copy.len; i++) {
        char lower = pc_char_lower(bytes[i]);
        if (lower >= 'a' && lower <= 'z') {
            bytes[i] = below(job, 2) == 0 ? lower : (char)(lower - ('a' - 'A'));
        }
    }
    *text = (struct pc_str){bytes, copy.len};
}

static void change_action(struct transform *job, struct edit_node *node)
{
    if (node != NULL && node->type == PC_JSON_STRING) {
        change_case(job, &node->text, 0, node->text.len);
    }
    for (struct edit_node *child = node == NULL ? NULL : node->first; child != NULL;
         child = child->next) {
        change_action(job, child);
    }
}

// The tag of aws:RequestTag/Tag becomes a value, of aws:TagKeys: it keeps its letters.
static size_t key_end(struct pc_str key)
{
    struct pc_str prefix = PC_STR("aws:RequestTag/");
    return pc_str_has_prefix_icase(key, prefix) ? prefix.len : key.len;
}

static void change_keys(struct transform *job, struct edit_node *object)
{
    bool is_object = object != NULL && object->type == PC_JSON_OBJECT;
    for (struct edit_node *key = is_object ? object->first : NULL; key != NULL; key = key->next) {
        change_case(job, &key->name, 0, key_end(key->name));
    }
}

static void change_conditions(struct transform *job, struct edit_node *condition)
{
    bool is_object = condition != NULL && condition->type == PC_JSON_OBJECT;
    for (struct edit_node *op = is_object ? condition->first : NULL; op != NULL; op = op->next) {
        change_keys(job, op);
    }
}

bool transform_letter_case(struct transform *job)
{
    struct walk_statements found;
    struct edit_node *request = edit_get(job->root, "request");
    walk_statements(job->root, &found);
    for (size_t i = 0; i < found.count; i++) {
        change_action(job, edit_get(found.items[i].statement, "Action"));
        change_action(job, edit_get(found.items[i].statement, "NotAction"));
        change_conditions(job, edit_get(found.items[i].statement, "Condition"));
    }
    change_action(job, edit_get(request, "action"));
    change_keys(job, edit_get(request, "context"));
    return true;
}
