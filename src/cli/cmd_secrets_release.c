// SPDX-License-Identifier: Apache-2.0
//
// Releases the secrets of a function to standard output: as they are, or sealed to a public key.
#include "released.h"
#include "sealed.h"
#include "secret_output.h"

#include "base/clock.h"

enum option {
    OPT_TO = PC_OPTION_OWN,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    PC_FUNCTION_OPTIONS,
    PC_PRINCIPAL_OPTIONS,
    {PC_OPTION_NAME, 'n', "name", "NAME", "Only this variable; repeatable.", true},
    {OPT_TO, 0, "to", "PUBLIC-KEY",
     "Seals them to this key (polcheck secrets keypair), or that in @FILE.", false},
    PC_PRINT_OPTIONS,
    PC_READING_OPTIONS,
};

static enum pc_status check(struct pc_cli *cli, const struct pc_args *args)
{
    if (args->operand_count > 0) {
        (void)pc_cli_usage(cli, "\"%s\" is one operand too many", args->operands[0]);
        return PC_ERR_USAGE;
    }
    if (!pc_args_has(args, OPT_TO)) {
        return pc_secret_output_check(cli, args);
    }
    if (pc_args_has(args, PC_OPTION_NULL) || pc_args_has(args, PC_OPTION_SHOW)) {
        (void)pc_cli_usage(cli, "--to seals them; \"--%s\" does not go with it",
                           pc_args_has(args, PC_OPTION_NULL) ? "null" : "show");
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

static int print(struct pc_cli *cli, const struct pc_args *args)
{
    struct pc_released released = {.environment = NULL};
    const struct pc_release_note note = {PC_STR("print"), PC_STR("")};
    int exit_status = pc_release(cli, args, &note, &released);
    if (exit_status == PC_EXIT_OK) {
        enum pc_status status = pc_secret_output(cli, args, &released.values);
        exit_status = status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
    }
    pc_released_free(&released);
    return exit_status;
}

static int seal(struct pc_cli *cli, const struct pc_args *args, const uint8_t *key)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf name = {0};
    struct pc_released released = {.environment = NULL};
    pc_box_public_write(&name, key);
    const struct pc_release_note note = {PC_STR("box"), pc_buf_view(&name)};
    int exit_status = pc_release(cli, args, &note, &released);
    if (exit_status == PC_EXIT_OK) {
        const struct pc_sealed_label label = {
            .function = pc_str_from(pc_args_value(args, PC_OPTION_FUNCTION)),
            .released = pc_clock_now()};
        enum pc_status status = pc_sealed_write(cli, key, &label, &released.values, &cli->out.text);
        exit_status = status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
    }
    pc_released_free(&released);
    return exit_status;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    uint8_t key[PC_BOX_PUBLIC_BYTES];
    const char *to = pc_args_value(args, OPT_TO);
    enum pc_status status = check(cli, args);
    if (status == PC_OK && to != NULL) {
        status = pc_box_public_read(cli, to, key);
    }
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    return to != NULL ? seal(cli, args, key) : print(cli, args);
}

static const char details[] = PC_VAULT_DETAILS
    "\n" PC_RELEASE_DETAILS "\n"
    "Without --to it prints a compact JSON object {\"NAME\":\"VALUE\"}, as Lambda has "
    "\"Variables\". With --to it prints one line, which polcheck secrets open opens: "
    "\"" PC_SEALED_PREFIX "\" and a box of libsodium (crypto_box_seal) in base64. In the box is "
    "{\"polcheck\":\"environment 1\",\"function\":ARN,\"released\":TIME,\"variables\":{...}}. Only "
    "the holder of the secret key can open it; whoever has the public key can make another one.\n"
    "Exit status: 0 released; 1 the policies refuse, or --principal is not the function's own "
    "session; 2 nothing could be released.";

static const struct pc_example examples[] = {
    {"polcheck secrets release --vault vault --root-key root.key --store build/demo.store \\\n"
     "      --function arn:aws:lambda:eu-west-1:111122223333:function:thumbs --to @runtime.pub",
     "Seals a function's secrets to a runtime on another machine."},
};

const struct pc_verb pc_verb_secrets_release = {
    .name = "secrets release",
    .summary = "Prints the secrets of a function, or seals them to a public key.",
    .usage = PC_VAULT_USAGE " " PC_FUNCTION_USAGE
                            " [--principal ARN] [--context KEY=VALUE]... [--name NAME]..."
                            " [--to PUBLIC-KEY | --null] [--show]",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
