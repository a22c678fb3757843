// SPDX-License-Identifier: Apache-2.0
//
// Another root key for a vault.
#include "vault_options.h"

#include <sys/stat.h>

enum option {
    OPT_NEW_FILE = PC_OPTION_OWN,
    OPT_NEW_CREDENTIAL,
    OPT_NEW_FD,
    OPT_NEW_PASSPHRASE,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    {OPT_NEW_FILE, 0, "new-root-key", "FILE", "The new root key in a file; made if it is missing.",
     false},
    {OPT_NEW_CREDENTIAL, 0, "new-root-key-credential", "NAME",
     "The new root key in a systemd credential.", false},
    {OPT_NEW_FD, 0, "new-root-key-fd", "N", "The new root key from an open file descriptor.",
     false},
    {OPT_NEW_PASSPHRASE, 0, "new-passphrase", NULL,
     "The new root key follows from a passphrase, which is asked for twice on the terminal.",
     false},
};

static const struct pc_root_source new_source = {
    "new-", "new passphrase", OPT_NEW_FILE, OPT_NEW_CREDENTIAL, OPT_NEW_FD, OPT_NEW_PASSPHRASE,
};

static enum pc_status work(void *context, struct pc_change *change)
{
    const struct pc_new_root *made = context;
    return pc_change_root(change, made->root, pc_new_root_terms(made));
}

// Whoever names the old key as the new one would believe that it was changed.
static enum pc_status refuse_same(struct pc_cli *cli, const struct pc_args *args)
{
    const char *old = pc_args_value(args, PC_OPTION_ROOT_KEY);
    const char *new = pc_args_value(args, OPT_NEW_FILE);
    struct stat a, b;
    if (old != NULL && new != NULL && stat(old, &a) == 0 && stat(new, &b) == 0 &&
        a.st_dev == b.st_dev &&a.st_ino == b.st_ino) {
        (void)pc_cli_usage(cli, "--new-root-key is the file of the old root key");
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

static enum pc_status rekey(struct pc_cli *cli, const struct pc_args *args)
{
    PC_CLEANUP(pc_vault_access_release) struct pc_vault_access access = {0};
    PC_CLEANUP(pc_new_root_release) struct pc_new_root made = {0};
    int id;
    PC_TRY(pc_root_source_chosen(cli, args, &new_source, &id));
    PC_TRY(refuse_same(cli, args));
    PC_TRY(pc_vault_access_init(cli, args, &access));
    PC_TRY(pc_vault_access_check(cli, &access));
    PC_TRY(pc_root_source_make(cli, args, &new_source, &made));
    const struct pc_change_note note = {.event = PC_STR("rekey")};
    PC_TRY(pc_vault_change(&(const struct pc_vault_place){access.path, access.root}, &note,
                           &cli->diags, work, &made));
    cli->changed = true;
    pc_buf_text(&cli->out.text, "the vault \"");
    pc_buf_printable(&cli->out.text, pc_str_from(access.path));
    pc_buf_text(&cli->out.text,
                "\" opens with the new root key alone: give it to whoever opens the vault; the old "
                "one opens copies of the vault from before, destroy it when there are none\n");
    return PC_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    if (args->operand_count > 0) {
        return pc_cli_usage(cli, "secrets rekey takes no operands");
    }
    return pc_vault_exit(cli, rekey(cli, args));
}

static const struct pc_example examples[] = {
    {"polcheck secrets rekey --vault vault --root-key root.key --new-root-key new.key",
     "Changes the root key."},
    {"polcheck secrets rekey --vault vault --root-key root.key --new-passphrase",
     "From then on a passphrase opens the vault."},
};

const struct pc_verb pc_verb_secrets_rekey = {
    .name = "secrets rekey",
    .summary = "Changes the root key.",
    .usage = PC_VAULT_USAGE " NEW-ROOT-KEY",
    .details = PC_VAULT_DETAILS
    " NEW-ROOT-KEY is one of --new-root-key FILE, --new-root-key-credential NAME, "
    "--new-root-key-fd N and --new-passphrase; a file that does not exist is made.\n"
    "It is done whole or not at all, whatever ends the process: the vault opens with the old root "
    "key or with the new one. No file of a root key is ever removed. Whoever had both vault and "
    "old root key had its data keys too: change them as well, with polcheck secrets rotate.\n"
    "Exit status: 0 changed, 2 an error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
