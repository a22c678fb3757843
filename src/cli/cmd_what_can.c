// SPDX-License-Identifier: Apache-2.0
//
// What a principal can do, of all that the store's policies allow.
#include "command.h"

#include "asked_names.h"
#include "near_principal.h"
#include "question.h"
#include "question_options.h"
#include "reach/what_can.h"
#include "reach_report.h"

enum option {
    OPT_ACTION = PC_OPTION_OWN,
    OPT_RESOURCE,
    OPT_SERVICE,
    OPT_EXPAND,
    OPT_JSON,
};

static const struct pc_option options[] = {
    PC_STORE_OPTIONS,
    {OPT_ACTION, 'a', "action", "PATTERN", "Only what is of these actions, such as \"s3:Get*\".",
     false},
    {OPT_RESOURCE, 'r', "resource", "PATTERN",
     "Only what is about these resources: an ARN, with or without wildcards.", false},
    {OPT_SERVICE, 0, "service", "NAME", "Only what is of the actions of this service, such as s3.",
     false},
    {OPT_EXPAND, 'e', "expand", NULL,
     "Tells each action that AWS has by a pattern, and not the pattern.", false},
    PC_FACT_OPTIONS,
    {OPT_JSON, 0, "json", NULL, "Prints an object a line for each thing that can be done.", false},
    PC_NO_ACCOUNT_LINK_OPTIONS,
};

// "s3" of "s3:GetObject", "*" of "*".
static struct pc_str service_of(const struct pc_way *way)
{
    return pc_str_slice(way->actions[0], 0, pc_str_find(way->actions[0], ':', 0));
}

static void write_text(struct pc_cli *cli, const struct pc_what_can *found)
{
    struct pc_buf *out = &cli->out.text;
    struct pc_str service = PC_STR("");
    for (size_t i = 0; i < found->count && pc_output_drain(&cli->out); i++) {
        if (!pc_str_eq_icase(service_of(found->ways[i]), service)) {
            service = service_of(found->ways[i]);
            pc_buf_text(out, cli->color_out ? "\033[1m" : "");
            pc_buf_printable(out,
                             pc_str_eq(service, PC_STR("*")) ? PC_STR("all services") : service);
            pc_buf_text(out, cli->color_out ? "\033[0m\n" : "\n");
        }
        pc_reach_write_way(out, found->ways[i], true);
    }
    pc_buf_text(out, found->count == 0 ? "nothing\n" : "");
}

static void write_json(struct pc_cli *cli, const struct pc_what_can *found)
{
    struct pc_buf *out = &cli->out.text;
    for (size_t i = 0; i < found->count && pc_output_drain(&cli->out); i++) {
        struct pc_json_writer writer;
        pc_json_writer_init(&writer, out, false);
        pc_reach_write_way_json(&writer, found->ways[i]);
        pc_buf_byte(out, '\n');
    }
}

// Asking ------------------------------------------------------------------------------------------

// The pattern of actions that the options name; "" all.
static enum pc_status read_action(struct pc_cli *cli, const struct pc_args *args,
                                  struct pc_str *out)
{
    const char *action = pc_args_value(args, OPT_ACTION);
    const char *service = pc_args_value(args, OPT_SERVICE);
    *out = pc_str_from(action != NULL ? action : "");
    if (action != NULL && service != NULL) {
        (void)pc_cli_usage(cli, "--action names its service, so --service is one too many");
        return PC_ERR_USAGE;
    }
    return service != NULL ? pc_arena_format(&cli->arena, out, "%s:*", service) : PC_OK;
}

static enum pc_status read_question(struct pc_cli *cli, const struct pc_args *args,
                                    struct pc_request *request, struct pc_what_question *question)
{
    const char *resource = pc_args_value(args, OPT_RESOURCE);
    if (args->operand_count != 1) {
        (void)pc_cli_usage(cli, "what-can takes one principal, not %zu operands",
                           args->operand_count);
        return PC_ERR_USAGE;
    }
    PC_TRY(pc_question_principal(cli, "", args->operands[0], &request->caller));
    PC_TRY(pc_cli_question_facts(cli, args, request));
    PC_TRY(read_action(cli, args, &question->action));
    question->resource = pc_str_from(resource != NULL ? resource : "");
    question->expand = pc_args_has(args, OPT_EXPAND);
    return pc_catalog_builtin(&cli->arena, &question->catalog);
}

static enum pc_status ask(struct pc_cli *cli, const struct pc_args *args, struct pc_asker *asker,
                          struct pc_what_can *found)
{
    struct pc_request request = {0};
    struct pc_what_question question = {.request = &request, .place = pc_option_place("")};
    PC_TRY(read_question(cli, args, &request, &question));
    PC_TRY(pc_cli_question_set(cli, args, asker));
    PC_TRY(pc_cli_question_open(cli, args, asker));
    const char *option = pc_args_has(args, OPT_SERVICE) ? "--service" : "--action";
    const struct pc_asked_names names = {question.catalog, question.action, pc_option_place(option),
                                         PC_OPTION_CONTEXT};
    PC_TRY(pc_what_can(asker, &question, &cli->arena, &cli->diags, found));
    return pc_asked_names_check(cli, args, &names);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    PC_CLEANUP(pc_asker_close) struct pc_asker asker = {0};
    struct pc_what_can found;
    cli->json = pc_args_has(args, OPT_JSON);
    enum pc_status status = ask(cli, args, &asker, &found);
    if (status == PC_ERR_NOTFOUND) {
        pc_near_principal_hint(cli, pc_asker_snapshot(&asker), args->operands[0]);
    }
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    if (cli->json) {
        write_json(cli, &found);
    } else {
        write_text(cli, &found);
    }
    return found.count > 0 ? PC_EXIT_OK : PC_EXIT_NO;
}

static const char details[] =
    "Each action and each resource of a statement that allows the principal "
    "something is told as it is written there, if guard-rails and Denies leave "
    "anything of it. \"can\": all of it is allowed, whatever a request carries "
    "beside what is given. \"depends\": on context keys that are not given and do "
    "not follow from the rest, or on which action or resource is meant; the "
    "conditions, the statements that have to allow it as well, and the Denies "
    "that may take it away are listed. What no line matches is denied. A pattern "
    "of --action or --resource that overlaps with that of a statement is told as "
    "the statement has it.\n"
    "\"On its account's\" are those of the principal's own account. Resources of "
    "the store whose policies make it otherwise are told by themselves (\"but "
    "for\"). A pattern means no KMS keys and no roles to assume but those of the "
    "store, for their own policies have to allow it; and where a statement is "
    "about every resource, those of the action's service. \"*\" is an action "
    "without a resource, too. What a line of every action (\"*\") leaves open of "
    "actions of STS, lines of their own tell.\n"
    "--expand asks each action that AWS has by a pattern; \"*\" stays as it is.\n"
    "An object of --json is {\"can\": \"yes\" or \"depends\", \"actions\", \"resource\", "
    "\"own\", \"except\", \"partly\", \"statements\"}; CONTRACT.md, section 3, says what "
    "is in it.\n"
    "Exit status: 0 something, 1 nothing, 2 the question could not be asked.";

static const struct pc_example examples[] = {
    {"polcheck what-can -s build/demo.store arn:aws:iam::111122223333:user/alice",
     "Lists what a user can do."},
    {"polcheck what-can -s build/demo.store --service s3 --expand --json "
     "arn:aws:iam::111122223333:user/alice",
     "Lists each action of S3 that she may do."},
};

const struct pc_verb pc_verb_what_can = {
    .name = "what-can",
    .summary = "Lists what a principal can do, and when.",
    .usage = "--store STORE [--action PATTERN] [--resource PATTERN] [--service NAME]"
             " [--context KEY=VALUE]... PRINCIPAL",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
