// SPDX-License-Identifier: Apache-2.0
#include "test_report.h"

#include "replaced_file.h"
#include "spelling.h"

// In the order of the words of --format.
static const struct pc_report_format *const formats[] = {
    &pc_report_people, &pc_report_json, &pc_report_tap, &pc_report_junit, &pc_report_github};

static enum pc_status find_format(struct pc_cli *cli, struct pc_str name,
                                  const struct pc_report_format **out)
{
    struct pc_near near = {.text = name};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (pc_str_eq(name, pc_str_from(formats[i]->name))) {
            *out = formats[i];
            return PC_OK;
        }
        pc_near_offer(&near, pc_str_from(formats[i]->name));
    }
    (void)pc_cli_usage(cli, "no format \"%.*s\"; there are people, json, tap, junit and github",
                       PC_STR_ARG(name));
    if (near.best.len > 0) {
        pc_diag_hint(&cli->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
    return PC_ERR_USAGE;
}

// FORMAT=FILE.
static enum pc_status add_file(struct pc_test_reports *reports, const char *value)
{
    struct pc_cli *cli = reports->cli;
    struct pc_str parts[2];
    size_t at = reports->count;
    bool two = pc_str_split(pc_str_from(value), '=', parts, 2) == 2;
    if (!two || parts[1].len == 0) {
        (void)pc_cli_usage(cli, "--report is FORMAT=FILE, not \"%s\"", value);
        return PC_ERR_USAGE;
    }
    if (at == PC_TEST_REPORTS) {
        (void)pc_cli_usage(cli, "there are more than %d reports", PC_TEST_REPORTS - 1);
        return PC_ERR_USAGE;
    }
    for (size_t i = 1; i < at; i++) {
        if (pc_str_eq(parts[1], pc_str_from(reports->paths[i]))) {
            (void)pc_cli_usage(cli, "two reports go to \"%s\"", reports->paths[i]);
            return PC_ERR_USAGE;
        }
    }
    PC_TRY(find_format(cli, parts[0], &reports->reports[at].format));
    reports->paths[at] = parts[1].ptr; // ends in zero, as the value does
    reports->reports[at].out = &reports->files[at];
    reports->count++;
    return PC_OK;
}

enum pc_status pc_test_reports_init(struct pc_cli *cli, const struct pc_args *args, size_t format,
                                    int file_option, struct pc_test_reports *out)
{
    *out = (struct pc_test_reports){.cli = cli, .count = 1};
    struct pc_report *first = &out->reports[0];
    first->format = formats[format];
    first->out = &cli->out;
    first->color = cli->color_out;
    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].option->id == file_option) {
            PC_TRY(add_file(out, args->given[i].value));
        }
    }
    return PC_OK;
}

void pc_test_reports_release(struct pc_test_reports *reports)
{
    for (size_t i = 0; i < PC_TEST_REPORTS; i++) {
        pc_buf_release(&reports->reports[i].held);
        pc_buf_release(&reports->files[i].text);
    }
}

const struct pc_report *pc_test_reports_first(const struct pc_test_reports *reports)
{
    return &reports->reports[0];
}

void pc_test_reports_begin(struct pc_test_reports *reports)
{
    for (size_t i = 0; i < reports->count; i++) {
        struct pc_report *report = &reports->reports[i];
        pc_buf_release(&report->held);
        *report = (struct pc_report){.format = report->format,
                                     .out = report->out,
                                     .color = report->color,
                                     .verbose = report->verbose};
        pc_buf_reset(&reports->files[i].text);
        report->format->begin(report);
    }
}

void pc_test_reports_add(struct pc_test_reports *reports, const struct pc_case_result *result)
{
    for (size_t i = 0; i < reports->count; i++) {
        struct pc_report *report = &reports->reports[i];
        report->passed += result->passed;
        report->failed += !result->passed;
        report->format->add(report, result);
    }
}

void pc_test_reports_unreadable(struct pc_test_reports *reports, struct pc_str file,
                                const struct pc_diag *why)
{
    for (size_t i = 0; i < reports->count; i++) {
        reports->reports[i].unreadable++;
        reports->reports[i].format->unreadable(&reports->reports[i], file, why);
    }
}

void pc_test_reports_pass_over(struct pc_test_reports *reports, struct pc_str file,
                               const char *shape)
{
    for (size_t i = 0; i < reports->count; i++) {
        struct pc_report *report = &reports->reports[i];
        report->passed_over++;
        if (report->format->passed_over != NULL) {
            report->format->passed_over(report, file, shape);
        }
    }
}

void pc_test_reports_end_file(struct pc_test_reports *reports, struct pc_str file, bool any)
{
    for (size_t i = 0; i < reports->count; i++) {
        reports->reports[i].files += any;
        reports->reports[i].format->end_file(&reports->reports[i], file);
    }
}

static enum pc_status write_file(struct pc_test_reports *reports, size_t at)
{
    struct pc_replaced_file file = {.folder = -1};
    PC_TRY(pc_buf_status(&reports->files[at].text));
    enum pc_status status =
        pc_replaced_file_open(reports->cli, reports->paths[at], PC_DIAG_REPORT_FILE, &file);
    if (status == PC_OK) {
        status = pc_replaced_file_write(reports->cli, &file, pc_buf_view(&reports->files[at].text));
    }
    pc_replaced_file_close(&file);
    return status;
}

// No report that somebody reads says it: then standard error does.
static void tell_passed_over(struct pc_test_reports *reports)
{
    const struct pc_report *first = pc_test_reports_first(reports);
    if (first->passed_over > 0 && first->format->passed_over == NULL) {
        pc_diag_report(
            &reports->cli->diags, PC_DIAG_PASSED_OVER, (struct pc_place){.file = PC_STR("")},
            "%zu of the files are policies or the like and hold no case", first->passed_over);
    }
}

enum pc_status pc_test_reports_end(struct pc_test_reports *reports, struct pc_test_totals totals)
{
    enum pc_status outcome = PC_OK;
    for (size_t i = 0; i < reports->count; i++) {
        struct pc_report *report = &reports->reports[i];
        report->left_out = totals.left_out;
        report->cut = totals.cut;
        report->millis = totals.millis;
        report->format->end(report);
    }
    tell_passed_over(reports);
    for (size_t i = 1; i < reports->count; i++) {
        enum pc_status status = write_file(reports, i);
        outcome = outcome == PC_OK ? status : outcome;
    }
    return outcome;
}
