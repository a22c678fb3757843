// SPDX-License-Identifier: Apache-2.0
//
// Makes a vault.
#define _XOPEN_SOURCE 700 // realpath
#include "vault_options.h"

#include <stdlib.h>

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

// The path without links and dots, of what need not be there yet, but for its folder; as it was
// given when that is not there either.
static enum pc_status whole_path(struct pc_arena *arena, const char *given, struct pc_str *out)
{
    struct pc_str path = pc_str_from(given);
    struct pc_str name = PC_STR("");
    char *real = realpath(given, NULL);
    while (path.len > 1 && path.ptr[path.len - 1] == '/') {
        path.len--;
    }
    if (real == NULL) {
        size_t slash = pc_str_find_last(path, '/');
        size_t start = slash == SIZE_MAX ? 0 : slash + 1;
        struct pc_str folder;
        PC_TRY(pc_arena_format(arena, &folder, "%.*s.", PC_STR_ARG(pc_str_slice(path, 0, start))));
        real = realpath(folder.ptr, NULL);
        name = pc_str_slice(path, start, path.len);
    }
    enum pc_status status = real == NULL
                                ? pc_arena_copy(arena, path, out)
                                : pc_arena_format(arena, out, "%s%s%.*s", real,
                                                  name.len > 0 ? "/" : "", PC_STR_ARG(name));
    free(real);
    return status;
}

// A root key in the vault would open it for whoever gets a copy of the folder; and the vault is not
// made in a folder that is not empty, but the key would be by then.
static enum pc_status refuse_inside(struct pc_cli *cli, const struct pc_args *args,
                                    const char *vault)
{
    const char *key = pc_args_value(args, PC_OPTION_ROOT_KEY);
    struct pc_str inner, outer, below;
    if (key == NULL) {
        return PC_OK;
    }
    PC_TRY(whole_path(&cli->arena, key, &inner));
    PC_TRY(whole_path(&cli->arena, vault, &outer));
    PC_TRY(pc_arena_format(&cli->arena, &below, "%.*s/", PC_STR_ARG(outer)));
    if (!pc_str_eq(inner, outer) && !pc_str_has_prefix(inner, below)) {
        return PC_OK;
    }
    (void)pc_cli_usage(cli, "the root key \"%s\" would be in the vault \"%s\", which it opens", key,
                       vault);
    pc_diag_hint(&cli->diags, "name another place for one of them, apart from each other");
    return PC_ERR_USAGE;
}

static enum pc_status make(struct pc_cli *cli, const struct pc_args *args)
{
    PC_CLEANUP(pc_new_root_release) struct pc_new_root made = {0};
    const char *path;
    PC_TRY(pc_vault_path(cli, args, &path));
    PC_TRY(refuse_existing(cli, path));
    PC_TRY(refuse_inside(cli, args, path));
    PC_TRY(pc_root_source_make(cli, args, &pc_root_source_own, &made));
    PC_TRY(pc_vault_create(path, made.root, pc_new_root_terms(&made), &cli->diags));
    cli->changed = true;
    pc_buf_text(&cli->out.text, "made the vault \"");
    pc_buf_printable(&cli->out.text, pc_str_from(path));
    pc_buf_text(&cli->out.text, "\": keep copies of the whole folder, the audit log included; "
                                "without it nothing in the vault opens\n");
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
    "Keep copies of the vault, always of the whole folder: store, audit.log and audit.head, all "
    "from "
    "one moment. Without its audit log nothing in a vault opens, and a part of another copy is "
    "refused; polcheck secrets audit --accept --lost is the last way out.\n"
    "Exit status: 0 made, 2 an error; what is there already is left as it is.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
