// SPDX-License-Identifier: Apache-2.0
//
// Results as JSON, one object a function and line; a last one has what belongs to no function.
#include "check_report.h"

static void write_text(struct pc_json_writer *writer, const char *key, struct pc_str text)
{
    if (text.len > 0) {
        pc_json_key(writer, key);
        pc_json_string(writer, text);
    }
}

static void write_place(struct pc_json_writer *writer, const struct pc_place *place)
{
    if (place->file.len > 0) {
        write_text(writer, "file", place->file);
        pc_json_key(writer, "line");
        pc_json_number(writer, place->line);
        pc_json_key(writer, "column");
        pc_json_number(writer, place->column);
    }
}

static void write_finding(struct pc_json_writer *writer, const struct pc_finding *finding)
{
    pc_json_begin_object(writer);
    pc_json_key(writer, "code");
    pc_json_text(writer, pc_diag_name(finding->code).text);
    pc_json_key(writer, "severity");
    pc_json_text(writer, pc_severity_text(finding->severity));
    write_text(writer, finding->action_count > 0 ? "reason" : "message", finding->message);
    write_text(writer, "symptom", finding->symptom);
    write_text(writer, "hint", finding->hint);
    write_place(writer, &finding->place);
    write_text(writer, "principal", finding->who);
    write_text(writer, "resource", finding->resource);
    if (finding->action_count > 0 || finding->decision == PC_DECISION_ALLOWED) {
        pc_json_key(writer, "decision");
        pc_json_text(writer, pc_decision_text(finding->decision));
    }
    if (finding->action_count > 0) {
        pc_json_key(writer, "actions");
        pc_json_begin_array(writer);
        for (size_t i = 0; i < finding->action_count; i++) {
            pc_json_string(writer, finding->actions[i]);
        }
        pc_json_end_array(writer);
    }
    pc_json_end_object(writer);
}

static void write_findings(struct pc_json_writer *writer, const char *key,
                           const struct pc_finding *findings)
{
    pc_json_key(writer, key);
    pc_json_begin_array(writer);
    for (; findings != NULL; findings = findings->next) {
        write_finding(writer, findings);
    }
    pc_json_end_array(writer);
}

static void write_mends(struct pc_json_writer *writer, const struct pc_checked *checked)
{
    pc_json_key(writer, "mends");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < checked->mend_count; i++) {
        const struct pc_mend *mend = &checked->mends[i];
        pc_json_begin_object(writer);
        pc_json_key(writer, "type");
        pc_json_text(writer, pc_policy_type_text(mend->type));
        write_text(writer, "holder", mend->holder);
        if (mend->type == PC_POLICY_SCP) {
            pc_json_key(writer, "level");
            pc_json_number(writer, (int64_t)mend->level);
        }
        pc_json_key(writer, "statement");
        pc_json_raw(writer, mend->statement);
        pc_json_end_object(writer);
    }
    pc_json_end_array(writer);
}

static void write_integration(struct pc_json_writer *writer, const struct pc_checked *checked)
{
    pc_json_begin_object(writer);
    pc_json_key(writer, "kind");
    pc_json_text(writer, checked->row->kind);
    pc_json_key(writer, "title");
    pc_json_text(writer, checked->row->title);
    pc_json_key(writer, "direction");
    pc_json_text(writer, pc_direction_text(checked->row->direction));
    write_text(writer, "source", checked->connection.other);
    write_text(writer, "function", checked->configured);
    pc_json_key(writer, "mark");
    pc_json_text(writer, pc_mark_text(checked->mark));
    pc_json_key(writer, "questions");
    pc_json_number(writer, (int64_t)checked->asked);
    write_place(writer, &checked->connection.place);
    write_findings(writer, "findings", checked->findings);
    write_mends(writer, checked);
    pc_json_end_object(writer);
}

static void add(struct pc_check_report *report, const struct pc_checked_function *function)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &report->out->text, false);
    pc_json_begin_object(&writer);
    write_text(&writer, "function", function->arn);
    write_text(&writer, "role", function->role);
    pc_json_key(&writer, "mark");
    pc_json_text(&writer, pc_mark_text(function->mark));
    pc_json_key(&writer, "integrations");
    pc_json_begin_array(&writer);
    for (const struct pc_checked *checked = function->integrations; checked != NULL;
         checked = checked->next) {
        write_integration(&writer, checked);
    }
    pc_json_end_array(&writer);
    write_findings(&writer, "dangers", function->dangers);
    pc_json_end_object(&writer);
    pc_buf_byte(&report->out->text, '\n');
}

static void account(struct pc_check_report *report, const struct pc_finding *findings)
{
    struct pc_json_writer writer;
    if (findings == NULL) {
        return;
    }
    pc_json_writer_init(&writer, &report->out->text, false);
    pc_json_begin_object(&writer);
    write_findings(&writer, "account", findings);
    pc_json_end_object(&writer);
    pc_buf_byte(&report->out->text, '\n');
}

static void nothing(struct pc_check_report *report)
{
    (void)report;
}

const struct pc_check_format pc_check_json = {
    .name = "json", .begin = nothing, .add = add, .account = account, .end = nothing};
