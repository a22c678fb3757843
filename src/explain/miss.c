// SPDX-License-Identifier: Apache-2.0
//
// Statements that did not match: which come nearest, and the first thing that kept each of them.
#include "parts.h"

#include <stdlib.h>

// Choosing ---------------------------------------------------------------------------------------

static bool is_asked_for(const struct pc_explanation *explanation,
                         const struct pc_explained *statement)
{
    for (size_t i = 0; i < explanation->need_count; i++) {
        const struct pc_explained_need *need = &explanation->needs[i];
        if (!need->no_deny && need->slot == statement->deciding.slot &&
            need->level == statement->level) {
            return statement->allows && statement->nearness > 0;
        }
    }
    return false;
}

// Puts the statement in its place among those found, which are at most `most`.
static size_t insert(const struct pc_explained **out, size_t count, size_t most,
                     const struct pc_explained *statement)
{
    size_t at = count;
    while (at > 0 && out[at - 1]->nearness < statement->nearness) {
        at--;
    }
    if (at == most) {
        return count;
    }
    size_t kept = count < most ? count : most - 1;
    memmove(&out[at + 1], &out[at], (kept - at) * sizeof(out[0]));
    out[at] = statement;
    return kept + 1;
}

// Nearest first, and of equals in the order of the policies.
static int compare(const void *a, const void *b)
{
    const struct pc_explained *one = *(const struct pc_explained *const *)a;
    const struct pc_explained *other = *(const struct pc_explained *const *)b;
    if (one->nearness != other->nearness) {
        return one->nearness > other->nearness ? -1 : 1;
    }
    return one < other ? -1 : one > other;
}

size_t pc_explanation_misses(const struct pc_explanation *explanation, bool all,
                             const struct pc_explained **out, size_t most)
{
    size_t count = 0;
    bool few = most < explanation->count; // with room for all they are sorted in the end
    for (size_t i = 0; i < explanation->count; i++) {
        const struct pc_explained *statement = &explanation->statements[i];
        if (pc_explained_matches(statement) || (!all && !is_asked_for(explanation, statement))) {
            continue;
        }
        if (few) {
            count = insert(out, count, most, statement);
        } else {
            out[count++] = statement;
        }
    }
    if (!few && count > 1) {
        qsort(out, count, sizeof(out[0]), compare);
    }
    return count;
}

// What kept it -----------------------------------------------------------------------------------

static bool is_of_service(const struct pc_image *image, const struct pc_image_action *action,
                          struct pc_str service)
{
    return action->kind == PC_IMAGE_ACTION_NAME &&
           pc_str_eq(pc_image_text(image, action->service), service);
}

// Those of the request's service if there are any, else all.
static void write_actions(struct pc_buf *out, const struct pc_explanation *explanation,
                          const struct pc_explained *statement)
{
    const struct pc_image *image = statement->deciding.image;
    const struct pc_image_range actions = pc_explained_record(statement)->actions;
    struct pc_words_list list = {out, " or ", 0, 0};
    for (uint32_t i = 0; i < actions.count; i++) {
        list.count += is_of_service(image, pc_image_action(image, actions.first + i),
                                    explanation->request->service);
    }
    bool some = list.count > 0;
    list.count = some ? list.count : actions.count;
    for (uint32_t i = 0; i < actions.count; i++) {
        const struct pc_image_action *action = pc_image_action(image, actions.first + i);
        if (some && !is_of_service(image, action, explanation->request->service)) {
            continue;
        }
        if (!pc_words_next(&list)) {
            return;
        }
        pc_words_action(out, image, action);
    }
}

static void write_action(struct pc_buf *out, const struct pc_explanation *explanation,
                         const struct pc_explained *statement)
{
    if (pc_explained_record(statement)->actions.count == 0) {
        pc_buf_text(out, "it lists no action");
        return;
    }
    if (pc_explained_record(statement)->action_kind != PC_IMAGE_LIST_NEGATED) {
        pc_buf_text(out, "action ");
        pc_words_text(out, explanation->request->action);
        pc_buf_text(out, " is not ");
        write_actions(out, explanation, statement);
        return;
    }
    pc_buf_text(out, "NotAction ");
    if (statement->listed != NULL) {
        pc_words_action(out, statement->deciding.image, statement->listed);
    } else {
        write_actions(out, explanation, statement);
    }
    pc_buf_text(out, " covers ");
    pc_words_text(out, explanation->request->action);
}

static void write_field(struct pc_buf *out, struct pc_str pattern, size_t field, struct pc_str text)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf written = {0};
    pc_arn_pattern_write_field(pattern, field, &written);
    pc_buf_format(out, "field %zu: ", field);
    pc_words_text(out, pc_buf_view(&written));
    pc_buf_text(out, " is not ");
    pc_words_text(out, text);
    if (out->status == PC_OK) {
        out->status = pc_buf_status(&written);
    }
}

static void tell_variables(struct pc_buf *out, const struct pc_request *request,
                           struct pc_str pattern)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_arn_pattern_write(pattern, &text);
    struct pc_words_variables variables = {out, request, pc_buf_view(&text)};
    pc_arn_pattern_each_variable(pattern, pc_words_tell_variable, &variables);
    if (out->status == PC_OK) {
        out->status = pc_buf_status(&text);
    }
}

// The fields of the nearest entry that differ, one by one.
static void write_fields(struct pc_buf *out, const struct pc_explanation *explanation,
                         const struct pc_explained *statement)
{
    const struct pc_request *request = explanation->request;
    const struct pc_arn_subject subject = pc_arn_subject_of(request->resource);
    struct pc_str pattern =
        pc_image_text(statement->deciding.image, statement->entry.entry->pattern);
    const char *before = "resource differs at ";
    for (size_t field = 1; field <= 6; field++) {
        if ((statement->entry.fields >> (field - 1) & 1) == 0) {
            pc_buf_text(out, before);
            write_field(out, pattern, field, subject.fields[field - 1]);
            before = ", and at ";
        }
    }
    tell_variables(out, request, pattern);
    uint32_t others = pc_explained_record(statement)->resources.count - 1;
    if (others > 0) {
        pc_buf_format(out, " (nearest of %u)", (unsigned)others + 1);
    }
}

static void write_resource(struct pc_buf *out, const struct pc_explanation *explanation,
                           const struct pc_explained *statement)
{
    const struct pc_image *image = statement->deciding.image;
    const struct pc_image_resource *entry = statement->entry.entry;
    bool negated = pc_explained_record(statement)->resource_kind == PC_IMAGE_LIST_NEGATED;
    if (entry != NULL && !negated && entry->kind == PC_IMAGE_RESOURCE_PATTERN &&
        pc_arn_subject_of(explanation->request->resource).is_arn &&
        statement->entry.fields != PC_ARN_ALL_FIELDS) {
        write_fields(out, explanation, statement);
        return;
    }
    if (entry == NULL) {
        pc_buf_text(out, "it lists no resource");
        return;
    }
    pc_buf_text(out, negated ? "NotResource " : "resource ");
    pc_words_resource(out, image, entry);
    pc_buf_text(out, negated ? " covers " : " does not cover ");
    pc_words_text(out, explanation->request->resource);
}

static void write_principal(struct pc_buf *out, const struct pc_explanation *explanation,
                            const struct pc_explained *statement)
{
    const struct pc_image *image = statement->deciding.image;
    const struct pc_image_statement *record = pc_explained_record(statement);
    if (record->principals.count == 0) {
        pc_buf_text(out, "it names no principal"); // R-317, also of an empty list
        return;
    }
    bool negated = record->principal_kind == PC_IMAGE_LIST_NEGATED;
    struct pc_words_list list = {out, " or ", record->principals.count, 0};
    pc_buf_text(out, negated ? "NotPrincipal spares " : "principal ");
    pc_words_caller(out, &explanation->request->caller);
    if (negated) {
        return;
    }
    pc_buf_text(out, " is not ");
    for (uint32_t i = 0; i < record->principals.count && pc_words_next(&list); i++) {
        pc_words_text(
            out,
            pc_image_text(image, pc_image_principal(image, record->principals.first + i)->text));
    }
}

static void write_conditions(struct pc_buf *out, const struct pc_explanation *explanation,
                             const struct pc_explained *statement)
{
    const struct pc_explained_condition first =
        pc_explained_condition_at(explanation, statement, statement->failed[0]);
    pc_buf_format(out, "%u of %u condition%s; ", (unsigned)statement->held,
                  (unsigned)statement->conditions,
                  statement->conditions == 1 ? " holds" : "s hold");
    pc_explained_condition_write(out, explanation, &first);
}

struct pc_explained_condition pc_explained_condition_at(const struct pc_explanation *explanation,
                                                        const struct pc_explained *statement,
                                                        uint32_t at)
{
    const struct pc_image *image = statement->deciding.image;
    const struct pc_image_condition *condition =
        pc_image_condition(image, pc_explained_record(statement)->conditions.first + at);
    const struct pc_image_key *key = pc_image_key(image, condition->key);
    return (struct pc_explained_condition){
        .image = image,
        .condition = condition,
        .key = pc_image_text(image, key->text),
        .has = pc_request_find(explanation->request, pc_image_text(image, key->name), key->hash),
    };
}

void pc_explained_write_miss(struct pc_buf *out, const struct pc_explanation *explanation,
                             const struct pc_explained *statement)
{
    switch (statement->obstacle) {
    case PC_OBSTACLE_ACTION:
        write_action(out, explanation, statement);
        break;
    case PC_OBSTACLE_RESOURCE:
        write_resource(out, explanation, statement);
        break;
    case PC_OBSTACLE_PRINCIPAL:
        write_principal(out, explanation, statement);
        break;
    case PC_OBSTACLE_CONDITION:
        write_conditions(out, explanation, statement);
        break;
    case PC_OBSTACLE_NONE:
        pc_buf_text(out, "it matches");
        break;
    }
}
