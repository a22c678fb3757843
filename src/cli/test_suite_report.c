// SPDX-License-Identifier: Apache-2.0
#include "test_suite_report.h"

#include "base/clock.h"
#include "github.h"
#include "replaced_file.h"
#include "spelling.h"

#include <unistd.h>

// Files -------------------------------------------------------------------------------------------

struct pc_test_suite_format {
    const char *name;
    enum pc_status (*write)(const struct pc_coverage *coverage, struct pc_arena *arena,
                            struct pc_buf *out);
};

static enum pc_status write_text(const struct pc_coverage *coverage, struct pc_arena *arena,
                                 struct pc_buf *out)
{
    (void)arena;
    pc_coverage_write_text(coverage, false, out);
    return PC_OK;
}

static enum pc_status write_json(const struct pc_coverage *coverage, struct pc_arena *arena,
                                 struct pc_buf *out)
{
    (void)arena;
    pc_coverage_write_json(coverage, out);
    pc_buf_byte(out, '\n');
    return PC_OK;
}

// Names of files are relative to the current folder, or absolute.
static enum pc_status write_cobertura(const struct pc_coverage *coverage, struct pc_arena *arena,
                                      struct pc_buf *out)
{
    char folder[4096] = "";
    struct pc_cobertura_facts facts = {.millis = pc_clock_now() * 1000, .version = PC_VERSION};
    facts.root = pc_str_from(getcwd(folder, sizeof(folder)) != NULL ? folder : ".");
    return pc_coverage_write_cobertura(coverage, &facts, arena, out);
}

static const struct pc_test_suite_format formats[] = {
    {"text", write_text},
    {"json", write_json},
    {"lcov", pc_coverage_write_lcov},
    {"cobertura", write_cobertura},
};

const struct pc_test_suite_format *pc_test_suite_format_named(struct pc_str name)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (pc_str_eq(name, pc_str_from(formats[i].name))) {
            return &formats[i];
        }
    }
    return NULL;
}

struct pc_str pc_test_suite_format_near(struct pc_str name)
{
    struct pc_near near = {.text = name};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        pc_near_offer(&near, pc_str_from(formats[i].name));
    }
    return near.best;
}

static enum pc_status write_file(struct pc_test_suite *suite, const char *path, struct pc_str text)
{
    struct pc_replaced_file file = {.folder = -1};
    enum pc_status status = pc_replaced_file_open(suite->cli, path, PC_DIAG_COVERAGE_FILE, &file);
    if (status == PC_OK) {
        status = pc_replaced_file_write(suite->cli, &file, text);
    }
    pc_replaced_file_close(&file);
    return status;
}

enum pc_status pc_test_suite_write_reports(struct pc_test_suite *suite,
                                           const struct pc_coverage *coverage)
{
    enum pc_status outcome = PC_OK;
    for (size_t i = 0; i < suite->count; i++) {
        PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
        PC_TRY(suite->formats[i]->write(coverage, &suite->arena, &text));
        PC_TRY(pc_buf_status(&text));
        enum pc_status status = write_file(suite, suite->paths[i], pc_buf_view(&text));
        outcome = outcome == PC_OK ? status : outcome;
    }
    return outcome;
}

// Standard output ---------------------------------------------------------------------------------

static bool is_plain(const struct pc_test_suite *suite)
{
    return suite->format == &pc_report_people;
}

// Lines that are no results, such that nobody takes them for one.
static enum pc_status put_lines(struct pc_test_suite *suite, const struct pc_buf *lines)
{
    struct pc_buf *out = &suite->cli->out.text;
    struct pc_str text = pc_buf_view(lines);
    PC_TRY(pc_buf_status(lines));
    if (suite->format == &pc_report_github) {
        pc_report_github_guard(out, text);
        return PC_OK;
    }
    while (text.len > 0) {
        size_t end = pc_str_find(text, '\n', 0);
        struct pc_str line = pc_str_slice(text, 0, end == SIZE_MAX ? text.len : end + 1);
        pc_buf_text(out, suite->format == &pc_report_tap ? "# " : "");
        pc_buf_str(out, line);
        text = pc_str_slice(text, line.len, text.len);
    }
    return PC_OK;
}

// A blank line parts it from the results; TAP and the log of GitHub have other marks.
static void begin_part(const struct pc_test_suite *suite)
{
    pc_buf_text(&suite->cli->out.text, is_plain(suite) ? "\n" : "");
}

enum pc_status pc_test_suite_tell_coverage(struct pc_test_suite *suite,
                                           const struct pc_coverage *coverage)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    if (!suite->coverage) {
        return PC_OK;
    }
    if (suite->format == &pc_report_json) {
        pc_coverage_write_json(coverage, &suite->cli->out.text);
        pc_buf_byte(&suite->cli->out.text, '\n');
        return PC_OK;
    }
    begin_part(suite);
    pc_coverage_write_text(coverage, is_plain(suite) && suite->cli->color_out, &text);
    return put_lines(suite, &text);
}

static enum pc_status tell_survivor(struct pc_test_suite *suite, const struct pc_diag *diag)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    if (suite->format == &pc_report_github) {
        return pc_github_write_diag(&suite->cli->out.text, diag, false);
    }
    pc_diag_write(&text, diag, is_plain(suite) && suite->cli->color_out);
    return put_lines(suite, &text);
}

enum pc_status pc_test_suite_tell_mutants(struct pc_test_suite *suite,
                                          const struct pc_mutation *mutation)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf figures = {0};
    struct pc_diags survivors;
    if (suite->format == &pc_report_json) {
        pc_mutation_write_json(mutation, &suite->cli->out.text);
        pc_buf_byte(&suite->cli->out.text, '\n');
        return PC_OK;
    }
    begin_part(suite);
    pc_diags_init(&survivors, &suite->arena);
    pc_mutation_report(mutation, &survivors);
    for (const struct pc_diag *diag = survivors.first; diag != NULL; diag = diag->next) {
        PC_TRY(tell_survivor(suite, diag));
    }
    pc_mutation_write_text(mutation, &figures);
    PC_TRY(put_lines(suite, &figures));
    return survivors.lost ? PC_ERR_NOMEM : PC_OK;
}

void pc_test_suite_tell_cut(struct pc_test_suite *suite)
{
    pc_diag_report(&suite->cli->diags, PC_DIAG_SUITE_CUT, (struct pc_place){.file = PC_STR("")},
                   "the run stopped at a failure, so neither coverage nor mutants are told");
}

// Enough? -----------------------------------------------------------------------------------------

struct percent {
    char text[24];
};

static struct percent percent_text(unsigned tenths)
{
    struct percent percent = {""};
    struct pc_buf buf = pc_buf_over(percent.text, sizeof(percent.text) - 1);
    pc_buf_format(&buf, "%u.%u %%", tenths / 10, tenths % 10);
    return percent;
}

static void report_low(struct pc_test_suite *suite, const char *what,
                       struct pc_coverage_count count)
{
    struct percent is = percent_text(pc_coverage_tenths(count));
    struct percent wanted = percent_text(suite->threshold);
    pc_diag_report(&suite->cli->diags, PC_DIAG_COVERAGE_LOW, (struct pc_place){.file = PC_STR("")},
                   "%s of %s, and --threshold asks for %s", is.text, what, wanted.text);
}

bool pc_test_suite_check_coverage(struct pc_test_suite *suite, const struct pc_coverage *coverage)
{
    struct pc_coverage_count both = pc_coverage_both(&coverage->figures);
    if (!suite->has_threshold || pc_coverage_reaches(both, suite->threshold)) {
        return true;
    }
    if (both.total == 0) {
        report_low(suite, "statements and conditions are covered, for no case has any", both);
        return false;
    }
    report_low(suite, "statements and conditions are covered", both);
    const struct pc_coverage_file *worst = &coverage->files[0];
    struct percent of_worst = percent_text(pc_coverage_tenths(pc_coverage_both(&worst->figures)));
    pc_diag_hint(
        &suite->cli->diags,
        "\"%.*s\" has the least, %s: %zu of %zu statements, %zu of %zu sides of conditions%s",
        PC_STR_ARG(worst->name), of_worst.text, worst->figures.statements.covered,
        worst->figures.statements.total, worst->figures.sides.covered, worst->figures.sides.total,
        suite->coverage ? "" : "; --coverage lists what is missing");
    return false;
}

bool pc_test_suite_check_mutants(struct pc_test_suite *suite, const struct pc_mutation *mutation)
{
    struct pc_coverage_count score = pc_mutation_score(mutation);
    if (score.total == 0) {
        pc_diag_report(&suite->cli->diags, PC_DIAG_COVERAGE_LOW,
                       (struct pc_place){.file = PC_STR("")},
                       "there is no mutant: no case has a policy that could be changed");
        return false;
    }
    if (!suite->has_threshold) {
        return mutation->survivor_count == 0;
    }
    if (!pc_coverage_reaches(score, suite->threshold)) {
        report_low(suite, "the mutants are noticed", score);
        return false;
    }
    return true;
}
