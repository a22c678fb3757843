// SPDX-License-Identifier: Apache-2.0
#include "entries.h"

#include "match/cover.h"

#include "base/map.h"

// A list whose entries are compared.
struct list {
    const struct pc_lint_statement *statement;
    const struct pc_text_list *texts;
    bool (*is_wide)(const struct pc_lint_statement *statement, size_t entry);
    bool (*covers)(const struct pc_lint_statement *statement, size_t wide, size_t narrow);
    enum pc_diag_code repeated, covered;
};

// Only a wildcard makes a pattern cover others.
static bool has_wildcard(struct pc_str text)
{
    return pc_str_find(text, '*', 0) != SIZE_MAX || pc_str_find(text, '?', 0) != SIZE_MAX;
}

static bool is_wide_action(const struct pc_lint_statement *statement, size_t entry)
{
    return statement->actions[entry].kind != PC_ACTION_NEVER &&
           has_wildcard(statement->written->actions.items[entry].text);
}

static bool covers_action(const struct pc_lint_statement *statement, size_t wide, size_t narrow)
{
    return statement->actions[narrow].kind != PC_ACTION_NEVER &&
           pc_action_pattern_covers(&statement->actions[wide], &statement->actions[narrow]);
}

// A short ARN is wide without a wildcard.
static bool is_wide_resource(const struct pc_lint_statement *statement, size_t entry)
{
    return statement->resources[entry].sound;
}

static bool covers_resource(const struct pc_lint_statement *statement, size_t wide, size_t narrow)
{
    return statement->resources[narrow].sound &&
           pc_arn_pattern_covers(statement->resources[wide].bytes,
                                 statement->resources[narrow].bytes);
}

static void report(const struct pc_lint_place *place, const struct list *list, size_t entry,
                   size_t other)
{
    const struct pc_text *text = &list->texts->items[entry];
    const struct pc_text *by = &list->texts->items[other];
    bool equal = list->covers(list->statement, entry, other);
    if (equal && entry < other) {
        return; // the later one of two is reported
    }
    pc_lint_report(place, equal ? list->repeated : list->covered, text->line, text->column,
                   "\"%.*s\" %s \"%.*s\"", PC_STR_ARG(text->text),
                   equal ? "matches the same as" : "is covered by", PC_STR_ARG(by->text));
    pc_diag_hint(place->lint->diags, "that is in line %u", by->line);
}

// The first other entry that covers it; that of those found by text first, since the same text
// again is the usual case.
static size_t find_wide(const struct list *list, const size_t *wide, size_t wide_count,
                        size_t entry)
{
    for (size_t i = 0; i < wide_count; i++) {
        bool later_equal = wide[i] > entry && list->covers(list->statement, entry, wide[i]);
        if (wide[i] != entry && !later_equal && list->covers(list->statement, wide[i], entry)) {
            return wide[i];
        }
    }
    return SIZE_MAX;
}

static enum pc_status check_list(const struct pc_lint_place *place, const struct list *list)
{
    struct pc_arena *arena = place->lint->arena;
    struct pc_map seen;
    size_t count = list->texts->count;
    size_t *wide = pc_arena_array(arena, count, sizeof(*wide));
    size_t *numbers = pc_arena_array(arena, count, sizeof(*numbers));
    size_t wide_count = 0;
    if (wide == NULL || numbers == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        wide[wide_count] = i;
        wide_count += list->is_wide(list->statement, i);
    }
    pc_map_init(&seen, arena);
    for (size_t i = 0; i < count; i++) {
        struct pc_str lower;
        PC_TRY(list->repeated == PC_DIAG_ACTION_REPEATED
                   ? pc_arena_copy_lower(arena, list->texts->items[i].text, &lower)
                   : pc_arena_copy(arena, list->texts->items[i].text, &lower));
        const size_t *same = pc_map_get(&seen, lower);
        size_t other = same != NULL ? *same : find_wide(list, wide, wide_count, i);
        numbers[i] = i;
        if (same == NULL) {
            PC_TRY(pc_map_put(&seen, lower, &numbers[i]));
        }
        if (other != SIZE_MAX && list->covers(list->statement, other, i)) {
            report(place, list, i, other);
        }
    }
    return PC_OK;
}

enum pc_status pc_lint_entries(const struct pc_lint_place *place,
                               const struct pc_lint_statement *statement)
{
    const struct list actions = {
        statement,     &statement->written->actions, is_wide_action,
        covers_action, PC_DIAG_ACTION_REPEATED,      PC_DIAG_ACTION_COVERED};
    const struct list resources = {
        statement,       &statement->written->resources, is_wide_resource,
        covers_resource, PC_DIAG_RESOURCE_REPEATED,      PC_DIAG_RESOURCE_COVERED};
    PC_TRY(check_list(place, &actions));
    return check_list(place, &resources);
}
