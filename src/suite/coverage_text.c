// SPDX-License-Identifier: Apache-2.0
//
// Coverage for people, and the same facts as JSON.
#include "suite/coverage.h"

#include "base/diag.h"
#include "json/writer.h"

enum {
    GOOD = 1000, // tenths of a percent from which a figure is green
    FAIR = 600,  // and from which it is yellow
    PERCENT_WIDTH = 8,
    COUNT_WIDTH = 12,
};

struct writing {
    struct pc_buf *out;
    bool color;
};

static void paint(const struct writing *writing, const char *color)
{
    pc_buf_text(writing->out, writing->color ? color : "");
}

static void write_percent(const struct writing *writing, struct pc_coverage_count count)
{
    unsigned tenths = pc_coverage_tenths(count);
    if (count.total == 0) {
        pc_buf_format(writing->out, "%*s", PERCENT_WIDTH, "-");
        return;
    }
    paint(writing, tenths >= GOOD ? "\033[32m" : tenths >= FAIR ? "\033[33m" : "\033[31m");
    pc_buf_format(writing->out, "%*u.%u %%", PERCENT_WIDTH - 4, tenths / 10, tenths % 10);
    paint(writing, "\033[0m");
}

static void write_count(const struct writing *writing, struct pc_coverage_count count)
{
    char text[48] = "";
    struct pc_buf buf = pc_buf_over(text, sizeof(text) - 1);
    pc_buf_format(&buf, "%zu/%zu", count.covered, count.total);
    pc_buf_format(writing->out, "%*s", COUNT_WIDTH, text);
}

static void write_row(const struct writing *writing, const struct pc_coverage_figures *figures,
                      struct pc_str name)
{
    write_percent(writing, pc_coverage_both(figures));
    write_count(writing, figures->statements);
    write_count(writing, figures->sides);
    pc_buf_text(writing->out, "  ");
    pc_buf_printable(writing->out, name);
    pc_buf_byte(writing->out, '\n');
}

static const char *why_unmatched(const struct pc_suite_statement *statement)
{
    switch (statement->reach) {
    case PC_SUITE_UNSEEN:
        return "no case is about what its policy applies to";
    case PC_SUITE_ACTION:
        return "no case asks for its actions";
    case PC_SUITE_RESOURCE:
        return "no case that asks for its actions asks for its resources";
    case PC_SUITE_PRINCIPAL:
        return "no case that asks for its actions and resources has its principals";
    case PC_SUITE_CONDITION:
        return statement->condition_count == 1 ? "its condition never holds"
                                               : "its conditions never hold together";
    case PC_SUITE_MATCHED:
        break;
    }
    return "it matches";
}

// Were its conditions ever asked? Each is then told by itself.
static bool asks_conditions(const struct pc_suite_statement *statement)
{
    return statement->reach >= PC_SUITE_CONDITION;
}

static void write_unmatched(struct pc_buf *out, const struct pc_suite_statement *statement)
{
    size_t count = statement->condition_count;
    pc_buf_text(out, why_unmatched(statement));
    if (count > 0 && !asks_conditions(statement)) {
        pc_buf_format(out, ", so its %s never asked",
                      count == 1 ? "condition is" : "conditions are");
    }
}

static void write_side(struct pc_buf *out, const struct pc_suite_condition *condition)
{
    pc_buf_text(out, "condition ");
    pc_buf_printable(out, condition->op);
    pc_buf_byte(out, ' ');
    pc_buf_printable(out, condition->key);
    pc_buf_text(out, condition->held == 0 ? " never holds" : " never fails");
}

static void write_miss(void *context, const struct pc_coverage_miss *miss)
{
    const struct writing *writing = context;
    const struct pc_suite_statement *statement = miss->statement;
    struct pc_buf *out = writing->out;
    if (miss->condition != NULL && !asks_conditions(statement)) {
        return; // said with the statement
    }
    pc_buf_fill(out, ' ', PERCENT_WIDTH);
    pc_buf_text(out, "  ");
    pc_buf_printable(out, miss->document->file);
    pc_buf_format(
        out,
        ":%u:%u: ", (unsigned)(miss->condition != NULL ? miss->condition->line : statement->line),
        (unsigned)(miss->condition != NULL ? miss->condition->column : statement->column));
    pc_buf_text(out, statement->allows ? "Allow " : "Deny ");
    pc_buf_printable(out, statement->name);
    pc_buf_text(out, ": ");
    if (miss->condition != NULL) {
        write_side(out, miss->condition);
    } else {
        write_unmatched(out, statement);
    }
    pc_buf_byte(out, '\n');
}

void pc_coverage_write_text(const struct pc_coverage *coverage, bool color, struct pc_buf *out)
{
    struct writing writing = {out, color};
    pc_buf_format(out, "%*s%*s%*s  %s\n", PERCENT_WIDTH, "covered", COUNT_WIDTH, "statements",
                  COUNT_WIDTH, "conditions", "file");
    for (size_t i = 0; i < coverage->count; i++) {
        write_row(&writing, &coverage->files[i].figures, coverage->files[i].name);
        pc_coverage_each_miss(&coverage->files[i], write_miss, &writing);
    }
    write_row(&writing, &coverage->figures, PC_STR("all"));
}

// JSON --------------------------------------------------------------------------------------------

static const char *reach_word(enum pc_suite_reach reach)
{
    static const char *const words[] = {
        [PC_SUITE_UNSEEN] = "type",         [PC_SUITE_ACTION] = "action",
        [PC_SUITE_RESOURCE] = "resource",   [PC_SUITE_PRINCIPAL] = "principal",
        [PC_SUITE_CONDITION] = "condition", [PC_SUITE_MATCHED] = "none"};
    return words[reach];
}

static void write_place(struct pc_json_writer *json, uint32_t line, uint32_t column)
{
    pc_json_key(json, "line");
    pc_json_number(json, line);
    pc_json_key(json, "column");
    pc_json_number(json, column);
}

static void write_json_miss(void *context, const struct pc_coverage_miss *miss)
{
    struct pc_json_writer *json = context;
    const struct pc_suite_statement *statement = miss->statement;
    const struct pc_suite_condition *condition = miss->condition;
    pc_json_begin_object(json);
    write_place(json, condition != NULL ? condition->line : statement->line,
                condition != NULL ? condition->column : statement->column);
    pc_json_key(json, "statement");
    pc_json_string(json, statement->name);
    if (condition != NULL) {
        pc_json_key(json, "operator");
        pc_json_string(json, condition->op);
        pc_json_key(json, "key");
        pc_json_string(json, condition->key);
        pc_json_key(json, "held");
        pc_json_boolean(json, condition->held > 0);
        pc_json_key(json, "failed");
        pc_json_boolean(json, condition->failed > 0);
    } else {
        pc_json_key(json, "stoppedBy");
        pc_json_text(json, reach_word(statement->reach));
    }
    pc_json_end_object(json);
}

static void write_json_count(struct pc_json_writer *json, const char *key,
                             struct pc_coverage_count count)
{
    pc_json_key(json, key);
    pc_json_begin_object(json);
    pc_json_key(json, "covered");
    pc_json_number(json, (int64_t)count.covered);
    pc_json_key(json, "total");
    pc_json_number(json, (int64_t)count.total);
    pc_json_end_object(json);
}

static void write_json_figures(struct pc_json_writer *json,
                               const struct pc_coverage_figures *figures)
{
    char text[32] = "";
    struct pc_buf buf = pc_buf_over(text, sizeof(text));
    unsigned tenths = pc_coverage_tenths(pc_coverage_both(figures));
    pc_buf_format(&buf, "%u.%u", tenths / 10, tenths % 10);
    pc_json_key(json, "percent");
    pc_json_raw(json, pc_buf_view(&buf));
    write_json_count(json, "statements", figures->statements);
    write_json_count(json, "conditions", figures->sides);
}

void pc_coverage_write_json(const struct pc_coverage *coverage, struct pc_buf *out)
{
    struct pc_json_writer json;
    pc_json_writer_init(&json, out, false);
    pc_json_begin_object(&json);
    pc_json_key(&json, "coverage");
    pc_json_begin_object(&json);
    write_json_figures(&json, &coverage->figures);
    pc_json_key(&json, "files");
    pc_json_begin_array(&json);
    for (size_t i = 0; i < coverage->count; i++) {
        const struct pc_coverage_file *file = &coverage->files[i];
        pc_json_begin_object(&json);
        pc_json_key(&json, "file");
        pc_json_string(&json, file->name);
        write_json_figures(&json, &file->figures);
        pc_json_key(&json, "missing");
        pc_json_begin_array(&json);
        pc_coverage_each_miss(file, write_json_miss, &json);
        pc_json_end_array(&json);
        pc_json_end_object(&json);
    }
    pc_json_end_array(&json);
    pc_json_end_object(&json);
    pc_json_end_object(&json);
}
