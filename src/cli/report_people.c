// SPDX-License-Identifier: Apache-2.0
//
// Results for people: what failed, and one line at the end.
#include "report.h"

static void begin(struct pc_report *report)
{
    (void)report;
}

// Each line of a text of ours, in which what comes from input is printable, indented.
static void write_indented(struct pc_buf *out, struct pc_str text, bool color)
{
    while (text.len > 0) {
        size_t end = pc_str_find(text, '\n', 0);
        struct pc_str line = pc_str_slice(text, 0, end == SIZE_MAX ? text.len : end);
        pc_buf_text(out, "    ");
        if (color) {
            pc_buf_str(out, line);
        } else {
            pc_write_uncolored(out, line);
        }
        pc_buf_byte(out, '\n');
        text = pc_str_slice(text, line.len + 1, text.len);
    }
}

static void write_heading(struct pc_report *report, const struct pc_case_result *result)
{
    struct pc_buf *out = &report->out->text;
    const char *color = result->passed ? "\033[32m" : "\033[1;31m";
    pc_buf_format(out, "%s%s%s ", report->color ? color : "", result->passed ? "passed" : "FAILED",
                  report->color ? "\033[0m" : "");
    pc_buf_printable(out, result->place.file);
    pc_buf_format(out, ":%u:%u: ", (unsigned)result->place.line, (unsigned)result->place.column);
    pc_buf_printable(out, result->name);
    pc_buf_byte(out, '\n');
}

static void add(struct pc_report *report, const struct pc_case_result *result)
{
    struct pc_buf *out = &report->out->text;
    if (result->passed && !report->verbose) {
        return;
    }
    write_heading(report, result);
    bool explained = result->explanation.len > 0;
    write_indented(out, explained ? result->differences : result->reasons, report->color);
    write_indented(out, result->explanation, report->color);
}

static void file_is_told_on_stderr(struct pc_report *report, struct pc_str file)
{
    (void)report;
    (void)file;
}

static void unreadable(struct pc_report *report, struct pc_str file, const struct pc_diag *why)
{
    (void)why;
    file_is_told_on_stderr(report, file);
}

static void passed_over(struct pc_report *report, struct pc_str file, const char *shape)
{
    struct pc_buf *out = &report->out->text;
    if (report->verbose) { // else the summary has their number
        pc_buf_text(out, "passed over ");
        pc_buf_printable(out, file);
        pc_buf_format(out, ": %s\n", shape);
    }
}

static void write_also(struct pc_buf *out, size_t count, const char *one, const char *many)
{
    if (count > 0) {
        pc_buf_text(out, ", ");
        pc_write_count(out, count, one, many);
    }
}

static void end(struct pc_report *report)
{
    struct pc_buf *out = &report->out->text;
    pc_write_count(out, report->passed + report->failed, "case", "cases");
    pc_buf_text(out, " in ");
    pc_write_count(out, report->files, "file", "files");
    pc_buf_format(out, ": %zu passed, %zu failed", report->passed, report->failed);
    write_also(out, report->unreadable, "file not readable", "files not readable");
    write_also(out, report->left_out, "case left out by --filter", "cases left out by --filter");
    write_also(out, report->passed_over, "file of policies passed over",
               "files of policies passed over");
    pc_buf_text(out, report->cut ? ", stopped at the first failure" : "");
    pc_buf_format(out, " (%lld ms)\n", (long long)report->millis);
}

const struct pc_report_format pc_report_people = {
    .name = "people",
    .begin = begin,
    .add = add,
    .unreadable = unreadable,
    .passed_over = passed_over,
    .end_file = file_is_told_on_stderr,
    .end = end,
};
