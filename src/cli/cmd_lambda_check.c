// SPDX-License-Identifier: Apache-2.0
//
// Checks functions before production does (LAMBDA.md 8): whether their integrations are allowed
// what they need, and who else may call them.
#include "check_report.h"
#include "choice.h"
#include "function_choice.h"
#include "lambda/account_check.h"
#include "lambda_options.h"
#include "progress.h"
#include "question_options.h"
#include "readings.h"
#include "trusted.h"

enum option {
    OPT_STORE = PC_OPTION_OWN,
    OPT_JSON,
    OPT_FORMAT,
    OPT_FAIL_ON,
    OPT_QUIET,
    OPT_NOW,
    OPT_ORGANIZATION,
};

static const struct pc_option options[] = {
    {OPT_STORE, 's', "store", "STORE", "The compiled policies (polcheck compile).", false},
    PC_TRUST_OPTIONS,
    {OPT_FORMAT, 0, "format", "text|json|sarif", "How results are told; default: text.", false},
    {OPT_JSON, 0, "json", NULL, "Short for --format json; diagnostics are JSON objects, too.",
     false},
    {OPT_FAIL_ON, 0, "fail-on", "error|warning",
     "The least that makes the exit status 1; default: error.", false},
    {OPT_QUIET, 'q', "quiet", NULL, "Text: shows only what fails or warns.", false},
    {OPT_NOW, 0, "now", "TIME",
     "The time of the calls: 2024-05-01T12:00:00Z or seconds since 1970; default: the clock.",
     false},
    {OPT_ORGANIZATION, 0, "organization", "ID",
     "The organization of the functions' accounts: o-..., as aws:PrincipalOrgID has it.", false},
    PC_READING_OPTIONS,
};

// In the order of the words of --format.
static const struct pc_check_format *const formats[] = {&pc_check_people, &pc_check_json,
                                                        &pc_check_sarif};

struct job {
    struct pc_cli *cli;
    const struct pc_args *args;
    const struct pc_check_format *format;
    bool strict;                // warnings fail as well
    struct pc_str organization; // "": not told
    struct pc_asker asker;
    struct pc_arena arena; // of one function
    struct pc_check_report report;
};

// Options ----------------------------------------------------------------------------------------

static enum pc_status read_format(struct job *job)
{
    static const int ids[] = {OPT_FORMAT, OPT_JSON};
    size_t place;
    PC_TRY(pc_choice_format(job->cli, job->args, ids, 1, &place));
    job->format = formats[place];
    if (pc_args_has(job->args, OPT_QUIET) && job->format != &pc_check_people) {
        (void)pc_cli_usage(job->cli, "--quiet is for text alone, not for %s", job->format->name);
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

static enum pc_status read_options(struct job *job)
{
    size_t fail_on;
    PC_TRY(pc_choice_read(job->cli, job->args, OPT_FAIL_ON, PC_SEVERITY_ERROR, &fail_on));
    job->strict = fail_on == PC_SEVERITY_WARNING;
    if (!pc_args_has(job->args, OPT_STORE)) {
        (void)pc_cli_usage(job->cli, "the option \"--store\" is missing");
        return PC_ERR_USAGE;
    }
    job->asker.flags = pc_reading_flags(job->args);
    PC_TRY(read_format(job));
    PC_TRY(pc_lambda_organization(job->cli, job->args, OPT_ORGANIZATION, &job->organization));
    return pc_question_now(job->cli, pc_args_value(job->args, OPT_NOW), &job->asker.fixed_clock,
                           &job->asker.now);
}

// Checking ---------------------------------------------------------------------------------------

static void count_findings(struct pc_check_counts *counts, const struct pc_finding *findings)
{
    for (; findings != NULL; findings = findings->next) {
        counts->errors += findings->severity == PC_SEVERITY_ERROR;
        counts->warnings += findings->severity == PC_SEVERITY_WARNING;
    }
}

static void count(struct pc_check_counts *counts, const struct pc_checked_function *function)
{
    counts->functions++;
    counts->integrations += function->integration_count;
    count_findings(counts, function->dangers);
    for (const struct pc_checked *checked = function->integrations; checked != NULL;
         checked = checked->next) {
        count_findings(counts, checked->findings);
    }
}

static enum pc_status tell(struct job *job, const struct pc_checked_function *function)
{
    count(&job->report.counts, function);
    job->format->add(&job->report, function);
    PC_TRY(pc_buf_status(&job->cli->out.text));
    return pc_output_drain(&job->cli->out) ? PC_OK : PC_ERR_IO;
}

static enum pc_status check_functions(struct job *job, struct pc_checker *checker,
                                      const struct pc_function_choice *choice)
{
    struct pc_bar bar;
    enum pc_status status = PC_OK;
    pc_bar_begin(&bar, "checking functions");
    for (size_t i = 0; i < choice->count && status == PC_OK; i++) {
        struct pc_checked_function function;
        status = pc_check_function(checker, choice->arns[i], &job->cli->diags, &function);
        if (status == PC_OK) {
            status = tell(job, &function);
        }
        pc_arena_reset(&job->arena);
        pc_bar_step(&bar, i + 1, choice->count);
    }
    pc_bar_end(&bar);
    return status;
}

// What is wrong with all of them together is told of the whole store only.
static enum pc_status check_account(struct job *job, struct pc_checker *checker,
                                    struct pc_snapshot *snapshot)
{
    struct pc_finding *findings = NULL;
    if (job->args->operand_count > 0) {
        return PC_OK;
    }
    PC_TRY(pc_account_check(checker, snapshot, &job->cli->diags, &findings));
    count_findings(&job->report.counts, findings);
    job->format->account(&job->report, findings);
    return PC_OK;
}

static enum pc_status check_all(struct job *job, const struct pc_function_choice *choice)
{
    struct pc_function_policies policies;
    struct pc_checker checker = {&job->asker, &job->arena, &policies, job->organization};
    struct pc_snapshot *snapshot = pc_asker_snapshot(&job->asker);
    enum pc_status status = pc_function_policies_find(snapshot, &job->cli->arena, &policies);
    if (status == PC_OK) {
        status = check_functions(job, &checker, choice);
    }
    if (status == PC_OK) {
        status = check_account(job, &checker, snapshot);
    }
    return status;
}

static enum pc_status check(struct job *job)
{
    struct pc_function_choice choice;
    PC_TRY(read_options(job));
    PC_TRY(pc_trust_open(job->cli, job->args, pc_args_value(job->args, OPT_STORE), &job->asker));
    PC_TRY(pc_choose_functions(job->cli, &job->asker, job->args, &choice));
    job->format->begin(&job->report);
    PC_TRY(check_all(job, &choice));
    job->report.incomplete = job->cli->diags.errors > 0;
    job->format->end(&job->report);
    return pc_buf_status(&job->cli->out.text);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct job job = {.cli = cli, .args = args, .report = {.out = &cli->out}};
    cli->json = pc_args_has(args, OPT_JSON);
    job.report.color = cli->color_out;
    job.report.quiet = pc_args_has(args, OPT_QUIET);
    job.report.width = pc_output_width();
    pc_arena_init(&job.arena);
    enum pc_status status = check(&job);
    pc_asker_close(&job.asker);
    pc_arena_release(&job.arena);
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    if (cli->diags.errors > 0) {
        return PC_EXIT_FAIL; // something could not be asked, which is told
    }
    bool fails = job.report.counts.errors > 0 || (job.strict && job.report.counts.warnings > 0);
    return fails ? PC_EXIT_NO : PC_EXIT_OK;
}

static const struct pc_example examples[] = {
    {"polcheck lambda check --store build/demo.store", "Checks all functions of a store."},
    {"polcheck lambda check --store build/demo.store thumbs --format sarif",
     "Checks one function, for a tool that shows findings beside the lines of policies."},
};

const struct pc_verb pc_verb_lambda_check = {
    .name = "lambda check",
    .summary = "Checks integrations of functions, and who else may call.",
    .usage = "--store STORE [FUNCTION]... [--format FORMAT] [--fail-on SEVERITY] [--quiet]",
    .details =
        "For each trigger, poller, destination and attachment of a function it asks the policies "
        "what Lambda and the other service would ask. An integration is ok, WARN or FAIL. Of what "
        "fails it says which statement denies it or comes nearest to allowing it, how that shows "
        "in production, and a statement of least privilege that mends it, as JSON for the policy "
        "that it names. Then who outside could call the function, and other frequent mistakes. "
        "-> :NAME behind an integration is the version or alias that it calls.\n"
        "A FUNCTION is an ARN, ACCOUNT:function:NAME or NAME; without one all of the store are "
        "checked. Integrations are known from what the AWS CLI prints and from manifests; polcheck "
        "help compile says how.\n"
        "As JSON each function is an object on a line of its own: \"function\", \"mark\", "
        "\"integrations\" (each with \"kind\", \"mark\", \"findings\", \"mends\") and "
        "\"dangers\". What is found beside the functions, such as a role that several share, is "
        "the array \"account\" of a last object.\n"
        "Exit status: 0 nothing fails (with --fail-on warning: nor warns), 1 something does, 2 the "
        "check could not be made.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
