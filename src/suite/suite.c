// SPDX-License-Identifier: Apache-2.0
//
// Asks the questions of a suite and counts what an observer of the one evaluator is shown.
#include "parts.h"

#include "eval/observer.h"

#include <stdlib.h>

enum {
    FIRST_ROOM = 16, // of what grows
};

enum pc_status pc_suite_new(bool keeps, unsigned flags, struct pc_suite **out)
{
    struct pc_suite *suite = calloc(1, sizeof(*suite));
    if (suite == NULL) {
        return PC_ERR_NOMEM;
    }
    suite->keeps = keeps;
    suite->flags = flags;
    pc_arena_init(&suite->arena);
    pc_map_init(&suite->documents_by_key, &suite->arena);
    pc_map_init(&suite->units_by_key, &suite->arena);
    pc_map_init(&suite->groups_by_key, &suite->arena);
    enum pc_status status = pc_scratch_new(&suite->scratch);
    if (status != PC_OK) {
        pc_suite_free(suite);
        return status;
    }
    *out = suite;
    return PC_OK;
}

void pc_suite_free(struct pc_suite *suite)
{
    if (suite == NULL) {
        return;
    }
    pc_scratch_free(suite->scratch);
    pc_buf_release(&suite->key);
    pc_arena_release(&suite->arena);
    free(suite);
}

enum pc_status pc_suite_make_room(struct pc_arena *arena, void **items, size_t count, size_t *room,
                                  size_t size)
{
    if (count < *room) {
        return PC_OK;
    }
    size_t more = *room == 0 ? FIRST_ROOM : *room * 2;
    void *larger = pc_arena_array(arena, more, size);
    if (larger == NULL) {
        return PC_ERR_NOMEM;
    }
    if (count > 0) {
        memcpy(larger, *items, count * size);
    }
    *items = larger;
    *room = more;
    return PC_OK;
}

enum pc_status pc_suite_list_add(struct pc_arena *arena, struct pc_suite_list *list, void *item)
{
    void *items = list->items;
    PC_TRY(pc_suite_make_room(arena, &items, list->count, &list->room, sizeof(*list->items)));
    list->items = items;
    list->items[list->count++] = item;
    return PC_OK;
}

// What the observer writes to.
struct watch {
    struct pc_suite *suite;
    struct pc_suite_group *group;
    bool keeps; // this question
    enum pc_status status;
};

// The statement that is shown, or NULL: the image has another than its documents.
static struct pc_suite_statement *statement_of(const struct watch *watch,
                                               const struct pc_observation *seen)
{
    const struct pc_suite_unit *unit = watch->group->units[seen->image - watch->group->images];
    const struct pc_image_statement *record = pc_image_statement(seen->image, seen->statement);
    if (record->document >= unit->count ||
        record->number >= unit->documents[record->document]->count) {
        return NULL;
    }
    struct pc_suite_statement *statement =
        &unit->documents[record->document]->statements[record->number];
    return record->conditions.count == statement->condition_count ? statement : NULL;
}

static enum pc_suite_reach reach_of(enum pc_obstacle obstacle)
{
    switch (obstacle) {
    case PC_OBSTACLE_NONE:
        return PC_SUITE_MATCHED;
    case PC_OBSTACLE_CONDITION:
        return PC_SUITE_CONDITION;
    case PC_OBSTACLE_PRINCIPAL:
        return PC_SUITE_PRINCIPAL;
    case PC_OBSTACLE_RESOURCE:
        return PC_SUITE_RESOURCE;
    case PC_OBSTACLE_ACTION:
        break;
    }
    return PC_SUITE_ACTION;
}

// The question at hand is the one that is kept next. A document may be in several of its sets.
static enum pc_status note_question(struct pc_suite *suite, struct pc_suite_statement *statement)
{
    uint32_t number = (uint32_t)suite->kept_count;
    size_t count = statement->question_count;
    if (count > 0 && statement->questions[count - 1] == number) {
        return PC_OK;
    }
    void *items = statement->questions;
    PC_TRY(pc_suite_make_room(&suite->arena, &items, count, &statement->question_room,
                              sizeof(*statement->questions)));
    statement->questions = items;
    statement->questions[statement->question_count++] = number;
    return PC_OK;
}

// Each condition, also behind one that does not hold.
static void see_conditions(const struct pc_observation *seen, struct pc_suite_statement *statement)
{
    for (uint32_t i = 0; i < statement->condition_count; i++) {
        bool holds = pc_observed_condition(seen, i);
        statement->conditions[i].held += holds;
        statement->conditions[i].failed += !holds;
    }
}

static void see_statement(void *context, const struct pc_observation *seen)
{
    struct watch *watch = context;
    struct pc_suite_statement *statement = statement_of(watch, seen);
    enum pc_suite_reach reach = reach_of(seen->obstacle);
    if (statement == NULL || watch->status != PC_OK) {
        watch->status = watch->status != PC_OK ? watch->status : PC_ERR_INTERNAL;
        return;
    }
    statement->matched += reach == PC_SUITE_MATCHED;
    statement->reach = reach > statement->reach ? reach : statement->reach;
    if (reach < PC_SUITE_CONDITION) {
        return;
    }
    see_conditions(seen, statement);
    if (watch->keeps) {
        watch->status = note_question(watch->suite, statement);
    }
}

static enum pc_status keep(struct pc_suite *suite, struct pc_suite_group *group,
                           const struct pc_suite_question *question)
{
    void *items = suite->questions;
    PC_TRY(pc_suite_make_room(&suite->arena, &items, suite->kept_count, &suite->question_room,
                              sizeof(*suite->questions)));
    suite->questions = items;
    suite->questions[suite->kept_count] =
        (struct pc_suite_kept){group, question->request, question->expect, question->brief};
    return PC_OK;
}

enum pc_status pc_suite_ask(struct pc_suite *suite, const struct pc_suite_question *question)
{
    struct pc_answer answer;
    struct watch watch = {.suite = suite, .keeps = suite->keeps && !question->passing};
    if (suite->kept_count == UINT32_MAX) {
        return PC_ERR_LIMIT;
    }
    PC_TRY(pc_suite_group_find(suite, question, &watch.group));
    if (watch.keeps) {
        PC_TRY(keep(suite, watch.group, question));
    }
    const struct pc_observer observer = {
        .flags = suite->flags, .statement = see_statement, .context = &watch};
    PC_TRY(pc_decide_observed(&watch.group->policies, question->request, suite->scratch, &observer,
                              &answer));
    suite->kept_count += watch.keeps;
    suite->question_count++;
    return watch.status;
}

size_t pc_suite_question_count(const struct pc_suite *suite)
{
    return suite->question_count;
}

size_t pc_suite_document_count(const struct pc_suite *suite)
{
    return suite->documents.count;
}

const struct pc_suite_document *pc_suite_document(const struct pc_suite *suite, size_t number)
{
    return suite->documents.items[number];
}
