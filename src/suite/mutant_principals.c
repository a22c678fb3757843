// SPDX-License-Identifier: Apache-2.0
//
// Changes of lists of principals.
#include "mutant.h"

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

const struct pc_mutant_row pc_mutant_widen_principals = {
    .kind = {"widen-principals", "Principal becomes everybody"},
    .hint_allow = "add a case for another principal that is denied",
    .hint_deny = "add a case for another principal that is allowed",
    .count = pc_mutant_once,
    .applies = can_widen_principals,
    .change = widen_principals,
    .locate = at_principals,
    .tell = tell_widen_principals,
};

const struct pc_mutant_row pc_mutant_drop_not_principal = {
    .kind = {"drop-not-principal", "NotPrincipal names one principal less"},
    .hint_allow = "add a case for this principal that is denied",
    .hint_deny = "add a case for this principal that is allowed",
    .count = count_not_principals,
    .change = drop_not_principal,
    .locate = at_principal,
    .tell = tell_drop_not_principal,
};
