// SPDX-License-Identifier: Apache-2.0
//
// Results as SARIF 2.1.0, for what shows findings beside the lines of files.
#include "check_report.h"

static const char *level_of(enum pc_severity severity)
{
    return severity == PC_SEVERITY_ERROR     ? "error"
           : severity == PC_SEVERITY_WARNING ? "warning"
                                             : "note";
}

// A path as the reference of a URI: what may not stand in one is percent-encoded (RFC 3986).
static void write_uri(struct pc_json_writer *writer, struct pc_str path)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    PC_CLEANUP(pc_buf_release) struct pc_buf uri = {0};
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] != '\0' && strchr(plain, path.ptr[i]) != NULL) {
            pc_buf_byte(&uri, path.ptr[i]);
        } else {
            pc_buf_format(&uri, "%%%02X", (unsigned)(unsigned char)path.ptr[i]);
        }
    }
    if (pc_buf_status(&uri) != PC_OK) {
        writer->out->status = pc_buf_status(&uri);
    }
    pc_json_string(writer, pc_buf_view(&uri));
}

static void write_location(struct pc_json_writer *writer, const struct pc_place *place)
{
    pc_json_key(writer, "locations");
    pc_json_begin_array(writer);
    if (place->file.len > 0) {
        pc_json_begin_object(writer);
        pc_json_key(writer, "physicalLocation");
        pc_json_begin_object(writer);
        pc_json_key(writer, "artifactLocation");
        pc_json_begin_object(writer);
        pc_json_key(writer, "uri");
        write_uri(writer, place->file);
        pc_json_end_object(writer);
        if (place->line > 0) {
            pc_json_key(writer, "region");
            pc_json_begin_object(writer);
            pc_json_key(writer, "startLine");
            pc_json_number(writer, place->line);
            if (place->column > 0) {
                pc_json_key(writer, "startColumn");
                pc_json_number(writer, place->column);
            }
            pc_json_end_object(writer);
        }
        pc_json_end_object(writer);
        pc_json_end_object(writer);
    }
    pc_json_end_array(writer);
}

// The message with all that people need; a viewer shows nothing else.
static void write_message(struct pc_json_writer *writer, const struct pc_finding *finding,
                          const struct pc_checked *checked)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_finding_sentence(&text, finding);
    if (finding->symptom.len > 0) {
        pc_buf_text(&text, ". In production: ");
        pc_buf_str(&text, finding->symptom);
    }
    if (finding->hint.len > 0) {
        pc_buf_text(&text, ". Hint: ");
        pc_buf_str(&text, finding->hint);
    }
    for (size_t i = 0; checked != NULL && i < checked->mend_count; i++) {
        pc_buf_text(&text, ". Add to ");
        pc_mend_policy_write(&text, &checked->mends[i]);
        pc_buf_text(&text, ": ");
        pc_buf_str(&text, checked->mends[i].statement);
    }
    if (pc_buf_status(&text) != PC_OK) {
        writer->out->status = pc_buf_status(&text);
    }
    pc_json_key(writer, "message");
    pc_json_begin_object(writer);
    pc_json_key(writer, "text");
    pc_json_string(writer, pc_buf_view(&text));
    pc_json_end_object(writer);
}

static void write_result(struct pc_check_report *report, const struct pc_finding *finding,
                         struct pc_str function, const struct pc_checked *checked)
{
    struct pc_json_writer *writer = &report->writer;
    report->codes[(unsigned)finding->code / 64] |= UINT64_C(1) << ((unsigned)finding->code % 64);
    pc_json_begin_object(writer);
    pc_json_key(writer, "ruleId");
    pc_json_text(writer, pc_diag_name(finding->code).text);
    pc_json_key(writer, "level");
    pc_json_text(writer, level_of(finding->severity));
    write_message(writer, finding, checked);
    write_location(writer, &finding->place);
    pc_json_key(writer, "properties");
    pc_json_begin_object(writer);
    if (function.len > 0) {
        pc_json_key(writer, "function");
        pc_json_string(writer, function);
    }
    if (checked != NULL) {
        pc_json_key(writer, "integration");
        pc_json_text(writer, checked->row->kind);
    }
    pc_json_end_object(writer);
    pc_json_end_object(writer);
}

static void begin(struct pc_check_report *report)
{
    struct pc_json_writer *writer = &report->writer;
    pc_json_writer_init(writer, &report->out->text, true);
    pc_json_begin_object(writer);
    pc_json_key(writer, "$schema");
    pc_json_text(writer, "https://json.schemastore.org/sarif-2.1.0.json");
    pc_json_key(writer, "version");
    pc_json_text(writer, "2.1.0");
    pc_json_key(writer, "runs");
    pc_json_begin_array(writer);
    pc_json_begin_object(writer);
    pc_json_key(writer, "columnKind");
    pc_json_text(writer, "unicodeCodePoints");
    pc_json_key(writer, "results");
    pc_json_begin_array(writer);
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

static void write_rule(struct pc_json_writer *writer, const struct pc_diag_row *row)
{
    pc_json_begin_object(writer);
    pc_json_key(writer, "id");
    pc_json_text(writer, pc_diag_name(row->code).text);
    pc_json_key(writer, "name");
    pc_json_text(writer, row->name);
    pc_json_key(writer, "shortDescription");
    pc_json_begin_object(writer);
    pc_json_key(writer, "text");
    pc_json_text(writer, row->summary);
    pc_json_end_object(writer);
    pc_json_key(writer, "fullDescription");
    pc_json_begin_object(writer);
    pc_json_key(writer, "text");
    pc_json_text(writer, row->explanation);
    pc_json_end_object(writer);
    pc_json_key(writer, "defaultConfiguration");
    pc_json_begin_object(writer);
    pc_json_key(writer, "level");
    pc_json_text(writer, level_of(row->severity));
    pc_json_end_object(writer);
    pc_json_end_object(writer);
}

static void write_driver(struct pc_check_report *report)
{
    struct pc_json_writer *writer = &report->writer;
    const struct pc_diag_row *row;
    pc_json_key(writer, "name");
    pc_json_text(writer, "polcheck");
    pc_json_key(writer, "version");
    pc_json_text(writer, PC_VERSION);
    pc_json_key(writer, "rules");
    pc_json_begin_array(writer);
    for (size_t i = 0; (row = pc_diag_row_at(i)) != NULL; i++) {
        if ((report->codes[(unsigned)row->code / 64] >> ((unsigned)row->code % 64) & 1) != 0) {
            write_rule(writer, row);
        }
    }
    pc_json_end_array(writer);
}

static void end(struct pc_check_report *report)
{
    struct pc_json_writer *writer = &report->writer;
    pc_json_end_array(writer); // results
    pc_json_key(writer, "tool");
    pc_json_begin_object(writer);
    pc_json_key(writer, "driver");
    pc_json_begin_object(writer);
    write_driver(report);
    pc_json_end_object(writer);
    pc_json_end_object(writer);
    pc_json_end_object(writer); // run
    pc_json_end_array(writer);
    pc_json_end_object(writer);
    pc_buf_byte(&report->out->text, '\n');
}

const struct pc_check_format pc_check_sarif = {
    .name = "sarif", .begin = begin, .add = add, .account = account, .end = end};
