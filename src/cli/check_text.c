// SPDX-License-Identifier: Apache-2.0
//
// Results for people: a table a function, what fails below its line.
#include "check_report.h"

#include "base/utf8.h"

enum {
    TITLE_WIDTH = 34,
    INDENT = 8, // of what stands below a mark
    LABEL_WIDTH = 9,
    LEAST_ROOM = 20, // columns: in a narrower terminal lines are not worth breaking
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

// Prose ------------------------------------------------------------------------------------------

// A text that lacks something is never shown as if it were whole.
static void keep_status(struct pc_buf *out, const struct pc_buf *part)
{
    if (pc_buf_status(part) != PC_OK) {
        out->status = pc_buf_status(part);
    }
}

// Breaks at blanks what would not end before the terminal does. A longer word, as ARNs are, stays
// whole: the terminal breaks it, and who copies it gets it in one piece.
static void wrap(struct pc_check_report *report, size_t indent, struct pc_str text)
{
    struct pc_buf *out = &report->out->text;
    size_t room = report->width > indent + LEAST_ROOM ? report->width - indent : SIZE_MAX;
    size_t used = 0; // of the line
    for (bool more = true; more;) {
        size_t end = pc_str_find(text, ' ', 0);
        struct pc_str word = pc_str_slice(text, 0, end);
        size_t columns = pc_utf8_count(word);
        if (used > 0 && (used >= room || columns >= room - used)) {
            pc_buf_byte(out, '\n');
            pc_buf_fill(out, ' ', indent);
            used = 0;
        } else if (used > 0) {
            pc_buf_byte(out, ' ');
            used++;
        }
        pc_buf_str(out, word);
        used += columns;
        more = end != SIZE_MAX;
        text = more ? pc_str_slice(text, end + 1, text.len) : text;
    }
    pc_buf_byte(out, '\n');
}

static void write_label(struct pc_buf *out, const char *label)
{
    size_t length = strlen(label);
    pc_buf_fill(out, ' ', INDENT);
    pc_buf_text(out, label);
    pc_buf_fill(out, ' ', length < LABEL_WIDTH ? LABEL_WIDTH - length : 1);
}

static void write_line(struct pc_check_report *report, const char *label, struct pc_str text)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf plain = {0};
    if (text.len == 0) {
        return;
    }
    pc_buf_printable(&plain, text);
    write_label(&report->out->text, label);
    wrap(report, INDENT + LABEL_WIDTH, pc_buf_view(&plain));
    keep_status(&report->out->text, &plain);
}

// Findings ---------------------------------------------------------------------------------------

static void write_place(struct pc_buf *out, const struct pc_place *place)
{
    if (place->file.len > 0) {
        write_label(out, "where:");
        pc_buf_printable(out, place->file);
        pc_buf_format(out, ":%u:%u\n", (unsigned)place->line, (unsigned)place->column);
    }
}

// What was refused or, of a finding without a question, the message.
static void make_subject(struct pc_buf *out, const struct pc_finding *finding)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf subject = {0};
    if (finding->action_count > 0) {
        pc_finding_subject(&subject, finding);
    } else {
        pc_buf_str(&subject, finding->message);
    }
    pc_buf_printable(out, pc_buf_view(&subject));
    pc_buf_format(out, " [%s]", pc_diag_name(finding->code).text);
    keep_status(out, &subject);
}

// With the cursor behind a label or a mark that is `indent` wide.
static void write_subject(struct pc_check_report *report, size_t indent,
                          const struct pc_finding *finding)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf subject = {0};
    make_subject(&subject, finding);
    wrap(report, indent, pc_buf_view(&subject));
    keep_status(&report->out->text, &subject);
}

// The lines below.
static void write_rest(struct pc_check_report *report, const struct pc_finding *finding)
{
    if (finding->action_count > 0) {
        write_line(report, "why:", finding->message);
    }
    write_place(&report->out->text, &finding->place);
    write_line(report, "shows:", finding->symptom);
    write_line(report, "hint:", finding->hint);
}

static void write_finding(struct pc_check_report *report, const struct pc_finding *finding)
{
    static const char *const labels[] = {[PC_SEVERITY_ERROR] = "error:",
                                         [PC_SEVERITY_WARNING] = "warning:",
                                         [PC_SEVERITY_SUGGESTION] = "note:"};
    write_label(&report->out->text, labels[finding->severity]);
    write_subject(report, INDENT + LABEL_WIDTH, finding);
    write_rest(report, finding);
}

static void write_mends(struct pc_check_report *report, const struct pc_checked *checked)
{
    struct pc_buf *out = &report->out->text;
    for (size_t i = 0; i < checked->mend_count; i++) {
        PC_CLEANUP(pc_buf_release) struct pc_buf place = {0};
        pc_buf_text(&place, "add to ");
        pc_mend_policy_write(&place, &checked->mends[i]);
        write_label(out, "mend:");
        wrap(report, INDENT + LABEL_WIDTH, pc_buf_view(&place));
        keep_status(out, &place);
        pc_buf_fill(out, ' ', INDENT + 2);
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
        if (report->quiet && mark == PC_MARK_WORKS) {
            continue;
        }
        pc_buf_text(out, "  ");
        write_mark(report, mark, note ? "note" : mark_text(mark));
        write_subject(report, INDENT, finding);
        write_rest(report, finding);
    }
}

static void add(struct pc_check_report *report, const struct pc_checked_function *function)
{
    struct pc_buf *out = &report->out->text;
    if (report->quiet && function->mark == PC_MARK_WORKS) {
        return;
    }
    if (report->told) {
        pc_buf_byte(out, '\n');
    }
    report->told = true;
    pc_buf_printable(out, function->arn);
    pc_buf_text(out, "\n  role  ");
    pc_buf_printable(out, function->role.len > 0 ? function->role : PC_STR("not known"));
    pc_buf_byte(out, '\n');
    for (const struct pc_checked *checked = function->integrations; checked != NULL;
         checked = checked->next) {
        if (!report->quiet || checked->mark != PC_MARK_WORKS) {
            write_integration(report, function, checked);
        }
    }
    write_dangers(report, function->dangers);
}

static void account(struct pc_check_report *report, const struct pc_finding *findings)
{
    bool told = false;
    for (const struct pc_finding *finding = findings; finding != NULL; finding = finding->next) {
        told = told || !report->quiet || mark_of(finding->severity) != PC_MARK_WORKS;
    }
    if (told) {
        pc_buf_text(&report->out->text,
                    report->told ? "\nbeside the functions\n" : "beside the functions\n");
        write_dangers(report, findings);
        report->told = true;
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
    if (report->told) {
        pc_buf_byte(out, '\n');
    }
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
