// SPDX-License-Identifier: Apache-2.0
//
// Changes of lists of actions and of resources.
#include "mutant.h"

static size_t count_positive(const struct pc_text_list *list)
{
    return list->kind == PC_LIST_POSITIVE ? list->count : 0;
}

static size_t count_negated(const struct pc_text_list *list)
{
    return list->kind == PC_LIST_NEGATED ? list->count : 0;
}

static bool has_text(const struct pc_text_list *list, struct pc_str text)
{
    for (size_t i = 0; i < list->count; i++) {
        if (pc_str_eq(list->items[i].text, text)) {
            return true;
        }
    }
    return false;
}

static void at_text(const struct pc_text_list *list, size_t index, struct pc_place *place)
{
    place->line = list->items[index].line;
    place->column = list->items[index].column;
}

// A copy of the list in which that text is another.
static enum pc_status replace_text(struct pc_arena *arena, struct pc_text_list *list, size_t index,
                                   struct pc_str text)
{
    struct pc_text *items = pc_arena_array(arena, list->count, sizeof(*items));
    if (items == NULL) {
        return PC_ERR_NOMEM;
    }
    memcpy(items, list->items, list->count * sizeof(*items));
    items[index].text = text;
    list->items = items;
    return PC_OK;
}

static enum pc_status drop_text(struct pc_arena *arena, struct pc_text_list *list, size_t index)
{
    struct pc_text *items = pc_arena_array(arena, list->count - 1, sizeof(*items));
    if (items == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i + 1 < list->count; i++) {
        items[i] = list->items[i < index ? i : i + 1];
    }
    list->items = items;
    list->count--;
    return PC_OK;
}

// The beginning of a text up to and with its colon of that number; all of it if it has fewer.
static struct pc_str up_to_colon(struct pc_str text, size_t number)
{
    size_t at = 0;
    for (size_t i = 0; i < number; i++) {
        size_t colon = pc_str_find(text, ':', at);
        if (colon == SIZE_MAX) {
            return text;
        }
        at = colon + 1;
    }
    return pc_str_slice(text, 0, at);
}

enum {
    ACTION_COLONS = 1, // in front of its name
    ARN_COLONS = 5,    // in front of its last field
};

// Services of actions compare without case, what is in front of the last field of an ARN
// with it.
static bool begins_alike(struct pc_str left, struct pc_str right, size_t colons)
{
    return colons == ACTION_COLONS ? pc_str_eq_icase(left, right) : pc_str_eq(left, right);
}

// Can the text behind its colon of that number become a star, and does that say something that the
// list does not say yet? Of several texts with the same beginning the first stands for all.
static bool can_widen(const struct pc_text_list *list, size_t index, size_t colons)
{
    struct pc_str begin = up_to_colon(list->items[index].text, colons);
    if (begin.len == list->items[index].text.len || has_text(list, PC_STR("*"))) {
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct pc_str other = list->items[i].text;
        bool same = begins_alike(up_to_colon(other, colons), begin, colons);
        bool wide = pc_str_eq(pc_str_slice(other, begin.len, other.len), PC_STR("*"));
        if (same && (i < index || wide)) {
            return false;
        }
    }
    return true;
}

static enum pc_status widen(struct pc_arena *arena, struct pc_text_list *list, size_t index,
                            size_t colons)
{
    struct pc_str wide;
    const struct pc_str parts[] = {up_to_colon(list->items[index].text, colons), PC_STR("*")};
    PC_TRY(pc_arena_join(arena, parts, 2, &wide));
    return replace_text(arena, list, index, wide);
}

static void tell_widen(const struct pc_text_list *list, size_t index, size_t colons,
                       struct pc_buf *out)
{
    struct pc_str text = list->items[index].text;
    pc_buf_format(out, "\"%.*s\" is widened to \"%.*s*\"", PC_STR_ARG(text),
                  PC_STR_ARG(up_to_colon(text, colons)));
}

// Actions -----------------------------------------------------------------------------------------

static size_t count_actions(const struct pc_statement *statement)
{
    return count_positive(&statement->actions);
}

static bool can_widen_action(const struct pc_statement *statement, size_t index)
{
    return can_widen(&statement->actions, index, ACTION_COLONS);
}

static enum pc_status widen_action(struct pc_arena *arena, const struct pc_statement *statement,
                                   size_t index, struct pc_statement *out)
{
    (void)statement;
    return widen(arena, &out->actions, index, ACTION_COLONS);
}

static void at_action(const struct pc_statement *statement, size_t index, struct pc_place *place)
{
    at_text(&statement->actions, index, place);
}

static void tell_widen_action(const struct pc_statement *statement, size_t index,
                              struct pc_buf *out)
{
    tell_widen(&statement->actions, index, ACTION_COLONS, out);
}

static size_t count_not_actions(const struct pc_statement *statement)
{
    return count_negated(&statement->actions);
}

static enum pc_status drop_not_action(struct pc_arena *arena, const struct pc_statement *statement,
                                      size_t index, struct pc_statement *out)
{
    (void)statement;
    return drop_text(arena, &out->actions, index);
}

static void tell_drop_not_action(const struct pc_statement *statement, size_t index,
                                 struct pc_buf *out)
{
    pc_buf_format(out, "NotAction does not name \"%.*s\"",
                  PC_STR_ARG(statement->actions.items[index].text));
}

const struct pc_mutant_row pc_mutant_widen_action = {
    .kind = {"widen-action", "an action becomes all actions of its service"},
    .hint_allow = "add a case for another action of the service that is denied",
    .hint_deny = "add a case for another action of the service that is allowed",
    .count = count_actions,
    .applies = can_widen_action,
    .change = widen_action,
    .locate = at_action,
    .tell = tell_widen_action,
};

const struct pc_mutant_row pc_mutant_drop_not_action = {
    .kind = {"drop-not-action", "NotAction names one action less"},
    .hint_allow = "add a case for this action that is denied",
    .hint_deny = "add a case for this action that is allowed",
    .count = count_not_actions,
    .change = drop_not_action,
    .locate = at_action,
    .tell = tell_drop_not_action,
};

// Resources ---------------------------------------------------------------------------------------

static size_t count_resources(const struct pc_statement *statement)
{
    return count_positive(&statement->resources);
}

static bool can_widen_resource(const struct pc_statement *statement, size_t index)
{
    return can_widen(&statement->resources, index, ARN_COLONS);
}

static enum pc_status widen_resource(struct pc_arena *arena, const struct pc_statement *statement,
                                     size_t index, struct pc_statement *out)
{
    (void)statement;
    return widen(arena, &out->resources, index, ARN_COLONS);
}

static void at_resource(const struct pc_statement *statement, size_t index, struct pc_place *place)
{
    at_text(&statement->resources, index, place);
}

static void tell_widen_resource(const struct pc_statement *statement, size_t index,
                                struct pc_buf *out)
{
    tell_widen(&statement->resources, index, ARN_COLONS, out);
}

static bool can_widen_resources(const struct pc_statement *statement, size_t index)
{
    (void)index;
    return count_resources(statement) > 0 && !has_text(&statement->resources, PC_STR("*"));
}

static enum pc_status widen_resources(struct pc_arena *arena, const struct pc_statement *statement,
                                      size_t index, struct pc_statement *out)
{
    (void)statement;
    (void)index;
    return replace_text(arena, &out->resources, 0, PC_STR("*"));
}

static void at_resources(const struct pc_statement *statement, size_t index, struct pc_place *place)
{
    (void)index;
    place->line = statement->resources.line;
    place->column = statement->resources.column;
}

static void tell_widen_resources(const struct pc_statement *statement, size_t index,
                                 struct pc_buf *out)
{
    (void)statement;
    (void)index;
    pc_buf_text(out, "Resource is widened to \"*\"");
}

static size_t count_not_resources(const struct pc_statement *statement)
{
    return count_negated(&statement->resources);
}

static enum pc_status drop_not_resource(struct pc_arena *arena,
                                        const struct pc_statement *statement, size_t index,
                                        struct pc_statement *out)
{
    (void)statement;
    return drop_text(arena, &out->resources, index);
}

static void tell_drop_not_resource(const struct pc_statement *statement, size_t index,
                                   struct pc_buf *out)
{
    pc_buf_format(out, "NotResource does not name \"%.*s\"",
                  PC_STR_ARG(statement->resources.items[index].text));
}

const struct pc_mutant_row pc_mutant_widen_resource = {
    .kind = {"widen-resource", "the last field of an ARN becomes a star"},
    .hint_allow = "add a case for a resource beside it that is denied",
    .hint_deny = "add a case for a resource beside it that is allowed",
    .count = count_resources,
    .applies = can_widen_resource,
    .change = widen_resource,
    .locate = at_resource,
    .tell = tell_widen_resource,
};

const struct pc_mutant_row pc_mutant_widen_resources = {
    .kind = {"widen-resources", "Resource becomes a star"},
    .hint_allow = "add a case for another resource that is denied",
    .hint_deny = "add a case for another resource that is allowed",
    .count = pc_mutant_once,
    .applies = can_widen_resources,
    .change = widen_resources,
    .locate = at_resources,
    .tell = tell_widen_resources,
};

const struct pc_mutant_row pc_mutant_drop_not_resource = {
    .kind = {"drop-not-resource", "NotResource names one resource less"},
    .hint_allow = "add a case for this resource that is denied",
    .hint_deny = "add a case for this resource that is allowed",
    .count = count_not_resources,
    .change = drop_not_resource,
    .locate = at_resource,
    .tell = tell_drop_not_resource,
};
