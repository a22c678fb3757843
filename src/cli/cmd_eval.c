// SPDX-License-Identifier: Apache-2.0
//
// One question, from options or a case, or many of them from a file.
#include "command.h"

#include "answer.h"
#include "batch.h"
#include "explanation.h"
#include "jobs.h"
#include "question.h"
#include "question_options.h"

enum option {
    OPT_BATCH = PC_OPTION_OWN,
    OPT_JOBS,
    OPT_EXPLAIN,
    OPT_JSON,
};

static const struct pc_option options[] = {
    PC_QUESTION_OPTIONS,
    {OPT_BATCH, 'b', "batch", NULL,
     "Answers requests, one JSON object a line, of the file or of standard input.", false},
    {OPT_JOBS, 'j', "jobs", "N",
     "Threads that answer a batch; default: one for each processor. The answers keep their order.",
     false},
    {OPT_EXPLAIN, 'x', "explain", NULL,
     "Explains the answer as polcheck explain does; not with --batch.", false},
    {OPT_JSON, 0, "json", NULL, "Prints the answer and the diagnostics as JSON objects.", false},
};

static void print_reply(struct pc_cli *cli, const struct pc_reply *reply)
{
    struct pc_json_writer writer;
    if (!cli->json) {
        pc_reply_write_text(&cli->out.text, reply, cli->color_out);
        return;
    }
    pc_json_writer_init(&writer, &cli->out.text, false);
    pc_reply_write_json(&writer, reply);
    pc_buf_byte(&cli->out.text, '\n');
}

// One question.

static enum pc_status explain(struct pc_cli *cli, struct pc_cli_question *question)
{
    struct pc_explanation explanation;
    PC_TRY(pc_cli_question_explain(cli, question, &explanation));
    pc_explanation_print(cli, &explanation, false);
    return PC_OK;
}

static int answer_one(struct pc_cli *cli, const struct pc_args *args)
{
    struct pc_cli_question question = {0};
    const struct pc_reply reply = {.request = &question.request, .answer = &question.answer};
    int exit_status = PC_EXIT_FAIL;
    enum pc_status status = pc_cli_question_ask(cli, args, &question);
    if (status == PC_OK && pc_args_has(args, OPT_EXPLAIN)) {
        status = explain(cli, &question);
    } else if (status == PC_OK) {
        print_reply(cli, &reply);
    }
    if (status == PC_OK) {
        exit_status = pc_cli_question_exit(&question);
    }
    if (exit_status == PC_EXIT_NO) { // who is allowed has no use for it, and it takes its time
        status = pc_cli_question_names(cli, args, &question);
    }
    pc_cli_question_release(&question);
    return status == PC_OK ? exit_status : pc_cli_fail(cli, status);
}

// A batch.

static enum pc_status ask_batch(struct pc_cli *cli, const struct pc_args *args,
                                struct pc_asker *asker, int *exit_status)
{
    struct pc_batch_counts counts = {0, 0};
    const char *path = args->operand_count > 0 ? args->operands[0] : "-";
    PC_TRY(pc_cli_question_set(cli, args, asker));
    PC_TRY(pc_cli_question_open(cli, args, asker));
    cli->out.by_lines = true;
    struct pc_batch_options batch = {.path = pc_str_from(path)};
    PC_TRY(pc_jobs_read(cli, args, OPT_JOBS, &batch.jobs));
    enum pc_status status = pc_batch_run(asker, &batch, &cli->out, &cli->diags, &counts);
    *exit_status = counts.bad > 0 || cli->out.error != 0 ? PC_EXIT_FAIL : PC_EXIT_OK;
    if (status == PC_OK && counts.bad > 0 && cli->out.error == 0) {
        pc_diag_report(&cli->diags, PC_DIAG_REQUEST_MEMBER, pc_option_place(""),
                       "%zu of %zu %s could not be answered; the answers say why", counts.bad,
                       counts.lines, counts.lines == 1 ? "request" : "requests");
    }
    return cli->out.error != 0 ? PC_OK : status; // main tells what is wrong with the output
}

static int answer_batch(struct pc_cli *cli, const struct pc_args *args)
{
    struct pc_asker asker = {0};
    int exit_status = PC_EXIT_FAIL;
    enum pc_status status = ask_batch(cli, args, &asker, &exit_status);
    pc_asker_close(&asker);
    return status == PC_OK ? exit_status : pc_cli_fail(cli, status);
}

// Refuses options that belong to another kind of question than the chosen one.
static enum pc_status check_mixture(struct pc_cli *cli, const struct pc_args *args)
{
    bool by_batch = pc_args_has(args, OPT_BATCH);
    if (by_batch && pc_args_has(args, PC_OPTION_CASE)) {
        (void)pc_cli_usage(cli, "--case says all that is asked; \"--batch\" does not go with it");
        return PC_ERR_USAGE;
    }
    if (!by_batch && pc_args_has(args, OPT_JOBS)) {
        (void)pc_cli_usage(cli, "\"--jobs\" goes with --batch only");
        return PC_ERR_USAGE;
    }
    for (size_t i = 0; by_batch && i < args->given_count; i++) {
        const struct pc_option *option = args->given[i].option;
        if (pc_option_asks(option)) {
            (void)pc_cli_usage(
                cli, "--batch takes its requests from lines; \"--%s\" does not go with it",
                option->name);
            return PC_ERR_USAGE;
        }
        if (option->id == OPT_EXPLAIN) {
            (void)pc_cli_usage(cli, "--explain explains one answer; it does not go with --batch");
            return PC_ERR_USAGE;
        }
    }
    if (args->operand_count > (by_batch ? 1U : 0U)) {
        (void)pc_cli_usage(cli, "\"%s\" is one operand too many",
                           args->operands[args->operand_count - 1]);
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    cli->json = pc_args_has(args, OPT_JSON);
    enum pc_status status = check_mixture(cli, args);
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    return pc_args_has(args, OPT_BATCH) ? answer_batch(cli, args) : answer_one(cli, args);
}

static const char details[] =
    "A case is the JSON object {\"name\", \"request\", \"policies\", \"expect\"}; polcheck help "
    "test shows "
    "it. A request, in a case and in a line of a batch, is:\n"
    "  {\"principal\": PRINCIPAL, \"action\": \"service:Name\", \"resource\": ARN or \"*\",\n"
    "   \"resourceAccount\": \"12 digits\",\n"
    "   \"context\": {KEY: string, number, boolean or array}}\n"
    "and in a batch an \"id\" that the answer repeats. PRINCIPAL is a string, or an object that "
    "says "
    "what an ARN does not:\n"
    "  {\"arn\", \"role\", \"parent\", \"id\", \"services\", \"tags\"} or {\"federated\": "
    "PROVIDER}\n"
    "A context value of null says that the key is absent, also where it could be derived. Blank "
    "lines "
    "of a batch are skipped; a line that cannot be answered gets {\"id\", \"error\": {\"code\", "
    "\"message\"}} in its place.\n"
    "An answer as JSON has \"decision\", \"matchedStatements\" (who decided), \"blockedBy\" (each "
    "policy type that stopped what identity and resource policies let through), "
    "\"missingContext\"; a refusal also \"primary\", the first policy type that refused, and "
    "\"message\", the sentence of AWS's error.\n"
    "Exit status: 0 allowed, 1 denied, 2 the question could not be asked; of a batch 0 when every "
    "line "
    "was answered, else 2.";

static const struct pc_example examples[] = {
    {"polcheck eval -s build/demo.store -p arn:aws:iam::111122223333:user/alice -a s3:GetObject "
     "-r arn:aws:s3:::photos/studio/cat.jpg",
     "Asks a store one question."},
    {"polcheck eval --case case.json --json", "Answers a case as JSON."},
    {"polcheck eval --store build/demo.store --batch requests.ndjson", "Answers many requests."},
};

const struct pc_verb pc_verb_eval = {
    .name = "eval",
    .summary = "Says whether a principal may do an action on a resource, and why.",
    .usage = "--store STORE --principal P --action A --resource R [--context KEY=VALUE]...\n"
             "--case FILE\n"
             "--store STORE --batch [FILE]",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
