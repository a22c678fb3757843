// SPDX-License-Identifier: Apache-2.0
//
// Lets a key seal and open again.
#include "key_step.h"

static const struct pc_option options[] = {PC_VAULT_OPTIONS};

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    const struct pc_key_step step = {
        .verb = "keys enable",
        .event = "keys enable",
        .state = PC_KEY_ENABLED,
    };
    return pc_key_step_run(cli, args, &step);
}

static const struct pc_example examples[] = {
    {"polcheck keys enable --vault vault --root-key root.key alias/app", "Enables a key."},
};

const struct pc_verb pc_verb_keys_enable = {
    .name = "keys enable",
    .summary = "Lets a disabled key seal and open again.",
    .usage = PC_VAULT_USAGE " KEY",
    .details = PC_VAULT_DETAILS "\n"
                                "KEY is an ARN or an alias.\n"
                                "Exit status: 0 enabled, 2 an error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
