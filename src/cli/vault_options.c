// SPDX-License-Identifier: Apache-2.0
#include "vault_options.h"

#include "descriptor.h"

#include "secret_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PASSPHRASE_BYTES = PC_PROMPT_BYTES,
};

static const struct pc_place nowhere = {.file = PC_STR_INIT("")};

const struct pc_root_source pc_root_source_own = {
    "",
    "passphrase",
    PC_OPTION_ROOT_KEY,
    PC_OPTION_ROOT_KEY_CREDENTIAL,
    PC_OPTION_ROOT_KEY_FD,
    PC_OPTION_PASSPHRASE,
};

enum pc_status pc_root_source_chosen(struct pc_cli *cli, const struct pc_args *args,
                                     const struct pc_root_source *source, int *id)
{
    const int ids[] = {source->file, source->credential, source->descriptor, source->passphrase};
    const char *prefix = source->prefix;
    const char *newness = prefix[0] != '\0' ? "new " : "";
    int found = 0;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        if (!pc_args_has(args, ids[i])) {
            continue;
        }
        if (found != 0) {
            (void)pc_cli_usage(cli, "the %sroot key is given twice, by different options", newness);
            return PC_ERR_USAGE;
        }
        found = ids[i];
    }
    if (found == 0) {
        (void)pc_cli_usage(cli, "the %sroot key is missing", newness);
        pc_diag_hint(&cli->diags,
                     "--%sroot-key FILE, --%sroot-key-credential NAME, --%sroot-key-fd N or "
                     "--%spassphrase",
                     prefix, prefix, prefix, prefix);
        return PC_ERR_USAGE;
    }
    *id = found;
    return PC_OK;
}

enum pc_status pc_root_descriptor(struct pc_cli *cli, const struct pc_root_source *source,
                                  const char *text, int *fd)
{
    return pc_descriptor_read(cli, source->prefix, "root-key-fd", text, fd);
}

static enum pc_status from_descriptor(struct pc_cli *cli, const struct pc_root_source *source,
                                      const char *text, struct pc_root_key **out)
{
    int fd;
    PC_TRY(pc_root_descriptor(cli, source, text, &fd));
    enum pc_status status = pc_root_key_from_descriptor(fd, &cli->diags, out);
    pc_descriptor_close(fd);
    return status;
}

static enum pc_status from_passphrase(struct pc_cli *cli, const struct pc_root_source *source,
                                      const struct pc_passphrase_terms *terms, bool twice,
                                      struct pc_root_key **out)
{
    PC_CLEANUP(pc_secret_release) struct pc_secret passphrase = {0};
    const struct pc_secret_wish wish = {source->what, PC_DIAG_ROOT_KEY, PASSPHRASE_BYTES, twice};
    PC_TRY(pc_secret_ask(cli, &wish, &passphrase));
    return pc_root_key_from_passphrase((struct pc_str){passphrase.ptr, passphrase.len}, terms,
                                       &cli->diags, out);
}

enum pc_status pc_root_source_open(struct pc_cli *cli, const struct pc_args *args,
                                   const struct pc_root_source *source,
                                   const struct pc_passphrase_terms *terms,
                                   struct pc_root_key **out)
{
    int id;
    PC_TRY(pc_root_source_chosen(cli, args, source, &id));
    const char *value = pc_args_value(args, id);
    if (id == source->file) {
        return pc_root_key_from_file(value, &cli->diags, out);
    }
    if (id == source->credential) {
        return pc_root_key_from_credential(value, &cli->diags, out);
    }
    if (id == source->descriptor) {
        return from_descriptor(cli, source, value, out);
    }
    return from_passphrase(cli, source, terms, false, out);
}

static enum pc_status make_file(struct pc_cli *cli, const char *path, struct pc_root_key **out)
{
    PC_TRY(pc_root_key_create(path, &cli->diags, out));
    pc_buf_text(&cli->out.text, "made the root key \"");
    pc_buf_printable(&cli->out.text, pc_str_from(path));
    pc_buf_text(&cli->out.text, "\": keep a copy of it in a safe place, apart from the vault; "
                                "without it nothing in the vault can be opened\n");
    return PC_OK;
}

enum pc_status pc_root_source_make(struct pc_cli *cli, const struct pc_args *args,
                                   const struct pc_root_source *source, struct pc_new_root *out)
{
    struct pc_new_root made = {0};
    struct stat info;
    int id;
    PC_TRY(pc_root_source_chosen(cli, args, source, &id));
    const char *path = pc_args_value(args, source->file);
    made.has_terms = id == source->passphrase;
    if (made.has_terms) {
        PC_TRY(pc_crypto_init());
        made.terms.cost = pc_passphrase_cost_usual();
        pc_random(made.terms.salt, sizeof(made.terms.salt));
        PC_TRY(from_passphrase(cli, source, &made.terms, true, &made.root));
    } else if (path != NULL && lstat(path, &info) != 0 && errno == ENOENT) {
        PC_TRY(make_file(cli, path, &made.root));
    } else {
        PC_TRY(pc_root_source_open(cli, args, source, NULL, &made.root));
    }
    *out = made;
    return PC_OK;
}

void pc_new_root_release(struct pc_new_root *made)
{
    pc_root_key_free(made->root);
    *made = (struct pc_new_root){0};
}

const struct pc_passphrase_terms *pc_new_root_terms(const struct pc_new_root *made)
{
    return made->has_terms ? &made->terms : NULL;
}

enum pc_status pc_vault_path(struct pc_cli *cli, const struct pc_args *args, const char **out)
{
    const char *path = pc_args_value(args, PC_OPTION_VAULT);
    if (path == NULL || path[0] == '\0') {
        (void)pc_cli_usage(cli, "the option \"--vault\" is missing");
        return PC_ERR_USAGE;
    }
    *out = path;
    return PC_OK;
}

// What the label says, which nobody vouches for, only leads to another message here, or to a key
// that does not open the vault.
enum pc_status pc_vault_check_label(struct pc_cli *cli, const char *path, bool passphrase,
                                    struct pc_vault_label *label)
{
    PC_TRY(pc_vault_read_label(path, &cli->diags, label));
    if (label->passphrase == passphrase) {
        return PC_OK;
    }
    if (label->passphrase) {
        pc_diag_report(&cli->diags, PC_DIAG_ROOT_KEY_WRONG, nowhere,
                       "the root key of the vault \"%s\" follows from a passphrase", path);
        pc_diag_hint(&cli->diags, "give --passphrase, and type it");
    } else {
        pc_diag_report(&cli->diags, PC_DIAG_ROOT_KEY_WRONG, nowhere,
                       "the root key of the vault \"%s\" does not follow from a passphrase", path);
        pc_diag_hint(&cli->diags, "--root-key FILE, --root-key-credential NAME or --root-key-fd N");
    }
    return PC_ERR_INVALID;
}

enum pc_status pc_vault_access_init(struct pc_cli *cli, const struct pc_args *args,
                                    struct pc_vault_access *out)
{
    struct pc_vault_access access = {0};
    struct pc_vault_label label;
    int id;
    PC_TRY(pc_vault_path(cli, args, &access.path));
    PC_TRY(pc_root_source_chosen(cli, args, &pc_root_source_own, &id));
    PC_TRY(pc_vault_check_label(cli, access.path, id == PC_OPTION_PASSPHRASE, &label));
    PC_TRY(pc_root_source_open(cli, args, &pc_root_source_own, &label.terms, &access.root));
    *out = access;
    return PC_OK;
}

void pc_vault_access_release(struct pc_vault_access *access)
{
    pc_root_key_free(access->root);
    *access = (struct pc_vault_access){0};
}

enum pc_status pc_vault_access_check(struct pc_cli *cli, const struct pc_vault_access *access)
{
    struct pc_vault *vault;
    PC_TRY(pc_vault_open(access->path, access->root, &cli->diags, &vault));
    pc_vault_close(vault);
    return PC_OK;
}

int pc_vault_exit(struct pc_cli *cli, enum pc_status status)
{
    return status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
}
