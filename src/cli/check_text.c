// SPDX-License-Identifier: Apache-2.0
//
// Results for people: a table a function, what fails below its line.
#include "check_report.h"

#include "terminal.h"

enum {
    TITLE_WIDTH = 34,
    LABEL_WIDTH = 9,
};

// Marks ------------------------------------------------------------------------------------------

static const char *mark_text(enum pc_mark mark)
{
    static const char *const texts[] = {
        [PC_MARK_FAILS] = "FAIL", [PC_MARK_WARNS] = "WARN", [PC_MARK_WORKS] = "ok"};
    return texts[mark];
}

static const char *mark_color(enum pc_mark mark)
{
    static const char *const colors[] = {[PC_MARK_FAILS] = "\033[1;31m",
                                         [PC_MARK_WARNS] = "\033[1;33m",
                                         [PC_MARK_WORKS] = "\033[32m"};
    return colors[mark];
}

static enum pc_mark mark_of(enum pc_severity severity)
{
    return severity == PC_SEVERITY_ERROR     ? PC_MARK_FAILS
           : severity == PC_SEVERITY_WARNING ? PC_MARK_WARNS
                                             : PC_MARK_WORKS;
}

static void write_mark(struct pc_check_report *report, enum pc_mark mark, const char *text)
{
    struct pc_buf *out = &report->out->text;
    size_t length = strlen(text);
    if (report->color) {
        pc_buf_text(out, mark_color(mark));
    }
    pc_buf_text(out, text);
    if (report->color) {
        pc_buf_text(out, "\033[0m");
    }
    pc_buf_fill(out, ' ', length < 6 ? 6 - length : 1);
}

// Findings ---------------------------------------------------------------------------------------

static void write_label(struct pc_buf *out, const char *label)
{
    size_t length = strlen(label);
    pc_buf_text(out, "        ");
    pc_buf_text(out, label);
    pc_buf_fill(out, ' ', length < LABEL_WIDTH ? LABEL_WIDTH - length : 1);
}

static void write_line(struct pc_buf *out, const char *label, struct pc_str text)
{
    if (text.len > 0) {
        write_label(out, label);
        pc_buf_printable(out, text);
        pc_buf_byte(out, '\n');
    }
}

static void write_place(struct pc_buf *out, const struct pc_place *place)
{
    if (place->file.len > 0) {
        write_label(out, "where:");
        pc_buf_printable(out, place->file);
        pc_buf_format(out, ":%u:%u\n", (unsigned)place->line, (unsigned)place->column);
    }
}

// What was refused or, of a finding without a question, the message.
static void write_subject(struct pc_buf *out, const struct pc_finding *finding)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf subject = {0};
    if (finding->action_count > 0) {
        pc_finding_subject(&subject, finding);
    } else {
        pc_buf_str(&subject, finding->message);
    }
    if (pc_buf_status(&subject) != PC_OK) {
        out->status = pc_buf_status(&subject);
    }
    pc_buf_printable(out, pc_buf_view(&subject));
    pc_buf_format(out, " [%s]\n", pc_diag_name(finding->code).text);
}

// The lines below.
static void write_rest(struct pc_buf *out, const struct pc_finding *finding)
{
    if (finding->action_count > 0) {
        write_line(out, "why:", finding->message);
    }
    write_place(out, &finding->place);
    write_line(out, "shows:", finding->symptom);
    write_line(out, "hint:", finding->hint);
}

static void write_finding(struct pc_check_report *report, const struct pc_finding *finding)
{
    struct pc_buf *out = &report->out->text;
    pc_buf_format(out, "        %s: ", pc_severity_text(finding->severity));
    write_subject(out, finding);
    write_rest(out, finding);
}

static void write_mends(struct pc_check_report *report, const struct pc_checked *checked)
{
    struct pc_buf *out = &report->out->text;
    for (size_t i = 0; i < checked->mend_count; i++) {
        write_label(out, "mend:");
        pc_buf_text(out, "add to ");
        pc_mend_policy_write(out, &checked->mends[i]);
        pc_buf_text(out, "\n          ");
        pc_buf_printable(out, checked->mends[i].statement);
        pc_buf_byte(out, '\n');
    }
}

// A symptom that several findings share is told with the last of them.
static void write_findings(struct pc_check_report *report, const struct pc_finding *findings)
{
    for (const struct pc_finding *finding = findings; finding != NULL; finding = finding->next) {
        struct pc_finding told = *finding;
        if (finding->next != NULL && pc_str_eq(finding->next->symptom, finding->symptom)) {
            told.symptom = PC_STR("");
        }
        if (finding->next != NULL && pc_str_eq(finding->next->hint, finding->hint)) {
            told.hint = PC_STR("");
        }
        write_finding(report, &told);
    }
}

// Functions --------------------------------------------------------------------------------------

// What the other end is called, and as what the function is called.
static void write_ends(struct pc_buf *out, const struct pc_checked_function *function,
                       const struct pc_checked *checked)
{
    struct pc_function_name name;
    bool role = pc_str_eq(checked->connection.other, function->role); // is told above
    struct pc_str other = role ? PC_STR("") : checked->connection.other;
    pc_buf_printable(out, other);
    if (pc_function_name_parse(checked->configured, &name) && name.qualifier.len > 0 &&
        !pc_str_eq(checked->configured, function->arn)) {
        pc_buf_text(out, other.len > 0 ? " -> :" : "-> :");
        pc_buf_printable(out, name.qualifier);
    }
}

static void write_integration(struct pc_check_report *report,
                              const struct pc_checked_function *function,
                              const struct pc_checked *checked)
{
    struct pc_buf *out = &report->out->text;
    size_t title = strlen(checked->row->title);
    pc_buf_text(out, "  ");
    write_mark(report, checked->mark, mark_text(checked->mark));
    pc_buf_text(out, checked->row->title);
    pc_buf_fill(out, ' ', title < TITLE_WIDTH ? TITLE_WIDTH - title : 1);
    write_ends(out, function, checked);
    while (out->len > 0 && out->ptr[out->len - 1] == ' ') {
        out->len--;
    }
    pc_buf_byte(out, '\n');
    write_findings(report, checked->findings);
    write_mends(report, checked);
}

static void write_dangers(struct pc_check_report *report, const struct pc_finding *findings)
{
    struct pc_buf *out = &report->out->text;
    for (const struct pc_finding *finding = findings; finding != NULL; finding = finding->next) {
        enum pc_mark mark = mark_of(finding->severity);
        bool note = finding->severity == PC_SEVERITY_SUGGESTION;
        pc_buf_text(out, "  ");
        write_mark(report, mark, note ? "note" : mark_text(mark));
        write_subject(out, finding);
        write_rest(out, finding);
    }
}

static void add(struct pc_check_report *report, const struct pc_checked_function *function)
{
    struct pc_buf *out = &report->out->text;
    if (report->counts.functions > 1) {
        pc_buf_byte(out, '\n');
    }
    pc_buf_printable(out, function->arn);
    pc_buf_text(out, "\n  role  ");
    pc_buf_printable(out, function->role.len > 0 ? function->role : PC_STR("not known"));
    pc_buf_byte(out, '\n');
    for (const struct pc_checked *checked = function->integrations; checked != NULL;
         checked = checked->next) {
        write_integration(report, function, checked);
    }
    write_dangers(report, function->dangers);
}

static void account(struct pc_check_report *report, const struct pc_finding *findings)
{
    if (findings != NULL) {
        pc_buf_text(&report->out->text, "\nbeside the functions\n");
        write_dangers(report, findings);
    }
}

static void begin(struct pc_check_report *report)
{
    (void)report;
}

static void end(struct pc_check_report *report)
{
    struct pc_buf *out = &report->out->text;
    const struct pc_check_counts *counts = &report->counts;
    pc_buf_byte(out, '\n');
    pc_write_count(out, counts->functions, "function", "functions");
    pc_buf_text(out, ", ");
    pc_write_count(out, counts->integrations, "integration", "integrations");
    pc_buf_text(out, ": ");
    pc_write_count(out, counts->errors, "error", "errors");
    pc_buf_text(out, ", ");
    pc_write_count(out, counts->warnings, "warning", "warnings");
    pc_buf_byte(out, '\n');
}

void pc_mend_policy_write(struct pc_buf *out, const struct pc_mend *mend)
{
    static const char *const texts[] = {
        [PC_POLICY_IDENTITY] = "the identity policies of ",
        [PC_POLICY_BOUNDARY] = "the permissions boundary of ",
        [PC_POLICY_RESOURCE] = "the policy of ",
        [PC_POLICY_TRUST] = "the trust policy of ",
        [PC_POLICY_KEY] = "the key policy of ",
    };
    if (mend->type == PC_POLICY_SCP) {
        pc_buf_format(out, "a service control policy of level %zu of the account ", mend->level);
    } else {
        pc_buf_text(out, texts[mend->type]);
    }
    pc_buf_printable(out, mend->holder);
}

const struct pc_check_format pc_check_people = {
    .name = "text", .begin = begin, .add = add, .account = account, .end = end};
