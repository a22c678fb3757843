// SPDX-License-Identifier: Apache-2.0
//
// Keeps a key that waits for its deletion.
#include "key_step.h"

static const struct pc_option options[] = {PC_VAULT_OPTIONS};

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    const struct pc_key_step step = {
        .verb = "keys cancel-deletion",
        .event = "keys cancel-deletion",
        .keep = true,
    };
    return pc_key_step_run(cli, args, &step);
}

static const struct pc_example examples[] = {
    {"polcheck keys cancel-deletion --vault vault --root-key root.key alias/app", "Keeps a key."},
};

const struct pc_verb pc_verb_keys_cancel_deletion = {
    .name = "keys cancel-deletion",
    .summary = "Keeps a key whose deletion was scheduled.",
    .usage = PC_VAULT_USAGE " KEY",
    .details = PC_VAULT_DETAILS "\n"
                                "KEY is an ARN or an alias. The key is disabled then: polcheck "
                                "keys enable makes it work again.\n"
                                "Exit status: 0 kept, 2 an error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
