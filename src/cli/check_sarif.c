// SPDX-License-Identifier: Apache-2.0
//
// Results as SARIF, for what shows findings beside the lines of files.
#include "check_report.h"

// All that people need; a viewer shows nothing else.
static void make_message(struct pc_buf *text, const struct pc_finding *finding,
                         const struct pc_checked *checked)
{
    pc_finding_sentence(text, finding);
    if (finding->symptom.len > 0) {
        pc_buf_text(text, ". In production: ");
        pc_buf_str(text, finding->symptom);
    }
    if (finding->hint.len > 0) {
        pc_buf_text(text, ". Hint: ");
        pc_buf_str(text, finding->hint);
    }
    for (size_t i = 0; checked != NULL && i < checked->mend_count; i++) {
        pc_buf_text(text, ". Add to ");
        pc_mend_policy_write(text, &checked->mends[i]);
        pc_buf_text(text, ": ");
        pc_buf_str(text, checked->mends[i].statement);
    }
}

static void write_result(struct pc_check_report *report, const struct pc_finding *finding,
                         struct pc_str function, const struct pc_checked *checked)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_json_writer *writer = &report->sarif.writer;
    make_message(&text, finding, checked);
    if (pc_buf_status(&text) != PC_OK) {
        writer->out->status = pc_buf_status(&text);
    }
    const struct pc_sarif_result result = {.code = finding->code,
                                           .severity = finding->severity,
                                           .place = finding->place,
                                           .message = pc_buf_view(&text)};
    pc_sarif_result_begin(&report->sarif, &result);
    if (function.len > 0) {
        pc_json_key(writer, "function");
        pc_json_string(writer, function);
    }
    if (checked != NULL) {
        pc_json_key(writer, "integration");
        pc_json_text(writer, checked->row->kind);
    }
    pc_sarif_result_end(&report->sarif);
}

static void begin(struct pc_check_report *report)
{
    pc_sarif_begin(&report->sarif, &report->out->text);
}

static void add(struct pc_check_report *report, const struct pc_checked_function *function)
{
    for (const struct pc_checked *checked = function->integrations; checked != NULL;
         checked = checked->next) {
        for (const struct pc_finding *finding = checked->findings; finding != NULL;
             finding = finding->next) {
            write_result(report, finding, function->arn, checked);
        }
    }
    for (const struct pc_finding *finding = function->dangers; finding != NULL;
         finding = finding->next) {
        write_result(report, finding, function->arn, NULL);
    }
}

static void account(struct pc_check_report *report, const struct pc_finding *findings)
{
    for (; findings != NULL; findings = findings->next) {
        write_result(report, findings, PC_STR(""), NULL);
    }
}

static void end(struct pc_check_report *report)
{
    pc_sarif_end(&report->sarif, !report->incomplete);
}

const struct pc_check_format pc_check_sarif = {
    .name = "sarif", .begin = begin, .add = add, .account = account, .end = end};
