// SPDX-License-Identifier: Apache-2.0
//
// How the results of `polcheck test` are told: for people, as JSON, TAP, JUnit or annotations of
// GitHub. A format is one row.
#ifndef PC_CLI_REPORT_H
#define PC_CLI_REPORT_H

#include "output.h"
#include "json/reader.h"

// One case that has run. Borrowed for the call.
struct pc_case_result {
    struct pc_place place; // of the case, or the row of a table
    struct pc_str name;
    bool passed;
    const struct pc_json *expected; // NULL when it has none
    struct pc_str actual;           // JSON: the answer, or {"error": ...}
    struct pc_str reasons;          // why it failed: lines, each with its end
    // Of a question that was answered otherwise than expected, for people, in lines; else "".
    struct pc_str differences; // what of the reasons is not explained, with ANSI colours if wanted
    struct pc_str explanation; // how the decision came about
};

struct pc_report {
    const struct pc_report_format *format;
    struct pc_output *out;
    bool color;
    bool verbose; // tells also what passed
    size_t passed, failed, files, unreadable;
    size_t passed_over; // files among the cases that hold none
    size_t left_out;    // cases that were not wanted
    bool cut;           // stopped at the first failure
    int64_t millis;
    struct pc_buf held; // JUnit: the cases of a file, told when their number is known
    size_t held_passed, held_failed;
};

struct pc_report_format {
    const char *name;
    void (*begin)(struct pc_report *report);
    void (*add)(struct pc_report *report, const struct pc_case_result *result); // counted already
    void (*unreadable)(struct pc_report *report, struct pc_str file, const struct pc_diag *why);
    // A file is a document of that shape and holds no case. NULL: the format cannot say it.
    void (*passed_over)(struct pc_report *report, struct pc_str file, const char *shape);
    void (*end_file)(struct pc_report *report, struct pc_str file);
    void (*end)(struct pc_report *report);
};

extern const struct pc_report_format pc_report_people, pc_report_json, pc_report_tap,
    pc_report_junit, pc_report_github;

// Appends printable lines such that none of them is a command to GitHub's runner.
void pc_report_github_guard(struct pc_buf *out, struct pc_str text);

#endif
