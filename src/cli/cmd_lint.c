// SPDX-License-Identifier: Apache-2.0
//
// Looks at policies by themselves: what cannot be read or compiled, and what can and still does not
// say what was meant.
#include "command.h"

#include "base/clock.h"
#include "choice.h"
#include "file.h"
#include "jobs.h"
#include "lint_findings.h"
#include "lint_listing.h"
#include "policy_types.h"
#include "progress.h"
#include "question_options.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>

enum option {
    OPT_TYPE = PC_OPTION_OWN,
    OPT_FORMAT,
    OPT_JSON,
    OPT_FAIL_ON,
    OPT_SEVERITY,
    OPT_ONLY,
    OPT_IGNORE,
    OPT_SUPPRESSIONS,
    OPT_NO_SUPPRESSIONS,
    OPT_SHOW_SUPPRESSED,
    OPT_REFERENCE,
    OPT_NOW,
    OPT_VERBOSE,
    OPT_JOBS,
};

static const struct pc_option options[] = {
    {OPT_TYPE, 't', "type", PC_POLICY_TYPE_WORDS,
     "What bare policy documents are; by default their text tells.", false},
    {OPT_FORMAT, 'f', "format", "people|json|sarif|github",
     "How findings are told; default: people.", false},
    {OPT_JSON, 0, "json", NULL, "Short for --format json; diagnostics are JSON objects, too.",
     false},
    {OPT_FAIL_ON, 0, "fail-on", "error|warning|suggestion|never",
     "The least that makes the exit status 1; default: error.", false},
    {OPT_SEVERITY, 0, "severity", "error|warning|suggestion",
     "The least that is shown; default: suggestion. All are counted.", false},
    {OPT_ONLY, 0, "only", "CODE",
     "Tells findings of this code alone, beside what cannot be read. May be repeated.", true},
    {OPT_IGNORE, 0, "ignore", "CODE", "Leaves findings of this code out. May be repeated.", true},
    {OPT_SUPPRESSIONS, 0, "suppressions", "FILE",
     "The findings to live with; default: " PC_LINT_SUPPRESSIONS_FILE ", if it is there.", false},
    {OPT_NO_SUPPRESSIONS, 0, "no-suppressions", NULL, "Suppresses nothing.", false},
    {OPT_SHOW_SUPPRESSED, 0, "show-suppressed", NULL, "Shows also what is suppressed, and why.",
     false},
    {OPT_REFERENCE, 0, "reference", "FILE",
     "AWS's service reference of another date than that of polcheck's own.", false},
    {OPT_NOW, 0, "now", "TIME",
     "The time that suppressions and conditions on the clock are judged by: 2024-05-01T12:00:00Z "
     "or seconds since 1970; "
     "default: the clock.",
     false},
    {OPT_VERBOSE, 'v', "verbose", NULL,
     "Tells on standard error which policies and suppressions there are.", false},
    {OPT_JOBS, 'j', "jobs", "N", "Threads that read files, 1 to 64; by default one a processor.",
     false},
};

// In the order of the words of --format, --fail-on and --severity.
static const struct pc_lint_format *const formats[] = {&pc_lint_people, &pc_lint_json,
                                                       &pc_lint_sarif, &pc_lint_github};
_Static_assert(PC_SEVERITY_ERROR == 0 && PC_SEVERITY_WARNING == 1 && PC_SEVERITY_SUGGESTION == 2,
               "the order of the words");
enum {
    JSON = 1,
    NEVER = PC_SEVERITY_SUGGESTION + 1,
};

struct job {
    struct pc_cli *cli;
    const struct pc_args *args;
    const struct pc_lint_format *format;
    enum pc_policy_type type;
    size_t fail_on, severity;
    bool fixed_clock;
    int64_t now;
    struct pc_lint_choice choice;
    struct pc_suppressions suppressions;
    struct pc_buf told; // -v
    struct pc_lint_run run;
    struct pc_lint_listing listing;
};

// Options ----------------------------------------------------------------------------------------

static enum pc_status read_options(struct job *job)
{
    static const int format_ids[] = {OPT_FORMAT, OPT_JSON};
    struct pc_cli *cli = job->cli;
    const struct pc_args *args = job->args;
    size_t format = 0;
    PC_TRY(pc_policy_type_read(cli, args, OPT_TYPE, &job->type));
    PC_TRY(pc_choice_format(cli, args, format_ids, JSON, &format));
    PC_TRY(pc_choice_read(cli, args, OPT_FAIL_ON, PC_SEVERITY_ERROR, &job->fail_on));
    PC_TRY(pc_choice_read(cli, args, OPT_SEVERITY, PC_SEVERITY_SUGGESTION, &job->severity));
    PC_TRY(pc_choice_codes(cli, args, OPT_ONLY, &job->choice.only, &job->choice.only_count));
    PC_TRY(
        pc_choice_codes(cli, args, OPT_IGNORE, &job->choice.ignored, &job->choice.ignored_count));
    PC_TRY(pc_question_now(cli, pc_args_value(args, OPT_NOW), &job->fixed_clock, &job->now));
    job->now = job->fixed_clock ? job->now : (int64_t)time(NULL);
    job->format = formats[format];
    if (pc_args_has(args, OPT_SUPPRESSIONS) && pc_args_has(args, OPT_NO_SUPPRESSIONS)) {
        (void)pc_cli_usage(cli, "--suppressions and --no-suppressions exclude each other");
        return PC_ERR_USAGE;
    }
    if (args->operand_count == 0) {
        (void)pc_cli_usage(cli, "no file or folder to look at is named");
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

// What is read beside the policies ---------------------------------------------------------------

// The file of the option, else the one that is there by itself. Only that it is not there is no
// failure.
static struct pc_str suppressions_path(const struct job *job)
{
    const char *named = pc_args_value(job->args, OPT_SUPPRESSIONS);
    struct stat about;
    if (named != NULL) {
        return pc_str_from(named);
    }
    bool none = pc_args_has(job->args, OPT_NO_SUPPRESSIONS) ||
                (lstat(PC_LINT_SUPPRESSIONS_FILE, &about) != 0 && errno == ENOENT);
    return none ? PC_STR("") : PC_STR(PC_LINT_SUPPRESSIONS_FILE);
}

// -v
static void tell_suppressions(struct job *job)
{
    struct pc_buf *out = &job->told;
    size_t number = job->suppressions.count;
    struct pc_json_writer writer;
    if (!job->cli->json) {
        pc_buf_printable(out, job->suppressions.path);
        pc_buf_text(out, ": ");
        pc_write_count(out, number, "suppression", "suppressions");
        pc_buf_byte(out, '\n');
        return;
    }
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "file");
    pc_json_string(&writer, job->suppressions.path);
    pc_json_key(&writer, "suppressions");
    pc_json_number(&writer, (int64_t)number);
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}

static enum pc_status read_suppressions(struct job *job)
{
    struct pc_str path = suppressions_path(job);
    bool named = pc_args_has(job->args, OPT_SUPPRESSIONS);
    if (path.len == 0 && !named) {
        return PC_OK;
    }
    PC_TRY(pc_suppressions_read(&job->cli->arena, path, job->now, &job->cli->diags,
                                &job->suppressions));
    tell_suppressions(job);
    return PC_OK;
}

static enum pc_status read_reference(struct job *job)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_cli *cli = job->cli;
    const char *path = pc_args_value(job->args, OPT_REFERENCE);
    struct pc_str text;
    if (path == NULL) {
        return pc_catalog_builtin(&cli->arena, &job->run.catalog);
    }
    PC_TRY(pc_file_read(pc_str_from(path), &cli->diags, &bytes));
    PC_TRY(pc_arena_copy(&cli->arena, pc_buf_view(&bytes), &text));
    return pc_catalog_read(&cli->arena, pc_file_name(pc_str_from(path)), text, &cli->diags,
                           &job->run.catalog);
}

// Looking and telling ----------------------------------------------------------------------------

static enum pc_status look(struct job *job)
{
    struct pc_cli *cli = job->cli;
    struct pc_lint_run *run = &job->run;
    struct pc_policies_input input = {.type = job->type};
    struct pc_bar bar;
    struct pc_str *paths = pc_arena_array(&cli->arena, job->args->operand_count, sizeof(*paths));
    if (paths == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < job->args->operand_count; i++) {
        paths[i] = pc_str_from(job->args->operands[i]);
    }
    input.from.paths = paths;
    input.from.count = job->args->operand_count;
    PC_TRY(pc_jobs_read(cli, job->args, OPT_JOBS, &input.from.jobs));
    run->arena = &cli->arena;
    run->now = job->now;
    run->json = cli->json;
    run->step = pc_bar_step;
    run->context = &bar;
    run->told = pc_args_has(job->args, OPT_VERBOSE) ? &job->told : NULL;
    pc_bar_begin(&bar, "looking at policies");
    enum pc_status status = pc_lint_run(run, &input);
    pc_bar_end(&bar);
    return status;
}

// That there is nothing to look at must not read as that nothing is wrong.
static enum pc_status note_nothing(struct job *job)
{
    struct pc_lint_run *run = &job->run;
    struct pc_diags diags;
    pc_diags_init(&diags, run->arena);
    if (run->policies > 0 || run->count > 0 || run->unread.errors > 0) {
        return PC_OK;
    }
    pc_diag_report(&diags, PC_DIAG_LINT_NOTHING, (struct pc_place){.file = PC_STR("")},
                   "no policy was found");
    return diags.first == NULL ? PC_ERR_NOMEM : pc_lint_run_add(run, diags.first);
}

static void count(struct pc_lint_counts *counts, const struct pc_lint_finding *finding)
{
    if (finding->suppression != NULL) {
        counts->suppressed++;
    } else {
        counts->found[finding->diag.severity]++;
    }
}

static enum pc_status tell(struct job *job, const struct pc_lint_findings *findings)
{
    struct pc_lint_listing *listing = &job->listing;
    bool suppressed = job->format->suppressed || pc_args_has(job->args, OPT_SHOW_SUPPRESSED);
    job->format->begin(listing);
    for (size_t i = 0; i < findings->count; i++) {
        const struct pc_lint_finding *finding = findings->items[i];
        count(&listing->counts, finding);
        if (finding->diag.severity <= job->severity &&
            (finding->suppression == NULL || suppressed)) {
            PC_TRY(job->format->add(listing, finding));
        }
        PC_TRY(pc_buf_status(&job->cli->out.text));
        if (!pc_output_drain(&job->cli->out)) {
            return PC_OK; // main says that it cannot be written
        }
    }
    job->format->end(listing);
    return pc_buf_status(&job->cli->out.text);
}

static enum pc_status lint(struct job *job)
{
    struct pc_lint_findings findings;
    struct pc_lint_listing *listing = &job->listing;
    PC_TRY(read_options(job));
    PC_TRY(read_suppressions(job));
    PC_TRY(read_reference(job));
    PC_TRY(look(job));
    PC_TRY(note_nothing(job));
    PC_TRY(pc_lint_findings_make(&job->run, &job->suppressions, &job->choice, &findings));
    if (pc_args_has(job->args, OPT_VERBOSE)) {
        pc_error_write(pc_buf_view(&job->told));
    }
    pc_diags_append(&job->cli->diags, &job->run.unread);
    listing->import = job->run.import;
    listing->incomplete = job->run.unread.errors > 0;
    listing->counts.policies = job->run.policies;
    listing->counts.refused = job->run.refused;
    return tell(job, &findings);
}

static bool fails(const struct job *job)
{
    size_t found = 0;
    for (size_t i = 0; i <= PC_SEVERITY_SUGGESTION && i <= job->fail_on; i++) {
        found += job->listing.counts.found[i];
    }
    return job->fail_on != NEVER && found > 0;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct job job = {.cli = cli, .args = args};
    job.listing = (struct pc_lint_listing){.out = &cli->out,
                                           .arena = &cli->arena,
                                           .color = cli->color_out,
                                           .width = pc_output_width()};
    cli->json = pc_args_has(args, OPT_JSON);
    enum pc_status status = lint(&job);
    pc_buf_release(&job.told);
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    if (cli->diags.errors > 0) {
        return PC_EXIT_FAIL; // something could not be read, which is told
    }
    return fails(&job) ? PC_EXIT_NO : PC_EXIT_OK;
}

static const struct pc_example examples[] = {
    {"polcheck lint policies", "Looks at everything below policies."},
    {"polcheck lint policies --format sarif > lint.sarif",
     "The same, for what shows findings beside the lines of files."},
    {"polcheck lint --type scp - < guard.json", "Looks at one policy, as one of an organization."},
    {"polcheck help POL0200", "Says more of a finding: why, and what to do."},
};

const struct pc_verb pc_verb_lint = {
    .name = "lint",
    .summary = "Finds what policies say by mistake.",
    .usage = "PATH... [--type TYPE] [--format FORMAT] [--fail-on SEVERITY]"
             " [--severity SEVERITY] [--only CODE]... [--ignore CODE]..."
             " [--suppressions FILE | --no-suppressions] [--show-suppressed]",
    .details =
        "Each PATH is a file, or a folder of which every *.json below is read; \"-\" is standard "
        "input: bare policy documents, what the AWS CLI prints, manifests, as polcheck help "
        "compile "
        "has them. Cases of polcheck test are passed over, which is told. Nobody has to hold a "
        "policy here. Of a document of which nothing else says "
        "what it is, --type says it; else it is guessed: with a Principal it is a resource-based "
        "policy (a trust policy, when all actions are of sts:AssumeRole*, sts:TagSession, "
        "sts:SetSourceIdentity or sts:SetContext; a key policy, when all are of kms), else an "
        "identity policy.\n"
        "A finding has a code, a severity (error, warning, suggestion) and a place. What cannot be "
        "read or compiled is an error; only policies without one are looked at for more. "
        "polcheck help CODE says why it matters, and what to do.\n"
        "Findings to live with stand in a file, each with a reason and the last day on which that "
        "holds, in UTC:\n"
        "  {\"polcheck-lint\": 1,\n"
        "   \"suppressions\": [{\"code\": \"POL0511\", \"reason\": \"...\", \"until\": "
        "\"2027-01-31\",\n"
        "                     \"file\": \"policies/**/*.json\", \"policy\": NAME,\n"
        "                     \"statement\": SID}]}\n"
        "file, policy and statement may be left out. Paths begin in the file's folder; * and ? "
        "stand for what is in a name, ** for any folders. A statement without Sid is \"#N\", by "
        "its place from 0. What has expired counts again, and is warned of (POL1321); an entry "
        "that "
        "suppresses nothing is told, too (POL1322).\n"
        "Exit status: 0 nothing that fails, 1 a finding of --fail-on or worse, 2 something could "
        "not be read, or not be done.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
