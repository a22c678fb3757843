// SPDX-License-Identifier: Apache-2.0
//
// Answers what `aws iam simulate-custom-policy` is asked, in its form, without AWS.
#include "command.h"

#include "base/clock.h"
#include "file.h"
#include "question_options.h"
#include "readings.h"
#include "simulation.h"

enum option {
    OPT_INPUT = PC_OPTION_OWN,
    OPT_NOW,
};

static const struct pc_option options[] = {
    {OPT_INPUT, 0, "cli-input-json", "JSON",
     "The input as the AWS CLI takes it: JSON, or file://FILE.", false},
    {OPT_NOW, 0, "now", "TIME",
     "The time of the requests: 2024-05-01T12:00:00Z or seconds since 1970; default: the clock.",
     false},
    PC_READING_OPTIONS,
};

static enum pc_status read_input(struct pc_cli *cli, const struct pc_args *args,
                                 struct pc_str *file, struct pc_buf *text)
{
    const char *input = pc_args_value(args, OPT_INPUT);
    struct pc_str path = PC_STR("-");
    if (input != NULL && !pc_str_has_prefix(pc_str_from(input), PC_STR("file://"))) {
        *file = PC_STR("--cli-input-json");
        pc_buf_text(text, input);
        return pc_buf_status(text);
    }
    if (input != NULL) {
        path = pc_str_from(input + sizeof("file://") - 1);
    } else if (args->operand_count > 0) {
        path = pc_str_from(args->operands[0]);
    }
    *file = pc_file_name(path);
    return pc_file_read(path, &cli->diags, text);
}

static enum pc_status simulate(struct pc_cli *cli, const struct pc_args *args, struct pc_buf *text)
{
    struct pc_simulation simulation = {.arena = &cli->arena, .diags = &cli->diags};
    struct pc_json_writer writer;
    const struct pc_json *input;
    bool fixed;
    simulation.flags = pc_reading_flags(args);
    PC_TRY(pc_question_now(cli, pc_args_value(args, OPT_NOW), &fixed, &simulation.now));
    simulation.now = fixed ? simulation.now : pc_clock_now();
    PC_TRY(read_input(cli, args, &simulation.file, text));
    simulation.source = pc_buf_view(text);
    const struct pc_json_source source = {.file = simulation.file, .text = simulation.source};
    PC_TRY(pc_json_parse(&cli->arena, &source, &cli->diags, &input));
    PC_TRY(pc_simulation_read(&simulation, input));
    PC_CLEANUP(pc_buf_release) struct pc_buf answer = {0};
    pc_json_writer_init(&writer, &answer, true);
    PC_TRY(pc_simulation_run(&simulation, &writer));
    pc_buf_byte(&answer, '\n');
    PC_TRY(pc_buf_status(&answer));
    pc_buf_str(&cli->out.text, pc_buf_view(&answer));
    return pc_buf_status(&cli->out.text);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    if (args->operand_count + pc_args_has(args, OPT_INPUT) > 1) {
        return pc_cli_usage(cli, "one input is read: FILE or --cli-input-json");
    }
    enum pc_status status = simulate(cli, args, &text);
    return status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
}

static const char details[] =
    "The input is the object that \"aws iam simulate-custom-policy --generate-cli-skeleton\" "
    "shows:\n"
    "  {\"PolicyInputList\": [\"POLICY\", ...], \"ActionNames\": [\"s3:GetObject\", ...],\n"
    "   \"ResourceArns\": [ARN, ...], \"CallerArn\": ARN, \"ResourcePolicy\": \"POLICY\",\n"
    "   \"ResourceOwner\": ARN, \"PermissionsBoundaryPolicyInputList\": [\"POLICY\", ...],\n"
    "   \"ContextEntries\": [{\"ContextKeyName\", \"ContextKeyValues\",\n"
    "                       \"ContextKeyType\"}, ...],\n"
    "   \"MaxItems\": 1 to 1000, \"Marker\": \"...\"}\n"
    "A POLICY is the text of a document, as a string. Members that are empty strings count as not "
    "given. CallerArn may be any principal that \"polcheck eval\" takes, not users alone; without "
    "it, keys of the caller that ContextEntries does not tell are missing. Scenarios of EC2 "
    "(ResourceHandlingOption) are refused.\n"
    "The answer is AWS's, with \"EvaluationResults\". Of several resources the result of an action "
    "is "
    "the strictest of their own, which are in \"ResourceSpecificResults\"; AWS has been seen to "
    "say "
    "allowed where one of them is.\n"
    "Exit status: 0 answered, whatever was decided; 2 the question could not be asked.";

static const struct pc_example examples[] = {
    {"polcheck simulate input.json", "Answers from a file."},
    {"polcheck simulate --cli-input-json file://input.json", "The same, as the AWS CLI is asked."},
};

const struct pc_verb pc_verb_simulate = {
    .name = "simulate",
    .summary = "Answers as aws iam simulate-custom-policy does, offline.",
    .usage = "[FILE] [--now TIME]\n--cli-input-json JSON",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
