// SPDX-License-Identifier: Apache-2.0
//
// Results as JUnit XML: a suite a file.
#include "report.h"

#include "base/xml.h"

static void begin(struct pc_report *report)
{
    pc_buf_text(&report->out->text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
}

static void begin_case(struct pc_buf *out, struct pc_str file, struct pc_str name)
{
    pc_buf_text(out, "    <testcase classname=\"");
    pc_buf_xml(out, file);
    pc_buf_text(out, "\" name=\"");
    pc_buf_xml(out, name);
    pc_buf_byte(out, '"');
}

static void write_explanation(struct pc_buf *out, struct pc_str explanation)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf plain = {0};
    pc_write_uncolored(&plain, explanation);
    pc_buf_xml(out, pc_buf_view(&plain));
    if (pc_buf_status(&plain) != PC_OK) {
        out->status = pc_buf_status(&plain);
    }
}

static void add(struct pc_report *report, const struct pc_case_result *result)
{
    struct pc_buf *out = &report->held;
    begin_case(out, result->place.file, result->name);
    if (result->passed) {
        report->held_passed++;
        pc_buf_text(out, "/>\n");
        return;
    }
    report->held_failed++;
    pc_buf_text(out, ">\n      <failure message=\"");
    size_t end = pc_str_find(result->reasons, '\n', 0);
    pc_buf_xml(out, pc_str_slice(result->reasons, 0, end));
    pc_buf_text(out, "\">");
    pc_buf_xml(out, result->reasons);
    write_explanation(out, result->explanation);
    pc_buf_text(out, "</failure>\n    </testcase>\n");
}

static void unreadable(struct pc_report *report, struct pc_str file, const struct pc_diag *why)
{
    (void)why;
    struct pc_buf *out = &report->held;
    report->held_failed++;
    begin_case(out, file, PC_STR("the file"));
    pc_buf_text(out, ">\n      <failure message=\"cannot be read\"/>\n    </testcase>\n");
}

static void end_file(struct pc_report *report, struct pc_str file)
{
    struct pc_buf *out = &report->out->text;
    if (report->held_passed + report->held_failed == 0) {
        return; // nothing of it was run
    }
    pc_buf_text(out, "  <testsuite name=\"");
    pc_buf_xml(out, file);
    pc_buf_format(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\">\n",
                  report->held_passed + report->held_failed, report->held_failed);
    pc_buf_str(out, pc_buf_view(&report->held));
    pc_buf_text(out, "  </testsuite>\n");
    if (pc_buf_status(&report->held) != PC_OK && out->status == PC_OK) {
        out->status = pc_buf_status(&report->held);
    }
    pc_buf_reset(&report->held);
    report->held_passed = 0;
    report->held_failed = 0;
}

static void end(struct pc_report *report)
{
    pc_buf_text(&report->out->text, "</testsuites>\n");
}

const struct pc_report_format pc_report_junit = {
    .name = "junit",
    .begin = begin,
    .add = add,
    .unreadable = unreadable,
    .end_file = end_file,
    .end = end,
};
