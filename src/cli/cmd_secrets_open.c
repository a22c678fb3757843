// SPDX-License-Identifier: Apache-2.0
//
// Opens what polcheck secrets release --to sealed, where the function runs.
#include "delivery_options.h"
#include "file.h"
#include "sealed.h"
#include "secret_output.h"

enum option {
    OPT_KEY = PC_OPTION_OWN,
    OPT_FUNCTION,
};

static const struct pc_option options[] = {
    {OPT_KEY, 'k', "key", "FILE", "The secret key (polcheck secrets keypair).", false},
    {OPT_FUNCTION, 'f', "function", "ARN",
     "Opens it only if it holds the secrets of this function.", false},
    PC_PRINT_OPTIONS,
    PC_DELIVERY_OPTIONS,
};

static enum pc_status check_printing(struct pc_cli *cli, const struct pc_args *args)
{
    for (size_t i = 0; i < args->given_count; i++) {
        const struct pc_option *option = args->given[i].option;
        if (option->id >= PC_OPTION_PRISTINE && option->id <= PC_OPTION_CORE) {
            (void)pc_cli_usage(cli, "\"--%s\" goes with a command only", option->name);
            return PC_ERR_USAGE;
        }
    }
    return pc_secret_output_check(cli, args);
}

static enum pc_status check(struct pc_cli *cli, const struct pc_args *args, bool command)
{
    if (!pc_args_has(args, OPT_KEY)) {
        (void)pc_cli_usage(cli, "the option \"--key\" is missing");
        return PC_ERR_USAGE;
    }
    if (args->in_front > 1) {
        (void)pc_cli_usage(cli, "\"%s\" is one operand too many; a command stands behind \"--\"",
                           args->operands[1]);
        return PC_ERR_USAGE;
    }
    if (!command) {
        return check_printing(cli, args);
    }
    if (pc_args_has(args, PC_OPTION_NULL) || pc_args_has(args, PC_OPTION_SHOW)) {
        (void)pc_cli_usage(cli, "a command gets them; \"--%s\" does not go with it",
                           pc_args_has(args, PC_OPTION_NULL) ? "null" : "show");
        return PC_ERR_USAGE;
    }
    return pc_delivery_options_check(cli, args);
}

// Anybody can seal to a public key; so that nobody gives one function's secrets to another, the
// runtime says whose it wants.
static enum pc_status check_function(struct pc_cli *cli, const struct pc_args *args,
                                     const struct pc_unsealed *unsealed)
{
    const char *wanted = pc_args_value(args, OPT_FUNCTION);
    if (wanted == NULL || pc_str_eq(pc_str_from(wanted), unsealed->label.function)) {
        return PC_OK;
    }
    pc_diag_report(&cli->diags, PC_DIAG_BOX, (struct pc_place){.file = PC_STR("")},
                   "it was sealed for another function, \"%.*s\"",
                   PC_STR_ARG(unsealed->label.function));
    return PC_ERR_INVALID;
}

static enum pc_status open_box(struct pc_cli *cli, const struct pc_args *args,
                               struct pc_unsealed *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_secret_release) struct pc_secret key = {0};
    const char *path = args->in_front > 0 ? args->operands[0] : "-";
    PC_TRY(pc_box_secret_read(cli, pc_args_value(args, OPT_KEY), &key));
    PC_TRY(pc_file_read(pc_str_from(path), &cli->diags, &text));
    PC_TRY(pc_sealed_open(cli, pc_buf_view(&text), &key, out));
    return check_function(cli, args, out);
}

static void forget(void *context)
{
    struct pc_unsealed *unsealed = context;
    pc_unsealed_release(unsealed);
}

static int deliver(struct pc_cli *cli, const struct pc_delivery *delivery,
                   struct pc_unsealed *unsealed)
{
    const struct pc_secrets_given given = {
        .assignments = unsealed->values.assignments,
        .count = unsealed->values.count,
        .forget = forget,
        .context = unsealed,
    };
    return pc_delivery_run(delivery, &given, &cli->arena, &cli->diags);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    PC_CLEANUP(pc_unsealed_release) struct pc_unsealed unsealed = {0};
    struct pc_delivery delivery;
    int exit_status;
    bool command = args->operand_count > args->in_front;
    enum pc_status status = check(cli, args, command);
    if (status == PC_OK && command &&
        !pc_delivery_options_read(cli, args, args->in_front, &delivery, &exit_status)) {
        return exit_status;
    }
    if (status == PC_OK) {
        status = open_box(cli, args, &unsealed);
    }
    if (status == PC_OK && command) {
        return deliver(cli, &delivery, &unsealed);
    }
    if (status == PC_OK) {
        status = pc_secret_output(cli, args, &unsealed.values);
    }
    return status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
}

static const char details[] =
    "SEALED is a file with what polcheck secrets release --to printed; \"-\", or none: standard "
    "input. Without a command they are printed as a compact JSON object. Give --function: who "
    "has the public key can seal variables of his own choice, and the box does not say who made "
    "it; so take it from where you trust it.\n" PC_DELIVERY_DETAILS "\n"
    "Exit status: 0 done, or the command's own; 2 it does not open, 126 the command cannot be "
    "run, 127 it was not found.";

static const struct pc_example examples[] = {
    {"polcheck secrets open --key runtime.key sealed.txt -- ./bootstrap",
     "Runs a program with what was sealed."},
};

const struct pc_verb pc_verb_secrets_open = {
    .name = "secrets open",
    .summary = "Opens sealed secrets: prints them, or runs a command with them.",
    .usage = "--key FILE [--function ARN] [--null] [--show] [SEALED]\n"
             "--key FILE [--function ARN] [SEALED]"
             " " PC_DELIVERY_USAGE " -- COMMAND [ARGUMENT]...",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
