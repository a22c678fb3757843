// SPDX-License-Identifier: Apache-2.0
//
// Changes of a statement as a whole, and of its conditions.
#include "mutant.h"

size_t pc_mutant_once(const struct pc_statement *statement)
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

const struct pc_mutant_row pc_mutant_drop_statement = {
    .kind = {"drop-statement", "a statement is left out"},
    .within = true,
    .hint_allow = "add a case that this statement alone allows",
    .hint_deny = "add a case that would be allowed without this statement",
    .count = pc_mutant_once,
    .change = drop_statement,
    .tell = tell_drop_statement,
};

const struct pc_mutant_row pc_mutant_flip_effect = {
    .kind = {"flip-effect", "Allow becomes Deny, and Deny Allow"},
    // Whom NotPrincipal spares depends on the effect, so not only within.
    .hint_allow = "add a case that this statement allows",
    .hint_deny = "add a case that this statement denies",
    .count = pc_mutant_once,
    .change = flip_effect,
    .tell = tell_flip_effect,
};

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

const struct pc_mutant_row pc_mutant_drop_condition = {
    .kind = {"drop-condition", "a key of an operator is left out"},
    .within = true,
    .hint_allow = "add a case that is denied because of this condition alone",
    .hint_deny = "add a case that is allowed because of this condition alone",
    .count = count_conditions,
    .change = drop_condition,
    .locate = at_condition,
    .tell = tell_drop_condition,
};
