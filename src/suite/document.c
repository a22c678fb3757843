// SPDX-License-Identifier: Apache-2.0
//
// Documents by the places of their statements, which images keep as well as models do: so a file
// counts once, whether cases name it or a whole account that was compiled from it. One that looks
// otherwise at the same place (it was changed in between) is another. Where the conditions stand,
// only models know.
#include "eval/told.h"
#include "ops/operator.h"
#include "parts.h"

// A document in an image: its statements lie one behind the other.
struct outline {
    const struct pc_image *image;
    uint32_t document;
    uint32_t first, count; // statements
};

static struct pc_str text_of(const struct pc_image *image, struct pc_image_span span)
{
    return pc_image_text(image, span);
}

// Place and outline: what two readings of a document have in common, whatever type of policy they
// are read as.
static enum pc_status write_key(struct pc_buf *key, const struct outline *outline)
{
    const struct pc_image_document *document = pc_image_document(outline->image, outline->document);
    pc_buf_reset(key);
    pc_buf_str(key, text_of(outline->image, document->file));
    pc_buf_byte(key, '\n');
    for (uint32_t i = 0; i < outline->count; i++) {
        const struct pc_image_statement *statement =
            pc_image_statement(outline->image, outline->first + i);
        pc_buf_format(key, "%u %u %u ", (unsigned)statement->line, (unsigned)statement->column,
                      (unsigned)statement->conditions.count);
    }
    return pc_buf_status(key);
}

static enum pc_status copy_condition(struct pc_suite *suite, const struct pc_image *image,
                                     const struct pc_image_condition *from,
                                     struct pc_suite_condition *to)
{
    const struct pc_op_use use = {pc_operator_get(from->op), (uint8_t)from->flags};
    struct pc_str key = text_of(image, pc_image_key(image, from->key)->text);
    pc_buf_reset(&suite->key);
    pc_op_use_write(&use, &suite->key);
    PC_TRY(pc_buf_status(&suite->key));
    PC_TRY(pc_arena_copy(&suite->arena, pc_buf_view(&suite->key), &to->op));
    return pc_arena_copy(&suite->arena, key, &to->key);
}

static enum pc_status copy_statement(struct pc_suite *suite, const struct pc_image *image,
                                     uint32_t number, struct pc_suite_statement *to)
{
    const struct pc_image_statement *from = pc_image_statement(image, number);
    const struct pc_deciding told = {.image = image, .statement = number};
    const struct pc_told_statement statement = pc_tell_statement(&told);
    struct pc_name_room room;
    PC_TRY(pc_arena_copy(&suite->arena, pc_statement_name(&statement, &room), &to->name));
    to->line = statement.line;
    to->column = statement.column;
    to->allows = statement.allows;
    to->condition_count = from->conditions.count;
    to->conditions = pc_arena_array(&suite->arena, from->conditions.count, sizeof(*to->conditions));
    if (to->conditions == NULL) {
        return PC_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < from->conditions.count; i++) {
        to->conditions[i] = (struct pc_suite_condition){.line = to->line, .column = to->column};
        PC_TRY(copy_condition(suite, image, pc_image_condition(image, from->conditions.first + i),
                              &to->conditions[i]));
    }
    return PC_OK;
}

static enum pc_status copy_document(struct pc_suite *suite, const struct outline *outline,
                                    struct pc_suite_document *document)
{
    const struct pc_image_document *record = pc_image_document(outline->image, outline->document);
    document->count = outline->count;
    PC_TRY(pc_arena_copy(&suite->arena, text_of(outline->image, record->file), &document->file));
    document->statements =
        pc_arena_array(&suite->arena, outline->count, sizeof(*document->statements));
    if (document->statements == NULL) {
        return PC_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < outline->count; i++) {
        PC_TRY(copy_statement(suite, outline->image, outline->first + i, &document->statements[i]));
    }
    return PC_OK;
}

static enum pc_status find(struct pc_suite *suite, const struct outline *outline,
                           struct pc_suite_document **out)
{
    struct pc_str key;
    PC_TRY(write_key(&suite->key, outline));
    struct pc_suite_document *document =
        pc_map_get(&suite->documents_by_key, pc_buf_view(&suite->key));
    if (document == NULL) {
        document = pc_arena_alloc(&suite->arena, sizeof(*document));
        if (document == NULL) {
            return PC_ERR_NOMEM;
        }
        PC_TRY(pc_arena_copy(&suite->arena, pc_buf_view(&suite->key), &key));
        PC_TRY(copy_document(suite, outline, document));
        document->number = (uint32_t)suite->documents.count;
        PC_TRY(pc_map_put(&suite->documents_by_key, key, document));
        PC_TRY(pc_suite_list_add(&suite->arena, &suite->documents, document));
    }
    *out = document;
    return PC_OK;
}

// What the model knows better: places of conditions, and operators and keys as they are written
// there. PC_ERR_INTERNAL: it is the model of another document.
static enum pc_status fill_in(struct pc_arena *arena, const struct pc_policy *policy,
                              struct pc_suite_document *document)
{
    if (document->placed || policy == NULL) {
        return PC_OK;
    }
    for (size_t i = 0; i < document->count; i++) {
        const struct pc_statement *from = &policy->statements[i];
        for (size_t k = 0; k < document->statements[i].condition_count; k++) {
            struct pc_suite_condition *to = &document->statements[i].conditions[k];
            PC_TRY(pc_arena_copy(arena, from->conditions[k].op.text, &to->op));
            PC_TRY(pc_arena_copy(arena, from->conditions[k].key.text, &to->key));
            to->line = from->conditions[k].key.line;
            to->column = from->conditions[k].key.column;
        }
    }
    document->placed = true;
    return PC_OK;
}

// Does the image say of the document what its model does?
static bool is_of(const struct pc_suite_document *document, const struct pc_policy *policy)
{
    if (policy == NULL) {
        return true;
    }
    bool same = policy->count == document->count && pc_str_eq(policy->file, document->file);
    for (size_t i = 0; i < document->count && same; i++) {
        same = policy->statements[i].line == document->statements[i].line &&
               policy->statements[i].column == document->statements[i].column &&
               policy->statements[i].condition_count == document->statements[i].condition_count;
    }
    return same;
}

enum pc_status pc_suite_document_find(struct pc_suite *suite, const struct pc_image *image,
                                      uint32_t number, const struct pc_policy *policy,
                                      struct pc_suite_document **out)
{
    struct outline outline = {.image = image, .document = number};
    uint32_t total = pc_image_count(image, PC_IMAGE_STATEMENTS);
    while (outline.first < total && pc_image_statement(image, outline.first)->document != number) {
        outline.first++;
    }
    while (outline.first + outline.count < total &&
           pc_image_statement(image, outline.first + outline.count)->document == number) {
        outline.count++;
    }
    PC_TRY(find(suite, &outline, out));
    return is_of(*out, policy) ? fill_in(&suite->arena, policy, *out) : PC_ERR_INTERNAL;
}
