// SPDX-License-Identifier: Apache-2.0
//
// Results as JSON, one object a case and line.
#include "report.h"

#include "json_copy.h"

static void begin(struct pc_report *report)
{
    (void)report;
}

static void write_explanation(struct pc_json_writer *writer, struct pc_str explanation)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf plain = {0};
    pc_write_uncolored(&plain, explanation);
    pc_json_key(writer, "explanation");
    pc_json_string(writer, pc_buf_view(&plain));
    if (pc_buf_status(&plain) != PC_OK) {
        writer->out->status = pc_buf_status(&plain);
    }
}

static void add(struct pc_report *report, const struct pc_case_result *result)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &report->out->text, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "name");
    pc_json_string(&writer, result->name);
    pc_json_key(&writer, "file");
    pc_json_string(&writer, result->place.file);
    pc_json_key(&writer, "passed");
    pc_json_boolean(&writer, result->passed);
    pc_json_key(&writer, "expected");
    pc_json_copy(&writer, result->expected);
    pc_json_key(&writer, "actual");
    pc_json_raw(&writer, result->actual);
    pc_json_key(&writer, "line");
    pc_json_number(&writer, result->place.line);
    pc_json_key(&writer, "column");
    pc_json_number(&writer, result->place.column);
    if (result->explanation.len > 0) {
        write_explanation(&writer, result->explanation);
    }
    pc_json_end_object(&writer);
    pc_buf_byte(&report->out->text, '\n');
}

// In the form of a case that could not be asked.
static void write_error(struct pc_json_writer *writer, const struct pc_diag *why)
{
    pc_json_begin_object(writer);
    pc_json_key(writer, "error");
    pc_json_begin_object(writer);
    pc_json_key(writer, "code");
    pc_json_text(writer, pc_diag_name(why != NULL ? why->code : PC_DIAG_INTERNAL).text);
    pc_json_key(writer, "message");
    pc_json_string(writer, why != NULL ? why->message : PC_STR("the file cannot be read"));
    pc_json_end_object(writer);
    pc_json_end_object(writer);
}

// Whoever asks whether all passed hears that they did not.
static void unreadable(struct pc_report *report, struct pc_str file, const struct pc_diag *why)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &report->out->text, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "name");
    pc_json_string(&writer, file);
    pc_json_key(&writer, "file");
    pc_json_string(&writer, file);
    pc_json_key(&writer, "passed");
    pc_json_boolean(&writer, false);
    pc_json_key(&writer, "expected");
    pc_json_null(&writer);
    pc_json_key(&writer, "actual");
    write_error(&writer, why);
    pc_json_end_object(&writer);
    pc_buf_byte(&report->out->text, '\n');
}

static void nothing(struct pc_report *report, struct pc_str file)
{
    (void)report;
    (void)file;
}

const struct pc_report_format pc_report_json = {
    .name = "json",
    .begin = begin,
    .add = add,
    .unreadable = unreadable,
    .end_file = nothing,
    .end = begin,
};
