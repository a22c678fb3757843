// SPDX-License-Identifier: Apache-2.0
//
// The key pair of a runtime that secrets are sealed to.
#include "box_keys.h"

enum option {
    OPT_PUBLIC = PC_OPTION_OWN,
};

enum {
    ROOM = 256, // bytes: more than the text of a public key has
};

static const struct pc_option options[] = {
    {OPT_PUBLIC, 0, "public", NULL, "Makes no pair: prints the public key of the one in FILE.",
     false},
};

static enum pc_status public_of(struct pc_cli *cli, const char *path,
                                uint8_t public[PC_BOX_PUBLIC_BYTES])
{
    PC_CLEANUP(pc_secret_release) struct pc_secret secret = {0};
    PC_TRY(pc_box_secret_read(cli, path, &secret));
    enum pc_status status = pc_box_public((const uint8_t *)secret.ptr, public);
    if (status == PC_ERR_INVALID) {
        pc_diag_report(&cli->diags, PC_DIAG_BOX_KEY, (struct pc_place){.file = pc_str_from(path)},
                       "\"%s\" does not hold a secret key that has a public one", path);
    }
    return status;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    uint8_t public[PC_BOX_PUBLIC_BYTES];
    if (args->operand_count != 1) {
        return pc_cli_usage(cli, "one file is named, for the secret key");
    }
    const char *path = args->operands[0];
    pc_buf_reserve(&cli->out.text, ROOM); // a pair whose public key could not be told is not made
    if (pc_buf_status(&cli->out.text) != PC_OK) {
        return pc_cli_fail(cli, PC_ERR_NOMEM);
    }
    enum pc_status status = pc_args_has(args, OPT_PUBLIC) ? public_of(cli, path, public)
                                                          : pc_box_secret_create(cli, path, public);
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    cli->changed = !pc_args_has(args, OPT_PUBLIC);
    pc_box_public_write(&cli->out.text, public);
    pc_buf_byte(&cli->out.text, '\n');
    return PC_EXIT_OK;
}

static const struct pc_example examples[] = {
    {"polcheck secrets keypair runtime.key > runtime.pub",
     "Makes a pair: the secret key stays here, the public one goes to where secrets are sealed."},
    {"polcheck secrets keypair --public runtime.key", "Prints the public key once more."},
};

const struct pc_verb pc_verb_secrets_keypair = {
    .name = "secrets keypair",
    .summary = "Makes the key pair of a runtime that secrets are sealed to.",
    .usage = "[--public] FILE",
    .details = "FILE gets the secret key (mode 0600) and must not exist; the public key is "
               "printed, as \"" PC_BOX_PUBLIC_PREFIX "...\". polcheck secrets release --to seals "
               "to it, polcheck secrets open --key FILE opens.\n"
               "Exit status: 0 done, 2 failed.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
