// SPDX-License-Identifier: Apache-2.0
#include "reach_report.h"

#include "base/diag.h"
#include "eval/told.h"
#include "match/arn_pattern.h"
#include "ops/operator.h"

// Conditions --------------------------------------------------------------------------------------

static void write_operator(struct pc_buf *out, const struct pc_image_condition *condition)
{
    const struct pc_op_use use = {pc_operator_get(condition->op), (uint8_t)condition->flags};
    pc_op_use_write(&use, out);
}

static void write_value(struct pc_buf *out, const struct pc_image *image,
                        const struct pc_image_condition *condition, uint32_t at)
{
    const struct pc_image_value *value = pc_image_value(image, condition->values.first + at);
    pc_operator_get(condition->op)->write(pc_image_text(image, value->bytes), out);
}

static struct pc_str key_of(const struct pc_image *image,
                            const struct pc_image_condition *condition)
{
    return pc_image_text(image, pc_image_key(image, condition->key)->text);
}

static void write_condition(struct pc_buf *out, const struct pc_image *image, uint32_t number)
{
    const struct pc_image_condition *condition = pc_image_condition(image, number);
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_buf_str(&text, key_of(image, condition));
    pc_buf_byte(&text, ' ');
    write_operator(&text, condition);
    for (uint32_t i = 0; i < condition->values.count; i++) {
        pc_buf_text(&text, i == 0 ? " \"" : " or \"");
        write_value(&text, image, condition, i);
        pc_buf_byte(&text, '"');
    }
    pc_buf_printable(out, pc_buf_view(&text));
    if (out->status == PC_OK) {
        out->status = pc_buf_status(&text);
    }
}

static void write_json_text(struct pc_json_writer *writer, struct pc_buf *text)
{
    pc_json_string(writer, pc_buf_view(text));
    if (writer->out->status == PC_OK) {
        writer->out->status = pc_buf_status(text);
    }
    pc_buf_reset(text);
}

static void write_condition_json(struct pc_json_writer *writer, const struct pc_image *image,
                                 uint32_t number)
{
    const struct pc_image_condition *condition = pc_image_condition(image, number);
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_json_begin_object(writer);
    pc_json_key(writer, "operator");
    write_operator(&text, condition);
    write_json_text(writer, &text);
    pc_json_key(writer, "key");
    pc_json_string(writer, key_of(image, condition));
    pc_json_key(writer, "values");
    pc_json_begin_array(writer);
    for (uint32_t i = 0; i < condition->values.count; i++) {
        write_value(&text, image, condition, i);
        write_json_text(writer, &text);
    }
    pc_json_end_array(writer);
    pc_json_end_object(writer);
}

// Statements --------------------------------------------------------------------------------------

static struct pc_told_statement tell(const struct pc_reach_statement *statement)
{
    const struct pc_deciding deciding = {
        .slot = statement->slot, .image = &statement->image, .statement = statement->number};
    return pc_tell_statement(&deciding);
}

// The patterns of a list of resources, as policies write them.
static void each_resource(const struct pc_reach_statement *statement,
                          void (*visit)(void *context, struct pc_str text), void *context)
{
    const struct pc_image *image = &statement->image;
    const struct pc_image_statement *record = pc_image_statement(image, statement->number);
    for (uint32_t i = 0; i < record->resources.count; i++) {
        PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
        const struct pc_image_resource *entry =
            pc_image_resource(image, record->resources.first + i);
        struct pc_str pattern = pc_image_text(image, entry->pattern);
        if (entry->kind == PC_IMAGE_RESOURCE_PATTERN) {
            pc_arn_pattern_write(pattern, &text);
            pattern = pc_buf_view(&text);
        }
        visit(context, pattern);
    }
}

static void each_action(const struct pc_reach_statement *statement,
                        void (*visit)(void *context, struct pc_str text), void *context)
{
    const struct pc_image *image = &statement->image;
    const struct pc_image_statement *record = pc_image_statement(image, statement->number);
    for (uint32_t i = 0; i < record->actions.count; i++) {
        PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
        const struct pc_image_action *entry = pc_image_action(image, record->actions.first + i);
        if (entry->kind == PC_IMAGE_ACTION_NAME) {
            pc_buf_str(&text, pc_image_text(image, entry->service));
            pc_buf_byte(&text, ':');
            pc_pattern_write(pc_image_text(image, entry->name), &text);
        } else if (entry->kind == PC_IMAGE_ACTION_ANY) {
            pc_buf_byte(&text, '*');
        } else {
            pc_buf_str(&text, pc_image_text(image, entry->name));
        }
        visit(context, pc_buf_view(&text));
    }
}

static bool lists_other_actions(const struct pc_reach_statement *statement)
{
    return pc_image_statement(&statement->image, statement->number)->action_kind ==
           PC_IMAGE_LIST_NEGATED;
}

static bool names_others(const struct pc_reach_statement *statement)
{
    return pc_image_statement(&statement->image, statement->number)->principal_kind ==
           PC_IMAGE_LIST_NEGATED;
}

static bool lists_others(const struct pc_reach_statement *statement)
{
    return pc_image_statement(&statement->image, statement->number)->resource_kind ==
           PC_IMAGE_LIST_NEGATED;
}

struct lines {
    struct pc_buf *out;
    const char *before;
};

static void write_entry(void *context, struct pc_str text)
{
    struct lines *lines = context;
    pc_buf_text(lines->out, lines->before);
    pc_buf_printable(lines->out, text);
    lines->before = " or ";
}

static void begin_line(struct pc_buf *out, size_t indent, const char *word)
{
    pc_buf_fill(out, ' ', indent);
    pc_buf_text(out, word);
}

// What has to be so for the statement to match, a line each.
static void write_open(struct pc_buf *out, const struct pc_reach_statement *statement,
                       size_t indent)
{
    const char *word = "if ";
    for (size_t i = 0; i < statement->open_count; i++, word = "and ") {
        begin_line(out, indent, word);
        write_condition(out, &statement->image, statement->open[i]);
        pc_buf_byte(out, '\n');
    }
    if (statement->open_action) {
        begin_line(out, indent, word);
        pc_buf_text(out,
                    lists_other_actions(statement) ? "the action is none of" : "the action is");
        struct lines lines = {out, " "};
        each_action(statement, write_entry, &lines);
        pc_buf_byte(out, '\n');
        word = "and ";
    }
    if (statement->open_resource) {
        begin_line(out, indent, word);
        pc_buf_text(out, lists_others(statement) ? "the resource is none of" : "the resource is");
        struct lines lines = {out, " "};
        each_resource(statement, write_entry, &lines);
        pc_buf_byte(out, '\n');
        word = "and ";
    }
    if (statement->open_session) {
        begin_line(out, indent, word);
        pc_buf_text(out, statement->allows ? "it is the session that the statement names\n"
                                           : "it is a session that the statement means\n");
        word = "and ";
    }
    if (statement->open_principal) {
        begin_line(out, indent, word);
        pc_buf_text(out, names_others(statement) ? "it is none of those that the statement names\n"
                                                 : "it is one that the statement names\n");
    }
}

static void write_statement(struct pc_buf *out, const struct pc_reach_statement *statement,
                            size_t indent)
{
    const struct pc_told_statement told = tell(statement);
    struct pc_name_room room;
    begin_line(out, indent, statement->allows ? "by " : "unless denied by ");
    pc_buf_printable(out, pc_statement_name(&told, &room));
    pc_buf_format(out, " of the %s policy \"", pc_slot_text(statement->slot));
    pc_buf_printable(out, told.policy);
    pc_buf_text(out, "\", ");
    pc_buf_printable(out, told.file);
    pc_buf_format(out, ":%u:%u\n", (unsigned)told.line, (unsigned)told.column);
    write_open(out, statement, indent + 4);
}

static void write_entry_json(void *context, struct pc_str text)
{
    pc_json_string(context, text);
}

static void write_member(struct pc_json_writer *writer, const char *key, struct pc_str text)
{
    pc_json_key(writer, key);
    pc_json_string(writer, text);
}

static void write_open_json(struct pc_json_writer *writer,
                            const struct pc_reach_statement *statement)
{
    pc_json_key(writer, "conditions");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < statement->open_count; i++) {
        write_condition_json(writer, &statement->image, statement->open[i]);
    }
    pc_json_end_array(writer);
    if (statement->open_action) {
        pc_json_key(writer, lists_other_actions(statement) ? "notActions" : "actions");
        pc_json_begin_array(writer);
        each_action(statement, write_entry_json, writer);
        pc_json_end_array(writer);
    }
    if (statement->open_resource) {
        pc_json_key(writer, lists_others(statement) ? "notResources" : "resources");
        pc_json_begin_array(writer);
        each_resource(statement, write_entry_json, writer);
        pc_json_end_array(writer);
    }
    if (statement->open_session) {
        pc_json_key(writer, "session");
        pc_json_boolean(writer, true);
    }
    if (statement->open_principal) {
        pc_json_key(writer, names_others(statement) ? "notPrincipal" : "principal");
        pc_json_boolean(writer, true);
    }
}

static void write_statement_json(struct pc_json_writer *writer,
                                 const struct pc_reach_statement *statement)
{
    const struct pc_told_statement told = tell(statement);
    struct pc_name_room room;
    pc_json_begin_object(writer);
    write_member(writer, "effect", statement->allows ? PC_STR("Allow") : PC_STR("Deny"));
    write_member(writer, "type", pc_str_from(pc_slot_text(statement->slot)));
    write_member(writer, "policy", told.policy);
    write_member(writer, "sid", pc_statement_name(&told, &room));
    write_member(writer, "file", told.file);
    pc_json_key(writer, "line");
    pc_json_number(writer, told.line);
    pc_json_key(writer, "column");
    pc_json_number(writer, told.column);
    pc_json_key(writer, "sure");
    pc_json_boolean(writer, statement->sure);
    if (!statement->sure) {
        write_open_json(writer, statement);
    }
    pc_json_end_object(writer);
}

// Ways --------------------------------------------------------------------------------------------

static void write_what(struct pc_buf *out, const struct pc_way *way)
{
    pc_buf_text(out, way->reach == PC_REACH_YES ? "    can" : "    depends:");
    for (size_t i = 0; i < way->action_count; i++) {
        pc_buf_text(out, i == 0 ? " " : ", ");
        pc_buf_printable(out, way->actions[i]);
    }
    pc_buf_text(out, way->partly ? " on some of " : " on ");
    pc_buf_text(out, way->own ? "its account's " : "");
    bool all = way->own && pc_str_eq(way->resource, PC_STR("*"));
    pc_buf_printable(out, all ? PC_STR("resources") : way->resource);
    for (size_t i = 0; i < way->except_count; i++) {
        pc_buf_text(out, i == 0 ? " but for " : ", ");
        pc_buf_printable(out, way->except[i]);
    }
    pc_buf_byte(out, '\n');
}

void pc_reach_write_way(struct pc_buf *out, const struct pc_way *way, bool told)
{
    size_t indent = told ? 8 : 4;
    if (told) {
        write_what(out, way);
    }
    for (size_t i = 0; i < way->statement_count; i++) {
        write_statement(out, &way->statements[i], indent);
    }
    if (way->statement_count == 0) {
        begin_line(out, indent, "no policy has to allow it\n");
    }
}

void pc_reach_write_way_json(struct pc_json_writer *writer, const struct pc_way *way)
{
    pc_json_begin_object(writer);
    pc_json_key(writer, "can");
    pc_json_text(writer, pc_reach_text(way->reach));
    pc_json_key(writer, "actions");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < way->action_count; i++) {
        pc_json_string(writer, way->actions[i]);
    }
    pc_json_end_array(writer);
    pc_json_key(writer, "resource");
    pc_json_string(writer, way->resource);
    pc_json_key(writer, "own");
    pc_json_boolean(writer, way->own);
    pc_json_key(writer, "except");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < way->except_count; i++) {
        pc_json_string(writer, way->except[i]);
    }
    pc_json_end_array(writer);
    pc_json_key(writer, "partly");
    pc_json_boolean(writer, way->partly);
    pc_json_key(writer, "statements");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < way->statement_count; i++) {
        write_statement_json(writer, &way->statements[i]);
    }
    pc_json_end_array(writer);
    pc_json_end_object(writer);
}
