// SPDX-License-Identifier: Apache-2.0
//
// Changes to how documents are put together, and to what nothing depends on.
#include "transform.h"

static bool is_named(const struct edit_node *element)
{
    return edit_get(element, "document") != NULL;
}

static struct edit_node *document_of(struct edit_node *element)
{
    return is_named(element) ? edit_get(element, "document") : element;
}

static bool has_statements(const struct edit_node *document)
{
    const struct edit_node *statements = edit_get(document, "Statement");
    return statements != NULL && statements->type == PC_JSON_ARRAY;
}

// Puts each statement into a document of its own behind *end; returns the new end.
static struct edit_node **split(struct transform *job, const struct edit_node *document,
                                struct edit_node **end)
{
    const struct edit_node *statements = edit_get(document, "Statement");
    for (const struct edit_node *item = statements->first; item != NULL; item = item->next) {
        struct edit_node *part = edit_copy(job->arena, document);
        edit_become(edit_get(part, "Statement"), edit_copy(job->arena, item));
        *end = part;
        end = &part->next;
    }
    return end;
}

static bool split_set(struct transform *job, struct edit_node *documents)
{
    struct edit_node *element = documents->first;
    struct edit_node **end = &documents->first;
    bool any = false;
    while (element != NULL) {
        struct edit_node *next = element->next;
        struct edit_node *document = document_of(element);
        if (has_statements(document) && edit_count(edit_get(document, "Statement")) > 1) {
            end = split(job, document, end);
            any = true;
        } else {
            *end = element;
            end = &element->next;
        }
        element = next;
    }
    *end = NULL;
    return any;
}

bool transform_split(struct transform *job)
{
    struct walk_sets sets;
    bool any = false;
    walk_sets(job->root, &sets);
    for (size_t i = 0; i < sets.count; i++) {
        any = split_set(job, sets.items[i].documents) || any;
    }
    return any;
}

static void rename_element(struct transform *job, struct edit_node *element)
{
    if (is_named(element)) {
        edit_become(element, edit_get(element, "document"));
        return;
    }
    struct edit_node *named = edit_container(job->arena, PC_JSON_OBJECT);
    edit_add(named, "name", edit_string(job->arena, PC_STR("a name")));
    edit_add(named, "document", edit_copy(job->arena, element));
    edit_become(element, named);
}

bool transform_rename(struct transform *job)
{
    struct walk_sets sets;
    bool any = false;
    walk_sets(job->root, &sets);
    for (size_t i = 0; i < sets.count; i++) {
        struct edit_node *element = sets.items[i].documents->first;
        for (; element != NULL; element = element->next) {
            rename_element(job, element);
            any = true;
        }
    }
    return any;
}

static bool holds_variable(const struct edit_node *node)
{
    bool found = false;
    for (size_t at = 0; !found && (at = pc_str_find(node->text, '$', at)) != SIZE_MAX; at++) {
        found = pc_str_has_prefix(pc_str_slice(node->text, at, node->text.len), PC_STR("${"));
    }
    for (const struct edit_node *child = node->first; child != NULL && !found;
         child = child->next) {
        found = holds_variable(child);
    }
    return found;
}

// SCPs and RCPs have one Version only (SEMANTICS.md 1.3).
static bool may_have_any_version(const struct walk_set *set)
{
    return !pc_str_eq(set->type, PC_STR("scp")) && !pc_str_eq(set->type, PC_STR("rcp"));
}

static void change_version(struct transform *job, struct edit_node *document)
{
    static const struct pc_str versions[] = {PC_STR_INIT("2008-10-17"), PC_STR_INIT("2012-10-17")};
    uint32_t chosen = gen_random_below(job->random, 3);
    edit_remove(document, "Version");
    if (chosen < 2) {
        edit_add(document, "Version", edit_string(job->arena, versions[chosen]));
    }
}

bool transform_version(struct transform *job)
{
    struct walk_sets sets;
    bool any = false;
    walk_sets(job->root, &sets);
    for (size_t i = 0; i < sets.count; i++) {
        struct edit_node *element = sets.items[i].documents->first;
        for (; element != NULL && may_have_any_version(&sets.items[i]); element = element->next) {
            struct edit_node *document = document_of(element);
            if (document->type == PC_JSON_OBJECT && !holds_variable(document)) {
                change_version(job, document);
                any = true;
            }
        }
    }
    return any;
}

// Values that are repeated.

static void repeat(struct transform *job, struct edit_node *value)
{
    if (value->type == PC_JSON_ARRAY && value->first != NULL) {
        edit_add(value, "", edit_copy(job->arena, value->first));
    } else if (value->type != PC_JSON_ARRAY && value->type != PC_JSON_OBJECT) {
        struct edit_node *list = edit_container(job->arena, PC_JSON_ARRAY);
        edit_add(list, "", edit_copy(job->arena, value));
        edit_add(list, "", edit_copy(job->arena, value));
        edit_become(value, list);
    }
}

static void repeat_members(struct transform *job, struct edit_node *object)
{
    bool is_object = object != NULL && object->type == PC_JSON_OBJECT;
    for (struct edit_node *child = is_object ? object->first : NULL; child != NULL;
         child = child->next) {
        repeat(job, child);
    }
}

static void repeat_in_statement(struct transform *job, struct edit_node *statement)
{
    static const char *const lists[] = {"Action", "NotAction", "Resource", "NotResource"};
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        struct edit_node *list = edit_get(statement, lists[i]);
        if (list != NULL) {
            repeat(job, list);
        }
    }
    repeat_members(job, edit_get(statement, "Principal"));
    repeat_members(job, edit_get(statement, "NotPrincipal"));
    struct edit_node *condition = edit_get(statement, "Condition");
    bool is_object = condition != NULL && condition->type == PC_JSON_OBJECT;
    for (struct edit_node *op = is_object ? condition->first : NULL; op != NULL; op = op->next) {
        repeat_members(job, op);
    }
}

bool transform_repeat(struct transform *job)
{
    struct walk_statements found;
    bool any = false;
    walk_statements(job->root, &found);
    for (size_t i = 0; i < found.count; i++) {
        // The managed RCP is known by its exact form (R-026).
        if (!pc_str_eq(found.items[i].set->type, PC_STR("rcp"))) {
            repeat_in_statement(job, found.items[i].statement);
            any = true;
        }
    }
    return any;
}

bool transform_add_context(struct transform *job)
{
    struct edit_node *request = edit_get(job->root, "request");
    struct edit_node *context = edit_get(request, "context");
    if (context == NULL) {
        context = edit_add(request, "context", edit_container(job->arena, PC_JSON_OBJECT));
    }
    edit_add(context, "polcheck:Unasked", edit_string(job->arena, PC_STR("x")));
    return true;
}
