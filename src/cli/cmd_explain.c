// SPDX-License-Identifier: Apache-2.0
//
// Why one question is answered as it is: eval with another rendering of the answer.
#include "command.h"

#include "explanation.h"
#include "question.h"

enum option {
    OPT_VERBOSE = PC_OPTION_OWN,
    OPT_JSON,
};

static const struct pc_option options[] = {
    PC_QUESTION_OPTIONS,
    {OPT_VERBOSE, 'v', "verbose", NULL, "Shows every statement, with all that it lacks.", false},
    {OPT_JSON, 0, "json", NULL, "Prints the answer, with its explanation, as a JSON object.",
     false},
};

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct pc_cli_question question = {0};
    struct pc_explanation explanation;
    int exit_status = PC_EXIT_FAIL;
    cli->json = pc_args_has(args, OPT_JSON);
    if (args->operand_count > 0) {
        return pc_cli_usage(cli, "\"%s\" is one operand too many", args->operands[0]);
    }
    enum pc_status status = pc_cli_question_ask(cli, args, &question);
    if (status == PC_OK) {
        status = pc_cli_question_explain(cli, &question, &explanation);
    }
    if (status == PC_OK) {
        status = pc_cli_question_names(cli, args, &question);
    }
    if (status == PC_OK) {
        pc_explanation_print(cli, &explanation, pc_args_has(args, OPT_VERBOSE));
        exit_status = pc_cli_question_exit(&question);
    }
    pc_cli_question_release(&question);
    return status == PC_OK ? exit_status : pc_cli_fail(cli, status);
}

static const char details[] =
    "First what each policy type said, in the order in which AWS looks at them, and which of them "
    "decided. Then the statements that came nearest to changing the answer, each with the first "
    "thing that kept it from matching. Last what would have to be otherwise for the request to be "
    "allowed: all of it is needed, and it suffices. The same decision is made as by polcheck eval, "
    "and watched while it is made.\n"
    "The question is put as to polcheck eval (polcheck help eval), of a store or of a case. Names "
    "of "
    "actions stand in lower case, as they are compared.\n"
    "As JSON the answer of polcheck eval --json has a member \"explanation\" with \"accounts\", "
    "\"way\", \"statements\" and \"needs\"; CONTRACT.md tells them.\n"
    "Exit status: 0 allowed, 1 denied, 2 the question could not be asked.";

static const struct pc_example examples[] = {
    {"polcheck explain -s build/demo.store -p arn:aws:iam::111122223333:user/alice -a s3:PutObject "
     "-r arn:aws:s3:::photos/studio/cat.jpg",
     "Says why a store refuses."},
    {"polcheck explain --case case.json -v", "Shows every statement of a case."},
};

const struct pc_verb pc_verb_explain = {
    .name = "explain",
    .summary = "Says why a request is allowed or denied, and what changes that.",
    .usage = "--store STORE --principal P --action A --resource R [--context KEY=VALUE]...\n"
             "--case FILE",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
