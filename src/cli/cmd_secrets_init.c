// SPDX-License-Identifier: Apache-2.0
//
// Makes a vault.
#include "vault_options.h"

static const struct pc_option options[] = {PC_VAULT_OPTIONS};

// Asked before a root key is made, which would be of no use then.
static enum pc_status refuse_existing(struct pc_cli *cli, const char *path)
{
    struct pc_vault_label label;
    struct pc_diags unwanted;
    pc_diags_init(&unwanted, &cli->arena);
    if (pc_vault_read_label(path, &unwanted, &label) != PC_OK) {
        return PC_OK; // pc_vault_create says what is in the way, if anything is
    }
    pc_diag_report(&cli->diags, PC_DIAG_VAULT_EXISTS, (struct pc_place){.file = PC_STR("")},
                   "there is a vault in \"%s\" already", path);
    return PC_ERR_INVALID;
}

static enum pc_status make(struct pc_cli *cli, const struct pc_args *args)
{
    PC_CLEANUP(pc_new_root_release) struct pc_new_root made = {0};
    const char *path;
    PC_TRY(pc_vault_path(cli, args, &path));
    PC_TRY(refuse_existing(cli, path));
    PC_TRY(pc_root_source_make(cli, args, &pc_root_source_own, &made));
    PC_TRY(pc_vault_create(path, made.root, pc_new_root_terms(&made), &cli->diags));
    pc_buf_text(&cli->out.text, "made the vault \"");
    pc_buf_printable(&cli->out.text, pc_str_from(path));
    pc_buf_text(&cli->out.text, "\"\n");
    return PC_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    if (args->operand_count > 0) {
        return pc_cli_usage(cli, "secrets init takes no operands: --vault DIR names the vault");
    }
    return pc_vault_exit(cli, make(cli, args));
}

static const struct pc_example examples[] = {
    {"polcheck secrets init --vault vault --root-key root.key",
     "Makes a vault, and the root key unless it is there."},
    {"polcheck secrets init --vault vault --passphrase", "Makes one that a passphrase opens."},
};

const struct pc_verb pc_verb_secrets_init = {
    .name = "secrets init",
    .summary = "Makes a vault.",
    .usage = PC_VAULT_USAGE,
    .details = PC_VAULT_DETAILS
    " A file that does not exist is made, with a new random key: keep a copy of it in a safe "
    "place, apart from the vault, for without it nothing in the vault can be opened. A new "
    "passphrase is asked for twice.\n"
    "Exit status: 0 made, 2 an error; what is there already is left as it is.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
