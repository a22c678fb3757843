// SPDX-License-Identifier: Apache-2.0
//
// One question, from options or a case, or many of them from a file.
#include "command.h"

#include "answer.h"
#include "base/clock.h"
#include "batch.h"
#include "case.h"
#include "eval/form.h"
#include "file.h"
#include "jobs.h"
#include "question_options.h"
#include "readings.h"

enum option {
    OPT_STORE = PC_OPTION_OWN,
    OPT_PRINCIPAL,
    OPT_ACTION,
    OPT_RESOURCE,
    OPT_ACCOUNT,
    OPT_CONTEXT,
    OPT_CONTEXT_JSON,
    OPT_CASE,
    OPT_BATCH,
    OPT_JOBS,
    OPT_NOW,
    OPT_JSON,
    OPT_NO_INDEX,
};

static const struct pc_option options[] = {
    {OPT_STORE, 's', "store", "STORE", "The compiled policies (polcheck compile).", false},
    {OPT_PRINCIPAL, 'p', "principal", "PRINCIPAL",
     "Who asks: an ARN, a service such as s3.amazonaws.com, \"*\" for an unsigned request, or a "
     "JSON "
     "object as in a case.",
     false},
    {OPT_ACTION, 'a', "action", "ACTION", "The action, such as s3:GetObject.", false},
    {OPT_RESOURCE, 'r', "resource", "RESOURCE",
     "The resource's ARN, or \"*\" for an action without one.", false},
    {OPT_ACCOUNT, 0, "resource-account", "ID",
     "The account that owns the resource, where the ARN does not say it.", false},
    {OPT_CONTEXT, 'c', "context", "KEY=VALUE", "A context key with one value; repeatable.", true},
    {OPT_CONTEXT_JSON, 0, "context-json", "JSON",
     "An object of context keys with typed values, also arrays; or @FILE; repeatable.", true},
    {OPT_CASE, 0, "case", "FILE", "Answers the one case in the file (\"-\": standard input).",
     false},
    {OPT_BATCH, 'b', "batch", NULL,
     "Answers requests, one JSON object a line, of the file or of standard input.", false},
    {OPT_JOBS, 'j', "jobs", "N",
     "Threads that answer a batch; default: one for each processor. The answers keep their order.",
     false},
    {OPT_NOW, 0, "now", "TIME",
     "The time of the request: 2024-05-01T12:00:00Z or seconds since 1970; default: the clock.",
     false},
    {OPT_JSON, 0, "json", NULL, "Prints the answer and the diagnostics as JSON objects.", false},
    {OPT_NO_INDEX, 0, "no-index", NULL, NULL, false},
    PC_READING_OPTIONS,
};

// What the options say about any kind of question.
struct setting {
    const struct pc_args *args;
    unsigned flags;
    bool fixed_clock;
    int64_t now;
};

static int exit_of(enum pc_decision decision)
{
    return decision == PC_DECISION_ALLOWED ? PC_EXIT_OK : PC_EXIT_NO;
}

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

// One question from options.

static struct pc_form form_of(struct pc_cli *cli, const char *option)
{
    return (struct pc_form){pc_option_place(option), &cli->diags};
}

static enum pc_status read_context(struct pc_cli *cli, const struct pc_args *args,
                                   struct pc_request *request)
{
    for (size_t i = 0; i < args->given_count; i++) {
        const struct pc_given *given = &args->given[i];
        if (given->option->id == OPT_CONTEXT) {
            PC_TRY(pc_question_context(cli, given->value, request));
        } else if (given->option->id == OPT_CONTEXT_JSON) {
            PC_TRY(pc_question_context_json(cli, given->value, request));
        }
    }
    return PC_OK;
}

static enum pc_status need(struct pc_cli *cli, const struct pc_args *args, int id, const char *name,
                           const char **out)
{
    *out = pc_args_value(args, id);
    if (*out == NULL) {
        (void)pc_cli_usage(cli, "the option \"--%s\" is missing", name);
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

static enum pc_status read_question(struct pc_cli *cli, const struct pc_args *args,
                                    struct pc_request *request)
{
    const struct pc_form of_action = form_of(cli, "--action");
    const struct pc_form of_resource = form_of(cli, "--resource");
    const struct pc_form of_account = form_of(cli, "--resource-account");
    const char *account = pc_args_value(args, OPT_ACCOUNT);
    const char *principal, *action, *resource;
    PC_TRY(need(cli, args, OPT_PRINCIPAL, "principal", &principal));
    PC_TRY(need(cli, args, OPT_ACTION, "action", &action));
    PC_TRY(need(cli, args, OPT_RESOURCE, "resource", &resource));
    request->action = pc_str_from(action);
    request->resource = pc_str_from(resource);
    PC_TRY(pc_question_principal(cli, principal, &request->caller));
    PC_TRY(pc_form_action(&of_action, request->action));
    PC_TRY(pc_form_resource(&of_resource, request->resource));
    if (account != NULL) {
        request->resource_account = pc_str_from(account);
        request->account_place = of_account.place;
        PC_TRY(pc_form_account(&of_account, request->resource_account));
    }
    return read_context(cli, args, request);
}

static void set_asker(struct pc_asker *asker, const struct setting *setting)
{
    asker->flags = setting->flags;
    asker->fixed_clock = setting->fixed_clock;
    asker->now = setting->now;
}

static enum pc_status ask_store(struct pc_cli *cli, const struct setting *setting,
                                struct pc_asker *asker, int *exit_status)
{
    const struct pc_asking asking = {&cli->arena, pc_option_place(""), &cli->diags};
    struct pc_request request = {0};
    struct pc_answer answer;
    const char *store;
    PC_TRY(read_question(cli, setting->args, &request));
    PC_TRY(need(cli, setting->args, OPT_STORE, "store", &store));
    PC_TRY(pc_asker_open(asker, store, &cli->diags));
    PC_TRY(pc_asker_ask(asker, &asking, &request, &answer));
    PC_TRY(pc_asker_reasons(asker, &answer));
    const struct pc_reply reply = {.request = &request, .answer = &answer};
    print_reply(cli, &reply);
    *exit_status = exit_of(answer.decision);
    return PC_OK;
}

// A batch.

static enum pc_status ask_batch(struct pc_cli *cli, const struct setting *setting,
                                struct pc_asker *asker, int *exit_status)
{
    const struct pc_args *args = setting->args;
    struct pc_batch_counts counts = {0, 0};
    const char *path = args->operand_count > 0 ? args->operands[0] : "-";
    const char *store;
    PC_TRY(need(cli, args, OPT_STORE, "store", &store));
    PC_TRY(pc_asker_open(asker, store, &cli->diags));
    struct pc_batch_options batch = {.path = pc_str_from(path)};
    PC_TRY(pc_jobs_read(cli, args, OPT_JOBS, &batch.jobs));
    enum pc_status status = pc_batch_run(asker, &batch, &cli->out, &cli->diags, &counts);
    *exit_status = counts.bad > 0 || cli->out.error != 0 ? PC_EXIT_FAIL : PC_EXIT_OK;
    if (counts.bad > 0 && cli->out.error == 0) {
        pc_diag_report(&cli->diags, PC_DIAG_REQUEST_MEMBER, pc_option_place(""),
                       "%zu of %zu %s could not be answered; the answers say why", counts.bad,
                       counts.lines, counts.lines == 1 ? "request" : "requests");
    }
    return cli->out.error != 0 ? PC_OK : status; // main tells what is wrong with the output
}

// A case.

// The one case of a file.
static enum pc_status only_case(struct pc_cli *cli, const struct pc_case_source *source,
                                const struct pc_json **json)
{
    const struct pc_json *document;
    const struct pc_json_source text = {.file = source->file, .text = source->text};
    PC_TRY(pc_json_parse(&cli->arena, &text, &cli->diags, &document));
    if (document->type == PC_JSON_ARRAY && document->count != 1) {
        pc_diag_report(&cli->diags, PC_DIAG_REQUEST_MEMBER, pc_json_place(source->file, document),
                       "the file holds %u cases, not one", document->count);
        pc_diag_hint(&cli->diags, "polcheck test runs all cases of a file");
        return PC_ERR_INVALID;
    }
    *json = document->type == PC_JSON_ARRAY ? &document->items[0] : document;
    return PC_OK;
}

static enum pc_status decide_case(struct pc_cli *cli, const struct setting *setting,
                                  const struct pc_case_source *source, struct pc_scratch *scratch,
                                  int *exit_status)
{
    const struct pc_json *json;
    struct pc_case subject;
    struct pc_request request;
    struct pc_policies policies;
    struct pc_answer answer;
    int64_t now = setting->fixed_clock ? setting->now : pc_clock_now();
    PC_TRY(only_case(cli, source, &json));
    PC_TRY(pc_case_read(source, json, &subject));
    PC_TRY(pc_case_prepare(source, &subject, now, &request, &policies));
    PC_TRY(pc_decide(&policies, &request, setting->flags, scratch, &answer));
    const struct pc_reply reply = {.request = &request, .answer = &answer};
    print_reply(cli, &reply);
    *exit_status = exit_of(answer.decision);
    return PC_OK;
}

static enum pc_status ask_case(struct pc_cli *cli, const struct setting *setting,
                               struct pc_asker *asker, int *exit_status)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_str path = pc_str_from(pc_args_value(setting->args, OPT_CASE));
    PC_TRY(pc_file_read(path, &cli->diags, &bytes));
    PC_TRY(pc_scratch_new(&asker->scratch));
    const struct pc_case_source source = {&cli->arena, pc_file_name(path), pc_buf_view(&bytes),
                                          &cli->diags};
    return decide_case(cli, setting, &source, asker->scratch, exit_status);
}

// Which kind of question it is.

// Refuses options that belong to another kind of question than the chosen one.
static enum pc_status check_mixture(struct pc_cli *cli, const struct pc_args *args)
{
    bool by_case = pc_args_has(args, OPT_CASE);
    bool by_batch = pc_args_has(args, OPT_BATCH);
    for (size_t i = 0; i < args->given_count; i++) {
        const struct pc_option *option = args->given[i].option;
        bool of_question = option->id >= OPT_PRINCIPAL && option->id <= OPT_CONTEXT_JSON;
        if (by_case && (of_question || option->id == OPT_STORE || option->id == OPT_BATCH)) {
            (void)pc_cli_usage(cli, "--case says all that is asked; \"--%s\" does not go with it",
                               option->name);
            return PC_ERR_USAGE;
        }
        if (!by_batch && option->id == OPT_JOBS) {
            (void)pc_cli_usage(cli, "\"--jobs\" goes with --batch only");
            return PC_ERR_USAGE;
        }
        if (by_batch && of_question) {
            (void)pc_cli_usage(
                cli, "--batch takes its requests from lines; \"--%s\" does not go with it",
                option->name);
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

static enum pc_status read_setting(struct pc_cli *cli, const struct pc_args *args,
                                   struct setting *setting)
{
    setting->args = args;
    setting->flags = pc_reading_flags(args);
    setting->flags |= pc_args_has(args, OPT_NO_INDEX) ? PC_DECIDE_NO_INDEX : 0;
    return pc_question_now(cli, pc_args_value(args, OPT_NOW), &setting->fixed_clock, &setting->now);
}

static enum pc_status ask(struct pc_cli *cli, const struct pc_args *args, struct pc_asker *asker,
                          int *exit_status)
{
    struct setting setting;
    PC_TRY(check_mixture(cli, args));
    PC_TRY(read_setting(cli, args, &setting));
    set_asker(asker, &setting);
    if (pc_args_has(args, OPT_CASE)) {
        return ask_case(cli, &setting, asker, exit_status);
    }
    if (pc_args_has(args, OPT_BATCH)) {
        return ask_batch(cli, &setting, asker, exit_status);
    }
    return ask_store(cli, &setting, asker, exit_status);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct pc_asker asker = {0};
    int exit_status = PC_EXIT_FAIL;
    cli->json = pc_args_has(args, OPT_JSON);
    enum pc_status status = ask(cli, args, &asker, &exit_status);
    pc_asker_close(&asker);
    return status == PC_OK ? exit_status : pc_cli_fail(cli, status);
}

static const char details[] =
    "A case is the JSON object {\"name\", \"request\", \"policies\", \"expect\"}; polcheck help "
    "test shows "
    "it. A request, in a case and in a line of a batch, is:\n"
    "  {\"principal\": PRINCIPAL, \"action\": \"service:Name\", \"resource\": ARN or \"*\",\n"
    "   \"resourceAccount\": \"12 digits\", \"context\": {KEY: string, number, boolean or array}}\n"
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
