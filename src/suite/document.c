// SPDX-License-Identifier: Apache-2.0
//
// Documents by their place. One that was read twice from the same file and place is one document;
// one that looks otherwise there (the file was changed in between) is another.
#include "parts.h"

static void write_number(struct pc_buf *key, size_t number)
{
    pc_buf_format(key, "%zu ", number);
}

// Place and outline: what two readings of the same document have in common, whatever type of
// policy they are read as.
static enum pc_status write_key(struct pc_buf *key, const struct pc_policy *policy)
{
    pc_buf_reset(key);
    pc_buf_str(key, policy->file);
    pc_buf_byte(key, '\n');
    write_number(key, policy->line);
    write_number(key, policy->column);
    for (size_t i = 0; i < policy->count; i++) {
        const struct pc_statement *statement = &policy->statements[i];
        write_number(key, statement->line);
        write_number(key, statement->column);
        write_number(key, statement->condition_count);
        for (size_t k = 0; k < statement->condition_count; k++) {
            write_number(key, statement->conditions[k].key.line);
            write_number(key, statement->conditions[k].key.column);
        }
    }
    return pc_buf_status(key);
}

static enum pc_status copy_conditions(struct pc_arena *arena, const struct pc_statement *from,
                                      struct pc_suite_statement *to)
{
    to->condition_count = from->condition_count;
    to->conditions = pc_arena_array(arena, from->condition_count, sizeof(*to->conditions));
    if (to->conditions == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < from->condition_count; i++) {
        const struct pc_condition *condition = &from->conditions[i];
        to->conditions[i] = (struct pc_suite_condition){.line = condition->key.line,
                                                        .column = condition->key.column};
        PC_TRY(pc_arena_copy(arena, condition->op.text, &to->conditions[i].op));
        PC_TRY(pc_arena_copy(arena, condition->key.text, &to->conditions[i].key));
    }
    return PC_OK;
}

static enum pc_status copy_statement(struct pc_arena *arena, const struct pc_policy *policy,
                                     size_t number, struct pc_suite_statement *to)
{
    const struct pc_statement *from = &policy->statements[number];
    *to = (struct pc_suite_statement){
        .line = from->line, .column = from->column, .allows = from->effect == PC_EFFECT_ALLOW};
    if (from->sid.len > 0) {
        PC_TRY(pc_arena_copy(arena, from->sid, &to->name));
    } else {
        PC_TRY(pc_arena_format(arena, &to->name, "#%zu", number));
    }
    return copy_conditions(arena, from, to);
}

static enum pc_status copy_document(struct pc_arena *arena, const struct pc_policy *policy,
                                    struct pc_suite_document *document)
{
    document->line = policy->line;
    document->column = policy->column;
    document->count = policy->count;
    PC_TRY(pc_arena_copy(arena, policy->file, &document->file));
    PC_TRY(pc_arena_copy(arena, policy->name, &document->name));
    document->statements = pc_arena_array(arena, policy->count, sizeof(*document->statements));
    if (document->statements == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < policy->count; i++) {
        PC_TRY(copy_statement(arena, policy, i, &document->statements[i]));
    }
    return PC_OK;
}

enum pc_status pc_suite_document_find(struct pc_suite *suite, const struct pc_policy *policy,
                                      struct pc_suite_document **out)
{
    struct pc_str key;
    PC_TRY(write_key(&suite->key, policy));
    struct pc_suite_document *document =
        pc_map_get(&suite->documents_by_key, pc_buf_view(&suite->key));
    if (document != NULL) {
        *out = document;
        return PC_OK;
    }
    document = pc_arena_alloc(&suite->arena, sizeof(*document));
    if (document == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(copy_document(&suite->arena, policy, document));
    document->number = (uint32_t)suite->documents.count;
    PC_TRY(pc_arena_copy(&suite->arena, pc_buf_view(&suite->key), &key));
    PC_TRY(pc_map_put(&suite->documents_by_key, key, document));
    PC_TRY(pc_suite_list_add(&suite->arena, &suite->documents, document));
    *out = document;
    return PC_OK;
}
