// SPDX-License-Identifier: Apache-2.0
//
// The changes are made to the model. A statement that is dropped keeps its place, with an empty
// list of actions, which matches nothing: so the numbers by which cases name the others
// stay as they are.
#include "mutant.h"

static size_t once(const struct pc_statement *statement)
{
    (void)statement;
    return 1;
}

static const char *effect_text(const struct pc_statement *statement)
{
    return statement->effect == PC_EFFECT_ALLOW ? "Allow" : "Deny";
}

static void tell_statement(const struct pc_statement *statement, struct pc_buf *out)
{
    pc_buf_format(out, "the %s statement", effect_text(statement));
    if (statement->sid.len > 0) {
        pc_buf_format(out, " \"%.*s\"", PC_STR_ARG(statement->sid));
    }
}

// A statement as a whole
// ---------------------------------------------------------------------------

static enum pc_status drop_statement(struct pc_arena *arena, const struct pc_statement *statement,
                                     size_t index, struct pc_statement *out)
{
    (void)arena;
    (void)statement;
    (void)index;
    out->actions.kind = PC_LIST_POSITIVE;
    out->actions.count = 0;
    return PC_OK;
}

static void tell_drop_statement(const struct pc_statement *statement, size_t index,
                                struct pc_buf *out)
{
    (void)index;
    tell_statement(statement, out);
    pc_buf_text(out, " is dropped");
}

static enum pc_status flip_effect(struct pc_arena *arena, const struct pc_statement *statement,
                                  size_t index, struct pc_statement *out)
{
    (void)arena;
    (void)index;
    out->effect = statement->effect == PC_EFFECT_ALLOW ? PC_EFFECT_DENY : PC_EFFECT_ALLOW;
    return PC_OK;
}

static void tell_flip_effect(const struct pc_statement *statement, size_t index, struct pc_buf *out)
{
    (void)index;
    tell_statement(statement, out);
    pc_buf_format(out, " says %s", statement->effect == PC_EFFECT_ALLOW ? "Deny" : "Allow");
}

// Conditions --------------------------------------------------------------------------------------

static size_t count_conditions(const struct pc_statement *statement)
{
    return statement->condition_count;
}

static enum pc_status drop_condition(struct pc_arena *arena, const struct pc_statement *statement,
                                     size_t index, struct pc_statement *out)
{
    size_t count = statement->condition_count - 1;
    struct pc_condition *conditions = pc_arena_array(arena, count, sizeof(*conditions));
    if (conditions == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        conditions[i] = statement->conditions[i < index ? i : i + 1];
    }
    out->conditions = conditions;
    out->condition_count = count;
    return PC_OK;
}

static void at_condition(const struct pc_statement *statement, size_t index, struct pc_place *place)
{
    place->line = statement->conditions[index].key.line;
    place->column = statement->conditions[index].key.column;
}

static void tell_drop_condition(const struct pc_statement *statement, size_t index,
                                struct pc_buf *out)
{
    const struct pc_condition *condition = &statement->conditions[index];
    pc_buf_format(out, "the condition %.*s of %.*s is dropped", PC_STR_ARG(condition->op.text),
                  PC_STR_ARG(condition->key.text));
}

// Lists of texts ----------------------------------------------------------------------------------

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

// Principals --------------------------------------------------------------------------------------

static bool can_widen_principals(const struct pc_statement *statement, size_t index)
{
    const struct pc_principal_list *list = &statement->principals;
    (void)index;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].kind == PC_PRINCIPAL_ANY) {
            return false;
        }
    }
    return list->kind == PC_LIST_POSITIVE && list->count > 0;
}

static enum pc_status widen_principals(struct pc_arena *arena, const struct pc_statement *statement,
                                       size_t index, struct pc_statement *out)
{
    struct pc_principal_entry *anyone = pc_arena_alloc(arena, sizeof(*anyone));
    (void)index;
    if (anyone == NULL) {
        return PC_ERR_NOMEM;
    }
    *anyone = (struct pc_principal_entry){.kind = PC_PRINCIPAL_ANY,
                                          .text = PC_STR("*"),
                                          .partition = PC_STR(""),
                                          .line = statement->principals.line,
                                          .column = statement->principals.column};
    out->principals.items = anyone;
    out->principals.count = 1;
    return PC_OK;
}

static void at_principals(const struct pc_statement *statement, size_t index,
                          struct pc_place *place)
{
    (void)index;
    place->line = statement->principals.line;
    place->column = statement->principals.column;
}

static void tell_widen_principals(const struct pc_statement *statement, size_t index,
                                  struct pc_buf *out)
{
    (void)statement;
    (void)index;
    pc_buf_text(out, "Principal is widened to \"*\"");
}

static size_t count_not_principals(const struct pc_statement *statement)
{
    const struct pc_principal_list *list = &statement->principals;
    return list->kind == PC_LIST_NEGATED ? list->count : 0;
}

static enum pc_status drop_not_principal(struct pc_arena *arena,
                                         const struct pc_statement *statement, size_t index,
                                         struct pc_statement *out)
{
    size_t count = statement->principals.count - 1;
    struct pc_principal_entry *items = pc_arena_array(arena, count, sizeof(*items));
    if (items == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        items[i] = statement->principals.items[i < index ? i : i + 1];
    }
    out->principals.items = items;
    out->principals.count = count;
    return PC_OK;
}

static void at_principal(const struct pc_statement *statement, size_t index, struct pc_place *place)
{
    place->line = statement->principals.items[index].line;
    place->column = statement->principals.items[index].column;
}

static void tell_drop_not_principal(const struct pc_statement *statement, size_t index,
                                    struct pc_buf *out)
{
    pc_buf_format(out, "NotPrincipal does not name \"%.*s\"",
                  PC_STR_ARG(statement->principals.items[index].text));
}

// The table ---------------------------------------------------------------------------------------

static const struct pc_mutant_row rows[] = {
    {.kind = {"drop-statement", "a statement is left out"},
     .within = true,
     .hint_allow = "add a case that this statement alone allows",
     .hint_deny = "add a case that would be allowed without this statement",
     .count = once,
     .change = drop_statement,
     .tell = tell_drop_statement},
    {.kind = {"flip-effect", "Allow becomes Deny, and Deny Allow"},
     // Whom NotPrincipal spares depends on the effect, so not only within.
     .hint_allow = "add a case that this statement allows",
     .hint_deny = "add a case that this statement denies",
     .count = once,
     .change = flip_effect,
     .tell = tell_flip_effect},
    {.kind = {"drop-condition", "a key of an operator is left out"},
     .within = true,
     .hint_allow = "add a case that is denied because of this condition alone",
     .hint_deny = "add a case that is allowed because of this condition alone",
     .count = count_conditions,
     .change = drop_condition,
     .locate = at_condition,
     .tell = tell_drop_condition},
    {.kind = {"widen-action", "an action becomes all actions of its service"},
     .hint_allow = "add a case for another action of the service that is denied",
     .hint_deny = "add a case for another action of the service that is allowed",
     .count = count_actions,
     .applies = can_widen_action,
     .change = widen_action,
     .locate = at_action,
     .tell = tell_widen_action},
    {.kind = {"widen-resource", "the last field of an ARN becomes a star"},
     .hint_allow = "add a case for a resource beside it that is denied",
     .hint_deny = "add a case for a resource beside it that is allowed",
     .count = count_resources,
     .applies = can_widen_resource,
     .change = widen_resource,
     .locate = at_resource,
     .tell = tell_widen_resource},
    {.kind = {"widen-resources", "Resource becomes a star"},
     .hint_allow = "add a case for another resource that is denied",
     .hint_deny = "add a case for another resource that is allowed",
     .count = once,
     .applies = can_widen_resources,
     .change = widen_resources,
     .locate = at_resources,
     .tell = tell_widen_resources},
    {.kind = {"widen-principals", "Principal becomes everybody"},
     .hint_allow = "add a case for another principal that is denied",
     .hint_deny = "add a case for another principal that is allowed",
     .count = once,
     .applies = can_widen_principals,
     .change = widen_principals,
     .locate = at_principals,
     .tell = tell_widen_principals},
    {.kind = {"drop-not-action", "NotAction names one action less"},
     .hint_allow = "add a case for this action that is denied",
     .hint_deny = "add a case for this action that is allowed",
     .count = count_not_actions,
     .change = drop_not_action,
     .locate = at_action,
     .tell = tell_drop_not_action},
    {.kind = {"drop-not-resource", "NotResource names one resource less"},
     .hint_allow = "add a case for this resource that is denied",
     .hint_deny = "add a case for this resource that is allowed",
     .count = count_not_resources,
     .change = drop_not_resource,
     .locate = at_resource,
     .tell = tell_drop_not_resource},
    {.kind = {"drop-not-principal", "NotPrincipal names one principal less"},
     .hint_allow = "add a case for this principal that is denied",
     .hint_deny = "add a case for this principal that is allowed",
     .count = count_not_principals,
     .change = drop_not_principal,
     .locate = at_principal,
     .tell = tell_drop_not_principal},
};

const struct pc_mutant_row *pc_mutant_row_at(size_t index)
{
    return index < sizeof(rows) / sizeof(rows[0]) ? &rows[index] : NULL;
}

const struct pc_mutant_kind *pc_mutant_kind_at(size_t index)
{
    const struct pc_mutant_row *row = pc_mutant_row_at(index);
    return row != NULL ? &row->kind : NULL;
}
