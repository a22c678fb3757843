// SPDX-License-Identifier: Apache-2.0
//
// Runs a command with the secrets of a function.
#include "delivery_options.h"
#include "released.h"

enum option {
    OPT_STRICT = PC_OPTION_OWN,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    PC_FUNCTION_OPTIONS,
    PC_PRINCIPAL_OPTIONS,
    PC_DELIVERY_OPTIONS,
    {OPT_STRICT, 0, "strict", NULL,
     "Starts nothing when a variable that the store declares for the function is neither a secret "
     "nor in the environment that the command would get.",
     false},
    PC_READING_OPTIONS,
};

static void forget(void *context)
{
    polcheck_environment_wipe(context);
}

static int deliver(struct pc_cli *cli, const struct pc_delivery *delivery,
                   const struct pc_released *released)
{
    const struct pc_secrets_given given = {
        .assignments = released->values.assignments,
        .count = released->values.count,
        .declared = released->declared,
        .declared_count = released->declared_count,
        .forget = forget,
        .context = released->environment,
    };
    pc_cli_tell(cli); // warnings, before the command says anything
    return pc_delivery_run(delivery, &given, &cli->arena, &cli->diags);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct pc_delivery delivery;
    struct pc_released released = {.environment = NULL};
    int exit_status;
    if (args->operand_count == 0) {
        return pc_cli_usage(cli, "no command is named: ... -- COMMAND [ARGUMENT]...");
    }
    if (args->in_front > 0) { // its options would be taken as those of polcheck: sh -c KEY=VALUE
        return pc_cli_usage(cli, "the command stands behind \"--\": ... -- COMMAND [ARGUMENT]...");
    }
    enum pc_status status = pc_delivery_options_check(cli, args);
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    // Before anything is released: for a command that is not there nothing has to be.
    if (!pc_delivery_options_read(cli, args, 0, &delivery, &exit_status)) {
        return exit_status;
    }
    delivery.strict = pc_args_has(args, OPT_STRICT);
    bool files = delivery.as_files || delivery.directory != NULL;
    const struct pc_release_note note = {files ? PC_STR("files") : PC_STR("exec"), PC_STR("")};
    exit_status = pc_release(cli, args, &note, &released);
    if (exit_status == PC_EXIT_OK) {
        exit_status = deliver(cli, &delivery, &released);
    }
    pc_released_free(&released);
    return exit_status;
}

static const char details[] = PC_VAULT_DETAILS
    "\n" PC_RELEASE_DETAILS "\n" PC_DELIVERY_DETAILS "\n"
    "Without --user the command runs as the caller's user: where that one may read the root key, "
    "the command may too, and with it open the whole vault. Give --user then, as in the second "
    "example. The descriptor of --root-key-fd is closed for the command.\n"
    "Exit status: the command's own; 1 the policies refuse, or --principal is not the function's "
    "own "
    "session, 2 nothing could be released, 126 the command cannot be run, 127 it was not found. In "
    "these cases no command ran.";

static const struct pc_example examples[] = {
    {"polcheck secrets exec --vault vault --root-key root.key --store build/demo.store \\\n"
     "      --function arn:aws:lambda:eu-west-1:111122223333:function:thumbs -- ./bootstrap",
     "Runs a function's program with its secrets."},
    {"polcheck secrets exec --vault vault --root-key root.key --store build/demo.store \\\n"
     "      --function arn:aws:lambda:eu-west-1:111122223333:function:thumbs --user app -- "
     "./bootstrap",
     "Runs it as another user, who cannot read the root key."},
};

const struct pc_verb pc_verb_secrets_exec = {
    .name = "secrets exec",
    .summary = "Runs a command with the secrets of a function in its environment.",
    .usage = PC_VAULT_USAGE " " PC_FUNCTION_USAGE " [--principal ARN] [--context KEY=VALUE]..."
                            " " PC_DELIVERY_USAGE " [--strict]"
                            " -- COMMAND [ARGUMENT]...",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
