// SPDX-License-Identifier: Apache-2.0
//
// Runs the cases of files and folders and tells the results in the format that is wanted.
#include "command.h"

#include "base/clock.h"
#include "case_accounts.h"
#include "case_filter.h"
#include "case_walk.h"
#include "choice.h"
#include "policy_files.h"
#include "progress.h"
#include "readings.h"
#include "test_report.h"
#include "test_suite.h"
#include "watch.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum option {
    OPT_FORMAT = PC_OPTION_OWN,
    OPT_JSON,
    OPT_REPORT,
    OPT_FILTER,
    OPT_FAIL_FAST,
    OPT_VERBOSE,
    OPT_WATCH,
    OPT_COVERAGE,
    OPT_COVERAGE_REPORT,
    OPT_MUTATE,
    OPT_THRESHOLD,
    OPT_NO_INDEX,
};

static const struct pc_option options[] = {
    {OPT_FORMAT, 'f', "format", "people|json|tap|junit|github",
     "How results are told on standard output; github is the text for people with annotations.",
     false},
    {OPT_JSON, 0, "json", NULL, "The same as --format json: one object a case and line.", false},
    {OPT_REPORT, 0, "report", "FORMAT=FILE",
     "Writes the results in that format to the file as well; repeatable.", true},
    {OPT_FILTER, 'k', "filter", "PATTERN",
     "Runs the cases and rows in whose names the pattern is found (\"*\": any text, \"?\": one "
     "character, letters in any case); repeatable.",
     true},
    {OPT_FAIL_FAST, 'x', "fail-fast", NULL, "Stops at the first case that fails.", false},
    {OPT_VERBOSE, 'v', "verbose", NULL, "Lists also what passed, and the files that hold no case.",
     false},
    {OPT_WATCH, 'w', "watch", NULL,
     "Runs again whenever a case, a policy or an account that was read has changed, until Ctrl-C.",
     false},
    {OPT_COVERAGE, 'c', "coverage", NULL,
     "Lists which statements and conditions of the policies the cases go through, and which not.",
     false},
    {OPT_COVERAGE_REPORT, 0, "coverage-report", "FORMAT=FILE",
     "Writes that to the file: FORMAT is text, json, lcov or cobertura; repeatable.", true},
    {OPT_MUTATE, 'm', "mutate", NULL,
     "Changes the policies in one place at a time and lists the changes that no case notices.",
     false},
    {OPT_THRESHOLD, 0, "threshold", "PERCENT",
     "Fails if less is covered, or, with --mutate, less of the mutants noticed.", false},
    {OPT_NO_INDEX, 0, "no-index", NULL,
     "Asks without the index of actions only; else with and without it, which must agree.", false},
    PC_READING_OPTIONS,
};

struct tester {
    struct pc_cli *cli;
    const struct pc_args *args;
    struct pc_test_reports reports;
    struct pc_case_filter filter;
    struct pc_policy_files files;
    struct pc_case_accounts accounts;
    struct pc_case_runner runner;
    struct pc_case_walk walk;
    struct pc_test_suite suite;
    enum pc_status kept; // could what mutants need be kept?
    bool content;        // as much is covered and noticed as is asked for
    struct pc_watch watch;
    struct pc_bar bar;
    size_t cases_before; // the file at hand
    bool fail_fast;
    bool cut; // by it
};

// What happens on the way.

static enum pc_status take_result(void *context, const struct pc_case_result *result)
{
    struct tester *tester = context;
    pc_test_reports_add(&tester->reports, result);
    if (!pc_output_drain(&tester->cli->out)) {
        return PC_ERR_IO;
    }
    tester->cut = tester->fail_fast && !result->passed;
    return tester->cut ? PC_ERR_INTERRUPTED : PC_OK;
}

static void take_problems(void *context, const struct pc_diags *diags)
{
    struct tester *tester = context;
    pc_diags_append(&tester->cli->diags, diags);
    pc_bar_erase();
    pc_cli_tell(tester->cli);
}

static void take_unreadable(void *context, struct pc_str file, const struct pc_diag *why)
{
    struct tester *tester = context;
    pc_test_reports_unreadable(&tester->reports, file, why);
}

static void take_passed_over(void *context, struct pc_str file, const char *shape)
{
    struct tester *tester = context;
    pc_test_reports_pass_over(&tester->reports, file, shape);
}

static void take_end(void *context, struct pc_str file)
{
    struct tester *tester = context;
    pc_test_reports_end_file(&tester->reports, file, tester->walk.cases > tester->cases_before);
    tester->cases_before = tester->walk.cases;
    tester->kept = tester->kept == PC_OK ? pc_test_suite_end_file(&tester->suite) : tester->kept;
    pc_bar_step(&tester->bar, tester->walk.done, tester->walk.total);
}

// A run.

static enum pc_status walk(struct tester *tester)
{
    tester->cases_before = 0;
    tester->cut = false;
    tester->runner.left_out = 0;
    tester->runner.now = pc_clock_now();
    tester->runner.loader = &tester->files.loader;
    tester->runner.accounts = &tester->accounts.loader;
    pc_bar_begin(&tester->bar, "cases");
    enum pc_status status =
        pc_case_walk_run(&tester->walk, tester->args->operands, tester->args->operand_count);
    pc_bar_end(&tester->bar);
    PC_TRY(tester->kept);
    return tester->cut ? PC_OK : status;
}

// A run that tests nothing does not pass.
static enum pc_status refuse_nothing(struct tester *tester)
{
    struct pc_cli *cli = tester->cli;
    const struct pc_place nowhere = {.file = PC_STR("")};
    const struct pc_report *report = pc_test_reports_first(&tester->reports);
    if (report->passed + report->failed + report->unreadable > 0) {
        return PC_OK;
    }
    if (tester->runner.left_out > 0) {
        pc_diag_report(&cli->diags, PC_DIAG_FILTER_NOTHING, nowhere,
                       "none of %zu cases has a name that --filter asks for",
                       tester->runner.left_out);
    } else {
        pc_diag_report(&cli->diags, PC_DIAG_FOLDER_EMPTY, nowhere, "there is no case to run");
    }
    return PC_ERR_INVALID;
}

static enum pc_status run_once(struct tester *tester)
{
    int64_t begin = pc_clock_millis();
    pc_test_reports_begin(&tester->reports);
    PC_TRY(pc_test_suite_begin(&tester->suite, &tester->runner, &tester->walk));
    PC_TRY(walk(tester));
    PC_TRY(refuse_nothing(tester));
    const struct pc_test_totals totals = {tester->runner.left_out, tester->cut,
                                          pc_clock_millis() - begin};
    enum pc_status status = pc_test_reports_end(&tester->reports, totals);
    enum pc_status further = pc_test_suite_end(&tester->suite, tester->cut, &tester->content);
    return status == PC_OK ? further : status;
}

static enum pc_status init(struct tester *tester)
{
    struct pc_cli *cli = tester->cli;
    const struct pc_args *args = tester->args;
    static const int format_ids[] = {OPT_FORMAT, OPT_JSON};
    size_t format;
    const struct pc_case_events events = {.context = tester,
                                          .result = take_result,
                                          .problems = take_problems,
                                          .unreadable = take_unreadable,
                                          .passed_over = take_passed_over,
                                          .end_file = take_end};
    PC_TRY(pc_choice_format(cli, args, format_ids, PC_TEST_JSON, &format));
    PC_TRY(pc_test_reports_init(cli, args, format, OPT_REPORT, &tester->reports));
    static const struct pc_test_suite_ids ids = {OPT_COVERAGE, OPT_COVERAGE_REPORT, OPT_MUTATE,
                                                 OPT_THRESHOLD};
    PC_TRY(pc_test_suite_init(cli, args, &ids, pc_test_reports_first(&tester->reports)->format,
                              &tester->suite));
    PC_TRY(pc_case_filter_init(cli, args, OPT_FILTER, &tester->filter));
    if (args->operand_count == 0) {
        (void)pc_cli_usage(cli, "no file or folder with cases is named");
        return PC_ERR_USAGE;
    }
    for (size_t i = 0; i < args->operand_count && pc_args_has(args, OPT_WATCH); i++) {
        if (pc_str_eq(pc_str_from(args->operands[i]), PC_STR("-"))) {
            (void)pc_cli_usage(cli, "--watch watches files, and standard input is none");
            return PC_ERR_USAGE;
        }
    }
    cli->json = pc_test_reports_first(&tester->reports)->format == &pc_report_json;
    tester->reports.reports[0].verbose = pc_args_has(args, OPT_VERBOSE);
    tester->fail_fast = pc_args_has(args, OPT_FAIL_FAST);
    pc_policy_files_init(&tester->files);
    pc_case_accounts_init(&tester->accounts);
    PC_TRY(pc_case_runner_init(&tester->runner));
    tester->runner.no_index = pc_args_has(args, OPT_NO_INDEX);
    tester->runner.flags = pc_reading_flags(args);
    tester->runner.color = cli->color_out;
    tester->runner.wanted = pc_case_filter_wants;
    tester->runner.wanted_context = &tester->filter;
    pc_case_walk_init(&tester->walk, &tester->runner, events);
    return PC_OK;
}

static void release(struct tester *tester)
{
    pc_test_suite_release(&tester->suite);
    pc_watch_close(&tester->watch);
    pc_case_walk_release(&tester->walk);
    pc_case_runner_release(&tester->runner);
    pc_policy_files_release(&tester->files);
    pc_case_accounts_release(&tester->accounts);
    pc_test_reports_release(&tester->reports);
}

static int exit_of(const struct tester *tester, enum pc_status status)
{
    const struct pc_report *report = pc_test_reports_first(&tester->reports);
    if (status != PC_OK && tester->cli->out.error == 0) {
        return pc_cli_fail(tester->cli, status);
    }
    if (status != PC_OK || report->unreadable > 0) {
        return PC_EXIT_FAIL;
    }
    return report->failed > 0 || !tester->content ? PC_EXIT_NO : PC_EXIT_OK;
}

// Watching.

// On a terminal each run has the screen for itself.
static void write_heading(struct tester *tester, size_t number)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf heading = {0};
    struct pc_str changed = pc_buf_view(&tester->watch.changed);
    const char *terminal = getenv("TERM");
    char clock[16] = "";
    time_t seconds = time(NULL);
    struct tm local;
    if (isatty(STDOUT_FILENO) != 0 && terminal != NULL && strcmp(terminal, "dumb") != 0) {
        pc_buf_text(&tester->cli->out.text, "\033[H\033[2J");
        (void)pc_output_flush(&tester->cli->out);
    }
    if (localtime_r(&seconds, &local) != NULL) {
        (void)strftime(clock, sizeof(clock), "%H:%M:%S", &local);
    }
    pc_buf_format(&heading, "%srun %zu, %s", tester->cli->color_err ? "\033[1m" : "", number,
                  clock);
    if (number > 1) {
        pc_buf_text(&heading, ": ");
        pc_buf_printable(&heading, changed);
        pc_buf_text(&heading, changed.len > 0 ? " has changed" : "something has changed");
    }
    pc_buf_text(&heading, tester->cli->color_err ? "\033[0m\n" : "\n");
    pc_error_write(pc_buf_view(&heading));
}

static void watch_path(void *context, struct pc_str path)
{
    pc_watch_add(context, path);
}

// Forgets what was read, and begins to watch what is read next.
static void start_anew(struct tester *tester)
{
    struct pc_watch *watch = &tester->watch;
    pc_policy_files_release(&tester->files);
    pc_policy_files_init(&tester->files);
    pc_case_accounts_release(&tester->accounts);
    pc_case_accounts_init(&tester->accounts);
    tester->files.reading = watch_path;
    tester->files.context = watch;
    tester->accounts.reading = watch_path;
    tester->accounts.context = watch;
    pc_watch_begin(watch);
    for (size_t i = 0; i < tester->args->operand_count; i++) {
        pc_watch_add(watch, pc_str_from(tester->args->operands[i]));
    }
    for (size_t i = 1; i < tester->reports.count; i++) {
        pc_watch_ignore(watch, pc_str_from(tester->reports.paths[i]));
    }
    for (size_t i = 0; i < tester->suite.count; i++) {
        pc_watch_ignore(watch, pc_str_from(tester->suite.paths[i]));
    }
}

// Runs, and waits for a change, until something ends the process. Gives why it cannot go on.
static enum pc_status run_and_watch(struct tester *tester)
{
    struct pc_cli *cli = tester->cli;
    PC_TRY(pc_watch_open(&tester->watch, &cli->diags));
    for (size_t number = 1;; number++) {
        write_heading(tester, number);
        start_anew(tester);
        enum pc_status status = run_once(tester);
        if (status == PC_ERR_NOMEM || !pc_output_flush(&cli->out)) {
            return status == PC_OK ? PC_ERR_IO : status;
        }
        (void)exit_of(tester, status);
        pc_cli_tell(cli);
        PC_TRY(pc_watch_end(&tester->watch, &cli->diags));
        pc_error_write(PC_STR("waiting for a change; Ctrl-C ends\n"));
        PC_TRY(pc_watch_wait(&tester->watch, &cli->diags));
    }
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct tester tester = {.cli = cli, .args = args, .watch = {.fd = -1}};
    enum pc_status status = init(&tester);
    if (status == PC_OK) {
        status = pc_args_has(args, OPT_WATCH) ? run_and_watch(&tester) : run_once(&tester);
    }
    int exit_status = exit_of(&tester, status);
    release(&tester);
    return exit_status;
}

static const char details[] =
    "Each PATH is a file, or a folder of which every *.json and *.ndjson below is read, but what "
    "is hidden; \"-\" is standard input. Policies, manifests and dumps of the AWS CLI that lie "
    "there are passed over, which is told. A *.json file holds one case or an array of cases, an "
    "*.ndjson file one case a line. A case:\n"
    "  {\"name\": \"boundary limits what the identity policy allows\",\n"
    "   \"request\": {\"principal\", \"action\", \"resource\", \"resourceAccount\", \"context\"},\n"
    "   \"policies\": {\"identity\": [POLICY, ...], \"boundary\": [...], \"session\": [...],\n"
    "                \"resource\": [...], \"endpoint\": [...],\n"
    "                \"scp\": [[POLICY, ...], ...], \"rcp\": [[POLICY, ...], ...]},\n"
    "   \"expect\": {\"decision\": \"allowed\", \"implicitDeny\" or \"explicitDeny\",\n"
    "              \"blockedBy\": [policy types], \"statements\": [Sids or \"#N\"],\n"
    "              \"missingContext\": [condition keys]}}\n"
    "or \"expect\": {\"error\": \"POL0101\"} for a question that fails. A POLICY is a policy "
    "document, {\"name\", \"document\"}, or a path from the folder of the case, which may also be "
    "{\"file\": PATH, \"name\"}: the file holds the document, or what the AWS CLI prints of one "
    "policy, such as iam get-policy-version. A case may have remarks, which polcheck does not "
    "read: \"comment\", \"description\", \"id\", \"source\", \"tags\". scp and rcp hold one array "
    "for each level, from the root down. A boundary, session or endpoint that is absent restricts "
    "nothing, one that is [] allows nothing; so does a level of scp that is []. Without levels scp "
    "and rcp restrict nothing. Only what is in \"expect\" is compared. For the request see "
    "polcheck help eval.\n"
    "A table asks many questions of the same policies. Each row is a case of its own, named "
    "\"TABLE: "
    "ROW\":\n"
    "  {\"name\": \"photos\", \"policies\": {...}, \"expect\": {...},\n"
    "   \"request\": {what the rows share},\n"
    "   \"rows\": [{\"name\": \"reads\", \"request\": {\"action\": \"s3:GetObject\"},\n"
    "             \"expect\": {...}}, ...]}\n"
    "Each member of a row's request takes the place of the table's, and so does each key of its "
    "context; null there says that the key is absent. An \"expect\" of a row takes the place of "
    "the "
    "whole one of the table.\n"
    "In place of \"policies\" a case or table may have \"account\": an array of files and folders "
    "that are compiled as polcheck compile does, or \"store\": the path of a compiled store. Then "
    "who "
    "asks, and for what, says which policies count, and \"policies\" has only \"session\" and "
    "\"endpoint\".\n"
    "--coverage lists, for each file that holds policies, how many statements matched in some "
    "case, "
    "and how many sides of conditions were seen: a condition has two, it held and it did not hold, "
    "and is asked where action, resource and principal of its statement match. Below stands what "
    "is missing. A document counts once, however many cases name it.\n"
    "--mutate leaves out each statement and each condition, turns each effect around, widens each "
    "ARN to a star in its last field and each list to \"*\", each action to all of its service, "
    "principals to everybody, and takes each entry off NotAction, NotResource and NotPrincipal: "
    "one change at a time. A change with which every case still passes is listed with its place "
    "and a case that would notice. Changes that are proved to mean the same, or do not compile, do "
    "not count. Cases of a whole account cover its policies, but are not asked about changes.\n"
    "--threshold is compared with (statements that matched + sides seen) / (statements + sides) "
    "and, with --mutate, with the mutants noticed / those that count; rounded down to tenths. "
    "Without it one mutant that nobody notices is a failure.\n"
    "--format github adds a line for each failure that GitHub shows at the case's place in a pull "
    "request (of many it shows some); run it in the top folder of the repository.\n"
    "Exit status: 0 all cases passed, 1 some failed, as one does whose policies cannot be read, or "
    "less is covered or noticed than is asked for, 2 a file of cases could not be read or a report "
    "not written.";

static const struct pc_example examples[] = {
    {"polcheck test corpus", "Runs every case below the folder."},
    {"polcheck test tests --format github --report junit=results.xml",
     "In CI: annotations, and what other systems show."},
    {"polcheck test tests --coverage --threshold 90 --coverage-report cobertura=coverage.xml",
     "In CI: fails where too little is covered, and writes what other systems show."},
    {"polcheck test tests --mutate", "Lists what no case would notice if it were changed."},
    {"polcheck test tests --watch --filter 'photos: *reads'", "While policies are written."},
};

const struct pc_verb pc_verb_test = {
    .name = "test",
    .summary = "Runs cases: questions with their policies and expected answers.",
    .usage = "PATH... [--json | --format FORMAT] [--report FORMAT=FILE]..."
             " [--filter PATTERN]... [--fail-fast] [--watch] [-v] [--no-index]"
             " [--coverage] [--coverage-report FORMAT=FILE]... [--mutate] [--threshold PERCENT]",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
