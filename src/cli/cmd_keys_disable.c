// SPDX-License-Identifier: Apache-2.0
//
// Lets a key neither seal nor open.
#include "key_step.h"

static const struct pc_option options[] = {PC_VAULT_OPTIONS};

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    const struct pc_key_step step = {
        .verb = "keys disable",
        .event = "keys disable",
        .state = PC_KEY_DISABLED,
    };
    return pc_key_step_run(cli, args, &step);
}

static const struct pc_example examples[] = {
    {"polcheck keys disable --vault vault --root-key root.key alias/app", "Disables a key."},
};

const struct pc_verb pc_verb_keys_disable = {
    .name = "keys disable",
    .summary = "Disables a key: what is sealed under it is not released.",
    .usage = PC_VAULT_USAGE " KEY",
    .details = PC_VAULT_DETAILS
    "\n"
    "KEY is an ARN or an alias. Nothing is lost: polcheck keys enable makes it work again.\n"
    "Exit status: 0 disabled, 2 an error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
