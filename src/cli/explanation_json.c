// SPDX-License-Identifier: Apache-2.0
//
// An explanation as JSON (CONTRACT.md, section 3).
#include "explanation.h"

#include "answer.h"

// A sentence of the module as a string.
static void end_sentence(struct pc_json_writer *writer, struct pc_buf *sentence)
{
    if (pc_buf_status(sentence) != PC_OK) {
        writer->out->status = pc_buf_status(sentence);
    }
    pc_json_string(writer, pc_buf_view(sentence));
    pc_buf_reset(sentence);
}

static void write_boolean(struct pc_json_writer *writer, const char *key, bool value)
{
    pc_json_key(writer, key);
    pc_json_boolean(writer, value);
}

static void write_number(struct pc_json_writer *writer, const char *key, uint32_t value)
{
    pc_json_key(writer, key);
    pc_json_number(writer, value);
}

static void write_level(struct pc_json_writer *writer, enum pc_slot slot, uint32_t level)
{
    if (slot == PC_SLOT_SCP || slot == PC_SLOT_RCP) {
        write_number(writer, "level", level);
    }
}

static void write_way(struct pc_json_writer *writer, const struct pc_explanation *explanation)
{
    pc_json_key(writer, "way");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < PC_SLOTS; i++) {
        const struct pc_explained_type *type = &explanation->types[i];
        pc_json_begin_object(writer);
        pc_json_key(writer, "type");
        pc_json_text(writer, pc_slot_text(type->slot));
        pc_json_key(writer, "says");
        pc_json_text(writer, pc_said_text(type->said));
        write_boolean(writer, "decides", type->decides);
        pc_json_end_object(writer);
    }
    pc_json_end_array(writer);
}

// Statements -------------------------------------------------------------------------------------

static void write_wanted(struct pc_json_writer *writer,
                         const struct pc_explained_condition *condition)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_json_key(writer, "wanted");
    pc_json_begin_array(writer);
    for (uint32_t i = 0; i < condition->condition->values.count; i++) {
        pc_explained_value_write(&text, condition, i);
        end_sentence(writer, &text);
    }
    pc_json_end_array(writer);
}

static void write_condition(struct pc_json_writer *writer, const struct pc_explanation *explanation,
                            const struct pc_explained_condition *condition)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_json_begin_object(writer);
    pc_json_key(writer, "operator");
    pc_explained_operator_write(&text, condition);
    end_sentence(writer, &text);
    pc_json_key(writer, "key");
    pc_json_string(writer, condition->key);
    write_wanted(writer, condition);
    if (condition->has != NULL) {
        pc_json_key(writer, "has");
        pc_json_begin_array(writer);
        for (size_t i = 0; i < condition->has->count; i++) {
            pc_json_string(writer, condition->has->values[i]);
        }
        pc_json_end_array(writer);
    }
    pc_json_key(writer, "reason");
    pc_explained_condition_write(&text, explanation, condition);
    end_sentence(writer, &text);
    pc_json_end_object(writer);
}

static void write_failed(struct pc_json_writer *writer, const struct pc_explanation *explanation,
                         const struct pc_explained *statement)
{
    if (!statement->near) {
        return;
    }
    write_number(writer, "conditions", statement->conditions);
    write_number(writer, "held", statement->held);
    pc_json_key(writer, "failed");
    pc_json_begin_array(writer);
    for (uint32_t i = 0; i < statement->conditions - statement->held; i++) {
        const struct pc_explained_condition condition =
            pc_explained_condition_at(explanation, statement, statement->failed[i]);
        write_condition(writer, explanation, &condition);
    }
    pc_json_end_array(writer);
}

static void write_fields(struct pc_json_writer *writer, const struct pc_explained *statement)
{
    if (statement->entry.entry == NULL || statement->resource) {
        return;
    }
    pc_json_key(writer, "fields");
    pc_json_begin_array(writer);
    for (int field = 1; field <= 6; field++) {
        if ((statement->entry.fields >> (field - 1) & 1) == 0) {
            pc_json_number(writer, field);
        }
    }
    pc_json_end_array(writer);
}

static void write_statement(struct pc_json_writer *writer, const struct pc_explanation *explanation,
                            const struct pc_explained *statement)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_json_begin_object(writer);
    pc_statement_members_json(writer, &statement->deciding);
    write_level(writer, statement->deciding.slot, statement->level);
    pc_json_key(writer, "obstacle");
    pc_json_text(writer, pc_obstacle_text(statement->obstacle));
    if (statement->obstacle != PC_OBSTACLE_NONE) {
        pc_json_key(writer, "reason");
        pc_explained_write_miss(&text, explanation, statement);
        end_sentence(writer, &text);
        write_fields(writer, statement);
    }
    write_failed(writer, explanation, statement);
    pc_json_end_object(writer);
}

static void write_matching(struct pc_json_writer *writer, const struct pc_explanation *explanation)
{
    for (size_t i = 0; i < explanation->count; i++) {
        if (explanation->statements[i].obstacle == PC_OBSTACLE_NONE) {
            write_statement(writer, explanation, &explanation->statements[i]);
        }
    }
}

// Those that match, and behind them those that came near, or all.
static void write_statements(struct pc_json_writer *writer,
                             const struct pc_explanation *explanation, bool all)
{
    size_t most = all ? explanation->count : PC_EXPLANATION_NEAR;
    const struct pc_explained **misses =
        pc_arena_array(explanation->arena, most, sizeof(struct pc_explained *));
    if (misses == NULL) {
        writer->out->status = PC_ERR_NOMEM;
        return;
    }
    size_t count = pc_explanation_misses(explanation, all, misses, most);
    pc_json_key(writer, "statements");
    pc_json_begin_array(writer);
    write_matching(writer, explanation);
    for (size_t i = 0; i < count; i++) {
        write_statement(writer, explanation, misses[i]);
    }
    pc_json_end_array(writer);
}

// Needs ------------------------------------------------------------------------------------------

static void write_lacks(struct pc_json_writer *writer, const struct pc_explanation *explanation,
                        const struct pc_explained *statement)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_json_key(writer, statement->obstacle == PC_OBSTACLE_NONE ? "ifAny" : "ifAll");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < pc_explained_lacks(statement); i++) {
        pc_explained_write_lack(&text, explanation, statement, i);
        end_sentence(writer, &text);
    }
    pc_json_end_array(writer);
}

static void write_need(struct pc_json_writer *writer, const struct pc_explanation *explanation,
                       const struct pc_explained_need *need)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_json_begin_object(writer);
    pc_json_key(writer, "need");
    pc_json_text(writer, need->no_deny ? "noDeny" : "allow");
    pc_json_key(writer, "type");
    pc_json_text(writer, pc_slot_text(need->slot));
    write_level(writer, need->slot, need->level);
    pc_json_key(writer, "text");
    pc_explained_need_write(&text, explanation, need);
    end_sentence(writer, &text);
    if (need->statement != NULL) {
        pc_json_key(writer, "statement");
        pc_json_begin_object(writer);
        pc_statement_members_json(writer, &need->statement->deciding);
        pc_json_end_object(writer);
        write_lacks(writer, explanation, need->statement);
    }
    pc_json_end_object(writer);
}

static void write_needs(struct pc_json_writer *writer, const struct pc_explanation *explanation)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_json_key(writer, "needs");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < explanation->need_count; i++) {
        write_need(writer, explanation, &explanation->needs[i]);
    }
    pc_json_end_array(writer);
    if (explanation->instead != PC_STRENGTH_NONE) {
        pc_json_key(writer, "instead");
        pc_explanation_write_instead(&text, explanation);
        end_sentence(writer, &text);
    }
}

void pc_explanation_write_json(struct pc_json_writer *writer, const void *shown)
{
    const struct pc_explanation_shown *what = shown;
    const struct pc_explanation *explanation = what->explanation;
    const char *accounts = explanation->across ? "cross" : "same";
    pc_json_key(writer, "explanation");
    pc_json_begin_object(writer);
    pc_json_key(writer, "accounts");
    pc_json_text(writer, explanation->has_account ? accounts : "none");
    write_boolean(writer, "whatever", explanation->whatever);
    write_way(writer, explanation);
    write_statements(writer, explanation, what->all);
    write_needs(writer, explanation);
    pc_json_end_object(writer);
}
