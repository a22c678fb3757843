// SPDX-License-Identifier: Apache-2.0
//
// The options of coverage and mutants.
#include "spelling.h"
#include "test_suite.h"
#include "test_suite_report.h"

// A number from 0 to 100, with at most one digit behind a point, in tenths.
static bool read_percent(struct pc_str text, unsigned *tenths)
{
    unsigned value = 0;
    size_t point = pc_str_find(text, '.', 0);
    size_t digits = point == SIZE_MAX ? text.len : point;
    if (digits == 0 || digits > 3 || (point != SIZE_MAX && text.len - point != 2)) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (i != point && !pc_char_is_digit(text.ptr[i])) {
            return false;
        }
        value = i == point ? value : value * 10 + (unsigned)(text.ptr[i] - '0');
    }
    *tenths = point == SIZE_MAX ? value * 10 : value;
    return *tenths <= 1000;
}

static enum pc_status read_threshold(struct pc_test_suite *suite, const char *value)
{
    if (value == NULL) {
        return PC_OK;
    }
    if (!suite->coverage && !suite->mutate && suite->count == 0) {
        (void)pc_cli_usage(suite->cli,
                           "--threshold goes with --coverage, --coverage-report or --mutate");
        return PC_ERR_USAGE;
    }
    if (!read_percent(pc_str_from(value), &suite->threshold)) {
        (void)pc_cli_usage(suite->cli, "--threshold is a percentage from 0 to 100, not \"%s\"",
                           value);
        return PC_ERR_USAGE;
    }
    suite->has_threshold = true;
    return PC_OK;
}

// FORMAT=FILE.
static enum pc_status add_report(struct pc_test_suite *suite, const char *value)
{
    struct pc_str parts[2];
    bool two = pc_str_split(pc_str_from(value), '=', parts, 2) == 2;
    if (!two || parts[1].len == 0) {
        (void)pc_cli_usage(suite->cli, "--coverage-report is FORMAT=FILE, not \"%s\"", value);
        return PC_ERR_USAGE;
    }
    if (suite->count == PC_TEST_SUITE_REPORTS) {
        (void)pc_cli_usage(suite->cli, "there are more than %d reports of coverage",
                           (int)PC_TEST_SUITE_REPORTS);
        return PC_ERR_USAGE;
    }
    const struct pc_test_suite_format *format = pc_test_suite_format_named(parts[0]);
    if (format == NULL) {
        struct pc_str near = pc_test_suite_format_near(parts[0]);
        (void)pc_cli_usage(suite->cli,
                           "no format \"%.*s\"; there are text, json, lcov and cobertura",
                           PC_STR_ARG(parts[0]));
        if (near.len > 0) {
            pc_diag_hint(&suite->cli->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near));
        }
        return PC_ERR_USAGE;
    }
    for (size_t i = 0; i < suite->count; i++) {
        if (pc_str_eq(parts[1], pc_str_from(suite->paths[i]))) {
            (void)pc_cli_usage(suite->cli, "two reports go to \"%s\"", suite->paths[i]);
            return PC_ERR_USAGE;
        }
    }
    suite->formats[suite->count] = format;
    suite->paths[suite->count++] = parts[1].ptr; // ends in zero, as the value does
    return PC_OK;
}

enum pc_status pc_test_suite_init(struct pc_cli *cli, const struct pc_args *args,
                                  const struct pc_test_suite_ids *ids,
                                  const struct pc_report_format *format, struct pc_test_suite *out)
{
    *out = (struct pc_test_suite){.cli = cli,
                                  .format = format,
                                  .coverage = pc_args_has(args, ids->coverage),
                                  .mutate = pc_args_has(args, ids->mutate)};
    if ((out->coverage || out->mutate) && format == &pc_report_junit) {
        (void)pc_cli_usage(cli, "JUnit has no place for %s",
                           out->coverage ? "coverage" : "mutants");
        pc_diag_hint(&cli->diags, "write the results to a file: --report junit=FILE");
        return PC_ERR_USAGE;
    }
    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].option->id == ids->coverage_report) {
            PC_TRY(add_report(out, args->given[i].value));
        }
    }
    return read_threshold(out, pc_args_value(args, ids->threshold));
}
