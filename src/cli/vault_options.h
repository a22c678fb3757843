// SPDX-License-Identifier: Apache-2.0
//
// Options of the verbs that open a vault: which one, and where its root key comes from. Nothing of
// this is taken from the environment, but for the folder in which systemd puts credentials.
#ifndef PC_CLI_VAULT_OPTIONS_H
#define PC_CLI_VAULT_OPTIONS_H

#include "command.h"
#include "secrets/vault.h"

enum { // behind all numbers that a verb uses
    PC_OPTION_VAULT = 1100,
    PC_OPTION_ROOT_KEY,
    PC_OPTION_ROOT_KEY_CREDENTIAL,
    PC_OPTION_ROOT_KEY_FD,
    PC_OPTION_PASSPHRASE,
};

// Rows of a table of options.
// clang-format off
#define PC_VAULT_OPTIONS                                                                           \
    {PC_OPTION_VAULT, 0, "vault", "DIR", "The folder of the vault.", false},                     \
    {PC_OPTION_ROOT_KEY, 0, "root-key", "FILE",                                                    \
     "The root key in a file of mode 0600: 64 hexadecimal digits, or 32 raw bytes.", false},       \
    {PC_OPTION_ROOT_KEY_CREDENTIAL, 0, "root-key-credential", "NAME",                              \
     "The root key in a systemd credential (LoadCredential=).", false},                            \
    {PC_OPTION_ROOT_KEY_FD, 0, "root-key-fd", "N",                                                 \
     "The root key from an open file descriptor.", false},                                         \
    {PC_OPTION_PASSPHRASE, 0, "passphrase", NULL,                                                  \
     "The root key follows from a passphrase, which is asked for on the terminal.", false}
// clang-format on

// How the usage of a verb writes them.
#define PC_VAULT_USAGE "--vault DIR ROOT-KEY"

// A paragraph about them for details.
#define PC_VAULT_DETAILS                                                                           \
    "ROOT-KEY is one of --root-key FILE, --root-key-credential NAME, --root-key-fd N and "         \
    "--passphrase."

// The options by which a root key is given: those above, or those of a new one.
struct pc_root_source {
    const char *prefix; // "" or "new-"
    const char *what;   // "passphrase": for the prompt
    int file, credential, descriptor, passphrase;
};
extern const struct pc_root_source pc_root_source_own;

// Which vault, and its root key.
struct pc_vault_access {
    const char *path;
    struct pc_root_key *root;
};

// PC_ERR_USAGE: not one option of the source was given, or more than one; reported. *id: of the one
// that was.
PC_MUST_CHECK enum pc_status pc_root_source_chosen(struct pc_cli *cli, const struct pc_args *args,
                                                   const struct pc_root_source *source, int *id);

// Takes the root key from wherever the option says. A descriptor that was read is closed, so that
// no command that is started has it. terms: of the passphrase. Fails as secrets/root.h says, and
// with PC_ERR_USAGE, reported.
PC_MUST_CHECK enum pc_status pc_root_source_open(struct pc_cli *cli, const struct pc_args *args,
                                                 const struct pc_root_source *source,
                                                 const struct pc_passphrase_terms *terms,
                                                 struct pc_root_key **out);

// The number of a descriptor that an option gives. PC_ERR_USAGE: reported.
PC_MUST_CHECK enum pc_status pc_root_descriptor(struct pc_cli *cli,
                                                const struct pc_root_source *source,
                                                const char *text, int *fd);

// A root key for a vault that is to be made, or is to have another one.
struct pc_new_root {
    struct pc_root_key *root;
    struct pc_passphrase_terms terms;
    bool has_terms; // it follows from a passphrase
};

// As pc_root_source_open, but a file that does not exist is made, and a passphrase is asked for
// twice and has new terms. A zeroed struct may be released.
PC_MUST_CHECK enum pc_status pc_root_source_make(struct pc_cli *cli, const struct pc_args *args,
                                                 const struct pc_root_source *source,
                                                 struct pc_new_root *out);
void pc_new_root_release(struct pc_new_root *made);

// The terms for the vault to keep, or NULL.
const struct pc_passphrase_terms *pc_new_root_terms(const struct pc_new_root *made);

// The folder that --vault names. PC_ERR_USAGE: reported.
PC_MUST_CHECK enum pc_status pc_vault_path(struct pc_cli *cli, const struct pc_args *args,
                                           const char **out);

// Reads the label of the vault, and whether its root key follows from a passphrase as the options
// say: before one is asked for. PC_ERR_INVALID: reported (ROOT_KEY_WRONG), and as
// pc_vault_read_label.
PC_MUST_CHECK enum pc_status pc_vault_check_label(struct pc_cli *cli, const char *path,
                                                  bool passphrase, struct pc_vault_label *label);

// Gets the root key of the vault that --vault names. PC_ERR_NOTFOUND and others as
// pc_vault_read_label, pc_root_source_open; reported. A zeroed struct may be released.
PC_MUST_CHECK enum pc_status pc_vault_access_init(struct pc_cli *cli, const struct pc_args *args,
                                                  struct pc_vault_access *out);
void pc_vault_access_release(struct pc_vault_access *access);

// Opens the vault and closes it again, so that what is wrong is said before people type, or a file
// is made, for nothing. Fails as pc_vault_open.
PC_MUST_CHECK enum pc_status pc_vault_access_check(struct pc_cli *cli,
                                                   const struct pc_vault_access *access);

// The last step of a verb: its exit status for this status of its work.
int pc_vault_exit(struct pc_cli *cli, enum pc_status status);

#endif
