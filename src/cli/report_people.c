// SPDX-License-Identifier: Apache-2.0
//
// Results for people: what failed, and one line at the end.
#include "report.h"

static void begin(struct pc_report *report)
{
    (void)report;
}

// Each line of a text, indented.
static void write_indented(struct pc_buf *out, struct pc_str text)
{
    while (text.len > 0) {
        size_t end = pc_str_find(text, '\n', 0);
        struct pc_str line = pc_str_slice(text, 0, end == SIZE_MAX ? text.len : end);
        pc_buf_text(out, "    ");
        pc_buf_printable(out, line);
        pc_buf_byte(out, '\n');
        text = pc_str_slice(text, line.len + 1, text.len);
    }
}

static void add(struct pc_report *report, const struct pc_case_result *result)
{
    struct pc_buf *out = &report->out->text;
    if (result->passed) {
        return;
    }
    pc_buf_format(out, "%sFAILED%s ", report->color ? "\033[1;31m" : "",
                  report->color ? "\033[0m" : "");
    pc_buf_printable(out, result->place.file);
    pc_buf_format(out, ":%u:%u: ", (unsigned)result->place.line, (unsigned)result->place.column);
    pc_buf_printable(out, result->name);
    pc_buf_byte(out, '\n');
    write_indented(out, result->reasons);
}

static void file_is_told_on_stderr(struct pc_report *report, struct pc_str file)
{
    (void)report;
    (void)file;
}

static void end(struct pc_report *report)
{
    struct pc_buf *out = &report->out->text;
    pc_write_count(out, report->passed + report->failed, "case", "cases");
    pc_buf_text(out, " in ");
    pc_write_count(out, report->files, "file", "files");
    pc_buf_format(out, ": %zu passed, %zu failed", report->passed, report->failed);
    if (report->unreadable > 0) {
        pc_buf_text(out, ", ");
        pc_write_count(out, report->unreadable, "file", "files");
        pc_buf_text(out, " not readable");
    }
    pc_buf_format(out, " (%lld ms)\n", (long long)report->millis);
}

const struct pc_report_format pc_report_people = {
    .name = "people",
    .begin = begin,
    .add = add,
    .unreadable = file_is_told_on_stderr,
    .end_file = file_is_told_on_stderr,
    .end = end,
};
