// SPDX-License-Identifier: Apache-2.0
#include "scope.h"

struct gathering {
    struct pc_lint_action *actions; // NULL: they are counted only
    size_t count;
    const struct pc_text *entry;
};

static enum pc_status gather(void *context, const struct pc_catalog_service *service,
                             const struct pc_catalog_action *action)
{
    struct gathering *gathering = context;
    if (gathering->actions != NULL) {
        gathering->actions[gathering->count] =
            (struct pc_lint_action){service, action, gathering->entry};
    }
    gathering->count++;
    return PC_OK;
}

// All entries. *complete: each of them has some.
static enum pc_status gather_all(const struct pc_lint_place *place, struct gathering *gathering,
                                 bool *complete)
{
    const struct pc_text_list *list = &place->statement->actions;
    *complete = list->kind == PC_LIST_POSITIVE;
    for (size_t i = 0; *complete && i < list->count; i++) {
        if (pc_str_eq(list->items[i].text, PC_STR("*"))) {
            *complete = false;
            break;
        }
        size_t before = gathering->count;
        gathering->entry = &list->items[i];
        PC_TRY(
            pc_catalog_each_action(place->lint->catalog, list->items[i].text, gather, gathering));
        *complete = gathering->count > before;
    }
    return PC_OK;
}

enum pc_status pc_lint_scope(const struct pc_lint_place *place, struct pc_lint_scope *out)
{
    struct gathering gathering = {0};
    struct pc_lint_scope scope = {0};
    PC_TRY(gather_all(place, &gathering, &scope.complete));
    if (scope.complete) {
        gathering.actions =
            pc_arena_array(place->lint->arena, gathering.count, sizeof(*gathering.actions));
        if (gathering.actions == NULL) {
            return PC_ERR_NOMEM;
        }
        scope.count = gathering.count;
        gathering.count = 0;
        PC_TRY(gather_all(place, &gathering, &scope.complete));
        scope.actions = gathering.actions;
    }
    *out = scope;
    return PC_OK;
}

bool pc_lint_is_pattern(struct pc_str text)
{
    return pc_str_find(text, '*', 0) != SIZE_MAX || pc_str_find(text, '?', 0) != SIZE_MAX;
}

// An entry names it if it is of its service and is its name or a pattern; which patterns match,
// only costs to find out.
bool pc_lint_statement_may_name(const struct pc_statement *statement,
                                const struct pc_lint_action *action)
{
    if (statement->actions.kind != PC_LIST_POSITIVE) {
        return true;
    }
    for (size_t i = 0; i < statement->actions.count; i++) {
        struct pc_str parts[2] = {{"", 0}, {"", 0}};
        (void)pc_str_split(statement->actions.items[i].text, ':', parts, 2);
        if (pc_str_eq(parts[0], PC_STR("*")) ||
            (pc_str_eq_icase(parts[0], action->service->prefix) &&
             (pc_lint_is_pattern(parts[1]) || pc_str_eq_icase(parts[1], action->action->name)))) {
            return true;
        }
    }
    return false;
}
