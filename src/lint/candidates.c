// SPDX-License-Identifier: Apache-2.0
//
// Two indexes, by resource and by action. Each has a list of statements by the text that one of
// their patterns begins with, service in front ("s3:bucket/"), and an open list of those that no
// such text narrows. What covers a statement covers its first entry: it is in the list of a
// beginning of that entry's text, or open. The index that proposes fewer is asked.
#include "candidates.h"

#include "base/map.h"
#include "match/arn_pattern.h"

struct node {
    size_t statement;
    struct node *next;
};

struct list {
    struct node *first, **end;
    size_t count;
};

// The text that an entry begins with; ptr NULL: any.
typedef enum pc_status beginning_of(struct pc_arena *arena,
                                    const struct pc_lint_statement *statement, size_t entry,
                                    struct pc_str *out);

struct index {
    beginning_of *begin_of;
    struct pc_map begin; // beginning to its struct list
    struct list open;
    struct pc_str *asked; // of each statement: the text of its first entry; ptr NULL: only open
                          // ones cover it
};

struct pc_lint_candidates {
    struct pc_arena *arena;
    struct index resources, actions;
};

static enum pc_status append(struct pc_arena *arena, struct list *list, size_t statement)
{
    struct node *node = pc_arena_alloc(arena, sizeof(*node));
    if (node == NULL) {
        return PC_ERR_NOMEM;
    }
    node->statement = statement;
    list->end = list->end == NULL ? &list->first : list->end;
    *list->end = node;
    list->end = &node->next;
    list->count++;
    return PC_OK;
}

static enum pc_status append_below(struct pc_arena *arena, struct index *index, struct pc_str text,
                                   size_t statement)
{
    struct list *list = pc_map_get(&index->begin, text);
    if (list == NULL) {
        list = pc_arena_alloc(arena, sizeof(*list));
        if (list == NULL) {
            return PC_ERR_NOMEM;
        }
        PC_TRY(pc_map_put(&index->begin, text, list));
    }
    return append(arena, list, statement);
}

static enum pc_status begin_of_resource(struct pc_arena *arena,
                                        const struct pc_lint_statement *statement, size_t entry,
                                        struct pc_str *out)
{
    struct pc_arn_pattern_key key;
    *out = (struct pc_str){NULL, 0};
    if (!pc_arn_pattern_key(statement->resources[entry].bytes, &key)) {
        return PC_OK;
    }
    return pc_arena_join(arena, (struct pc_str[]){key.service, PC_STR(":"), key.prefix}, 3, out);
}

static enum pc_status begin_of_action(struct pc_arena *arena,
                                      const struct pc_lint_statement *statement, size_t entry,
                                      struct pc_str *out)
{
    const struct pc_action_pattern *action = &statement->actions[entry];
    *out = (struct pc_str){NULL, 0};
    if (action->kind == PC_ACTION_ANY) {
        return PC_OK;
    }
    struct pc_str prefix = pc_pattern_prefix(action->name);
    return pc_arena_join(arena, (struct pc_str[]){action->service, PC_STR(":"), prefix}, 3, out);
}

// What matches nothing covers nothing, and is covered by everything.
static bool is_idle(const struct pc_lint_statement *statement, const struct pc_text_list *list,
                    size_t entry)
{
    return list == &statement->written->actions &&
           statement->actions[entry].kind == PC_ACTION_NEVER;
}

// The first entry of a list stands for all: whatever covers the list covers it.
static enum pc_status put(struct pc_arena *arena, struct index *index,
                          const struct pc_lint_statement *statement, size_t number,
                          const struct pc_text_list *list)
{
    bool open = list->kind != PC_LIST_POSITIVE;
    bool first = true;
    for (size_t i = 0; i < list->count && !open; i++) {
        struct pc_str text;
        if (is_idle(statement, list, i)) {
            continue;
        }
        PC_TRY(index->begin_of(arena, statement, i, &text));
        index->asked[number] = first ? text : index->asked[number];
        first = false;
        open = text.ptr == NULL;
        if (!open) {
            PC_TRY(append_below(arena, index, text, number));
        }
    }
    return open ? append(arena, &index->open, number) : PC_OK;
}

static enum pc_status init(struct index *index, struct pc_arena *arena, size_t count,
                           beginning_of *beginning)
{
    index->begin_of = beginning;
    pc_map_init(&index->begin, arena);
    index->asked = pc_arena_array(arena, count, sizeof(*index->asked));
    return index->asked == NULL ? PC_ERR_NOMEM : PC_OK;
}

enum pc_status pc_lint_candidates_new(struct pc_arena *arena,
                                      const struct pc_lint_statement *statements, size_t count,
                                      struct pc_lint_candidates **out)
{
    struct pc_lint_candidates *made = pc_arena_alloc(arena, sizeof(*made));
    if (made == NULL) {
        return PC_ERR_NOMEM;
    }
    made->arena = arena;
    PC_TRY(init(&made->resources, arena, count, begin_of_resource));
    PC_TRY(init(&made->actions, arena, count, begin_of_action));
    for (size_t i = 0; i < count; i++) {
        const struct pc_lint_statement *statement = &statements[i];
        if (!statement->sound) {
            continue; // is never compared
        }
        PC_TRY(put(arena, &made->resources, statement, i, &statement->written->resources));
        PC_TRY(put(arena, &made->actions, statement, i, &statement->written->actions));
    }
    *out = made;
    return PC_OK;
}

static const struct list *list_at(const struct index *index, size_t statement, size_t length)
{
    return pc_map_get(&index->begin, pc_str_slice(index->asked[statement], 0, length));
}

// How many beginnings its text has; none where only open ones cover it.
static size_t lengths_of(const struct index *index, size_t statement)
{
    return index->asked[statement].ptr == NULL ? 0 : index->asked[statement].len + 1;
}

static size_t count_for(const struct index *index, size_t statement)
{
    size_t count = index->open.count;
    for (size_t length = 0; length < lengths_of(index, statement); length++) {
        const struct list *list = list_at(index, statement, length);
        count += list != NULL ? list->count : 0;
    }
    return count;
}

static bool visit_list(const struct list *list, bool (*visit)(void *context, size_t candidate),
                       void *context)
{
    for (const struct node *node = list->first; node != NULL; node = node->next) {
        if (visit(context, node->statement)) {
            return true;
        }
    }
    return false;
}

void pc_lint_candidates_each(const struct pc_lint_candidates *candidates, size_t statement,
                             bool (*visit)(void *context, size_t candidate), void *context)
{
    const struct index *index = &candidates->resources;
    if (count_for(&candidates->actions, statement) < count_for(index, statement)) {
        index = &candidates->actions;
    }
    bool done = visit_list(&index->open, visit, context);
    for (size_t length = 0; length < lengths_of(index, statement) && !done; length++) {
        const struct list *list = list_at(index, statement, length);
        done = list != NULL && visit_list(list, visit, context);
    }
}
