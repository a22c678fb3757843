// SPDX-License-Identifier: Apache-2.0
//
// Results for a log of GitHub Actions: those for people, and an annotation for each failure, which
// GitHub shows at the case's place in the change that is looked at.
#include "github.h"
#include "report.h"

static void begin(struct pc_report *report)
{
    (void)report;
}

static bool begins_command(struct pc_str line)
{
    size_t at = 0;
    while (at < line.len && line.ptr[at] == ' ') {
        at++;
    }
    return pc_str_has_prefix(pc_str_slice(line, at, line.len), PC_STR("::"));
}

// The runner takes a line that begins with "::", blanks before it or not, for a command, and "##["
// anywhere in one. What policies and cases say must be none: a mark of it is written as its number.
void pc_report_github_guard(struct pc_buf *out, struct pc_str text)
{
    while (text.len > 0) {
        size_t end = pc_str_find(text, '\n', 0);
        struct pc_str line = pc_str_slice(text, 0, end == SIZE_MAX ? text.len : end + 1);
        bool command = begins_command(line);
        for (size_t i = 0; i < line.len; i++) {
            bool old =
                line.ptr[i] == '[' && pc_str_has_suffix(pc_str_slice(line, 0, i), PC_STR("##"));
            bool mark = old || (command && line.ptr[i] == ':');
            if (mark) {
                pc_buf_format(out, "\\x%02x", (unsigned)line.ptr[i]);
            } else {
                pc_buf_byte(out, line.ptr[i]);
            }
            command = command && !mark;
        }
        text = pc_str_slice(text, line.len, text.len);
    }
}

// What people are told, guarded.
static void add_for_people(struct pc_report *report, const struct pc_case_result *result)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf told = {0};
    struct pc_buf *out = &report->out->text;
    size_t start = out->len;
    pc_report_people.add(report, result);
    pc_buf_str(&told, pc_str_slice(pc_buf_view(out), start, out->len));
    if (pc_buf_status(out) == PC_OK) {
        out->len = start;
        pc_report_github_guard(out, pc_buf_view(&told));
    }
    if (pc_buf_status(&told) != PC_OK && out->status == PC_OK) {
        out->status = pc_buf_status(&told);
    }
}

static void add(struct pc_report *report, const struct pc_case_result *result)
{
    const struct pc_github_annotation failure = {.severity = PC_SEVERITY_ERROR,
                                                 .place = result->place,
                                                 .title = result->name,
                                                 .message = result->reasons};
    add_for_people(report, result);
    if (!result->passed) {
        pc_github_write(&report->out->text, &failure);
    }
}

static void unreadable(struct pc_report *report, struct pc_str file, const struct pc_diag *why)
{
    (void)why;
    const struct pc_github_annotation failure = {
        .severity = PC_SEVERITY_ERROR,
        .place = {.file = file},
        .title = PC_STR("polcheck test"),
        .message = PC_STR("the file, or a part of it, cannot be read")};
    pc_github_write(&report->out->text, &failure);
}

static void passed_over(struct pc_report *report, struct pc_str file, const char *shape)
{
    pc_report_people.passed_over(report, file, shape);
}

static void end(struct pc_report *report)
{
    pc_report_people.end(report);
}

static void end_file(struct pc_report *report, struct pc_str file)
{
    (void)report;
    (void)file;
}

const struct pc_report_format pc_report_github = {
    .name = "github",
    .begin = begin,
    .add = add,
    .unreadable = unreadable,
    .passed_over = passed_over,
    .end_file = end_file,
    .end = end,
};
