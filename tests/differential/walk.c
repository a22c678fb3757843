// SPDX-License-Identifier: Apache-2.0
#include "walk.h"

static void add_set(struct walk_sets *out, struct pc_str type, size_t level,
                    struct edit_node *documents)
{
    if (documents->type == PC_JSON_ARRAY && out->count < WALK_MAX) {
        out->items[out->count++] = (struct walk_set){type, level, documents};
    }
}

void walk_sets(const struct edit_node *root, struct walk_sets *out)
{
    const struct edit_node *policies = edit_get(root, "policies");
    out->count = 0;
    if (policies == NULL || policies->type != PC_JSON_OBJECT) {
        return;
    }
    for (struct edit_node *member = policies->first; member != NULL; member = member->next) {
        bool levels =
            pc_str_eq(member->name, PC_STR("scp")) || pc_str_eq(member->name, PC_STR("rcp"));
        if (!levels) {
            add_set(out, member->name, 0, member);
            continue;
        }
        size_t number = 0;
        for (struct edit_node *level = member->first; level != NULL; level = level->next) {
            add_set(out, member->name, number++, level);
        }
    }
}

static void add_statement(struct walk_statements *out, const struct walk_set *set,
                          struct edit_node *document, struct edit_node *statement)
{
    if (statement->type == PC_JSON_OBJECT && out->count < WALK_MAX) {
        out->items[out->count++] = (struct walk_statement){set, document, statement};
    }
}

// An element of a set: a document, or {"name", "document"}.
static void add_document(struct walk_statements *out, const struct walk_set *set,
                         struct edit_node *element)
{
    struct edit_node *named = edit_get(element, "document");
    struct edit_node *document = named != NULL ? named : element;
    struct edit_node *statements = edit_get(document, "Statement");
    if (statements != NULL && statements->type == PC_JSON_ARRAY) {
        for (struct edit_node *item = statements->first; item != NULL; item = item->next) {
            add_statement(out, set, document, item);
        }
    } else if (statements != NULL) {
        add_statement(out, set, document, statements);
    }
}

void walk_statements(const struct edit_node *root, struct walk_statements *out)
{
    out->count = 0;
    walk_sets(root, &out->sets);
    for (size_t i = 0; i < out->sets.count; i++) {
        const struct walk_set *set = &out->sets.items[i];
        for (struct edit_node *item = set->documents->first; item != NULL; item = item->next) {
            add_document(out, set, item);
        }
    }
}

bool walk_has_effect(const struct walk_statement *statement, const char *effect)
{
    const struct edit_node *found = edit_get(statement->statement, "Effect");
    return found != NULL && found->type == PC_JSON_STRING &&
           pc_str_eq(found->text, pc_str_from(effect));
}
