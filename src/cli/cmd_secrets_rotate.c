// SPDX-License-Identifier: Apache-2.0
//
// New versions of data keys.
#include "vault_options.h"

enum option {
    OPT_KEY = PC_OPTION_OWN,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    {OPT_KEY, 'k', "key", "KEY",
     "The key, by its ARN or alias; without it all keys that are enabled.", false},
};

struct job {
    struct pc_str key;
    struct pc_rotation done;
};

static enum pc_status work(void *context, struct pc_change *change)
{
    struct job *job = context;
    return pc_change_rotate(change, job->key, &job->done);
}

static enum pc_status rotate(struct pc_cli *cli, const struct pc_args *args)
{
    PC_CLEANUP(pc_vault_access_release) struct pc_vault_access access = {0};
    struct job job = {.key = pc_str_from(pc_args_value(args, OPT_KEY))};
    PC_TRY(pc_vault_access_init(cli, args, &access));
    const struct pc_change_note note = {.event = PC_STR("rotate"), .key = job.key};
    PC_TRY(pc_vault_change(&(const struct pc_vault_place){access.path, access.root}, &note,
                           &cli->diags, work, &job));
    cli->changed = true;
    pc_buf_text(&cli->out.text, "rotated ");
    pc_buf_printable(&cli->out.text, job.key.len > 0 ? job.key : PC_STR("all enabled keys"));
    pc_buf_text(&cli->out.text, "; sealed anew: ");
    pc_write_count(&cli->out.text, job.done.environments, "environment", "environments");
    if (job.done.left > 0) {
        pc_buf_text(&cli->out.text, "; not enabled, and so not rotated: ");
        pc_write_count(&cli->out.text, job.done.left, "key", "keys");
    }
    pc_buf_byte(&cli->out.text, '\n');
    return PC_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    const char *key = pc_args_value(args, OPT_KEY);
    if (args->operand_count > 0) {
        return pc_cli_usage(cli, "secrets rotate takes no operands: --key KEY names the key");
    }
    if (key != NULL && key[0] == '\0') {
        return pc_cli_usage(cli, "--key is empty: leave it out to rotate all keys");
    }
    return pc_vault_exit(cli, rotate(cli, args));
}

static const struct pc_example examples[] = {
    {"polcheck secrets rotate --vault vault --root-key root.key", "Rotates all keys."},
    {"polcheck secrets rotate --vault vault --root-key root.key --key alias/app",
     "Rotates one key."},
};

const struct pc_verb pc_verb_secrets_rotate = {
    .name = "secrets rotate",
    .summary = "Gives keys new versions and seals everything under them anew.",
    .usage = PC_VAULT_USAGE " [--key KEY]",
    .details = PC_VAULT_DETAILS
    "\n"
    "It is done whole or not at all, whatever ends the process. The old version of the data key "
    "is gone then: copies of the vault from before have it. Functions notice nothing. A key that "
    "is "
    "disabled or waits for its deletion stays as it is, and is counted in the output.\n"
    "Exit status: 0 rotated, 2 an error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
