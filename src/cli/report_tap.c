// SPDX-License-Identifier: Apache-2.0
//
// Results in the Test Anything Protocol, version 12: the plan comes last.
#include "report.h"

static size_t count(const struct pc_report *report)
{
    return report->passed + report->failed + report->unreadable;
}

static void begin(struct pc_report *report)
{
    (void)report;
}

// A '#' would begin a directive, which version 12 cannot escape.
static void write_name(struct pc_buf *out, struct pc_str name)
{
    size_t start = out->len;
    pc_buf_printable(out, name);
    for (size_t i = start; i < out->len; i++) {
        if (out->ptr[i] == '#') {
            out->ptr[i] = '_';
        }
    }
}

static void write_comments(struct pc_buf *out, struct pc_str text)
{
    while (text.len > 0) {
        size_t end = pc_str_find(text, '\n', 0);
        struct pc_str line = pc_str_slice(text, 0, end == SIZE_MAX ? text.len : end);
        pc_buf_text(out, "# ");
        pc_buf_printable(out, line);
        pc_buf_byte(out, '\n');
        text = pc_str_slice(text, line.len + 1, text.len);
    }
}

static void write_explanation(struct pc_buf *out, struct pc_str explanation)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf plain = {0};
    pc_write_uncolored(&plain, explanation);
    write_comments(out, pc_buf_view(&plain));
    if (pc_buf_status(&plain) != PC_OK) {
        out->status = pc_buf_status(&plain);
    }
}

static void add(struct pc_report *report, const struct pc_case_result *result)
{
    struct pc_buf *out = &report->out->text;
    pc_buf_format(out, "%s %zu - ", result->passed ? "ok" : "not ok", count(report));
    write_name(out, result->place.file);
    pc_buf_text(out, ": ");
    write_name(out, result->name);
    pc_buf_byte(out, '\n');
    if (!result->passed) {
        write_comments(out, result->reasons);
        write_explanation(out, result->explanation);
    }
}

static void unreadable(struct pc_report *report, struct pc_str file, const struct pc_diag *why)
{
    (void)why;
    struct pc_buf *out = &report->out->text;
    pc_buf_format(out, "not ok %zu - ", count(report));
    write_name(out, file);
    pc_buf_text(out, ": cannot be read\n");
}

static void passed_over(struct pc_report *report, struct pc_str file, const char *shape)
{
    struct pc_buf *out = &report->out->text;
    pc_buf_text(out, "# passed over ");
    pc_buf_printable(out, file);
    pc_buf_format(out, ": %s\n", shape);
}

static void end_file(struct pc_report *report, struct pc_str file)
{
    (void)report;
    (void)file;
}

static void end(struct pc_report *report)
{
    pc_buf_format(&report->out->text, "1..%zu\n", count(report));
}

const struct pc_report_format pc_report_tap = {
    .name = "tap",
    .begin = begin,
    .add = add,
    .unreadable = unreadable,
    .passed_over = passed_over,
    .end_file = end_file,
    .end = end,
};
