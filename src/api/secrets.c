// SPDX-License-Identifier: Apache-2.0
//
// Opening and closing a vault.
#include "secrets.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "forks.h"
#include "status.h"
#include "tagged.h"
#include "text.h"

// The root key -----------------------------------------------------------------------------------

// Exactly one may be given.
static bool names_one_key(const struct polcheck_secrets_options *options)
{
    int given = (options->root_key_file != NULL) + (options->root_key_credential != NULL) +
                (options->root_key_fd >= 0) + (options->passphrase.ptr != NULL);
    return given == 1;
}

static enum pc_status from_passphrase(const struct polcheck_secrets_options *options,
                                      struct pc_diags *diags, struct pc_root_key **out)
{
    struct pc_vault_label label;
    PC_TRY(pc_vault_read_label(options->vault, diags, &label));
    if (!label.passphrase) {
        pc_diag_report(diags, PC_DIAG_ROOT_KEY,
                       (struct pc_place){.file = pc_str_from(options->vault)},
                       "the vault \"%s\" does not open with a passphrase", options->vault);
        return PC_ERR_INVALID;
    }
    return pc_root_key_from_passphrase(pc_text_in(options->passphrase), &label.terms, diags, out);
}

static enum pc_status get_root(const struct polcheck_secrets_options *options,
                               struct pc_diags *diags, struct pc_root_key **out)
{
    if (options->root_key_file != NULL) {
        return pc_root_key_from_file(options->root_key_file, diags, out);
    }
    if (options->root_key_credential != NULL) {
        return pc_root_key_from_credential(options->root_key_credential, diags, out);
    }
    if (options->root_key_fd >= 0) {
        return pc_root_key_from_descriptor(options->root_key_fd, diags, out);
    }
    return from_passphrase(options, diags, out);
}

// The vault --------------------------------------------------------------------------------------

static enum pc_status open_vault(struct polcheck_secrets *secrets,
                                 const struct polcheck_secrets_options *options,
                                 struct pc_diags *diags)
{
    PC_TRY(pc_crypto_init());
    PC_TRY(pc_forks_watch());
    secrets->forks = pc_forks();
    PC_TRY(get_root(options, diags, &secrets->root));
    return pc_vault_open(options->vault, secrets->root, diags, &secrets->vault);
}

static void close_vault(struct polcheck_secrets *secrets)
{
    pc_vault_close(secrets->vault);
    pc_root_key_free(secrets->root);
    pthread_mutex_destroy(&secrets->mutex);
    free(secrets);
}

static void tell(const struct polcheck_secrets_options *options, enum polcheck_status status,
                 const struct pc_diags *diags)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    if (options->message == NULL || options->message_size == 0) {
        return;
    }
    pc_status_sentence(&text, status, diags);
    struct pc_str said = pc_str_slice(pc_buf_view(&text), 0, options->message_size - 1);
    memcpy(options->message, said.ptr, said.len);
    options->message[said.len] = '\0';
}

static enum polcheck_status open_secrets(const struct polcheck_secrets_options *options,
                                         struct polcheck_secrets **out)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    struct pc_diags diags;
    struct polcheck_secrets *secrets = calloc(1, sizeof(*secrets));
    if (secrets == NULL || pthread_mutex_init(&secrets->mutex, NULL) != 0) {
        free(secrets);
        return POLCHECK_ERR_NOMEM;
    }
    pc_diags_init(&diags, &arena);
    enum polcheck_status status =
        pc_status_of_secrets(open_vault(secrets, options, &diags), &diags);
    if (status != POLCHECK_OK) {
        tell(options, status, &diags);
        close_vault(secrets);
        return status;
    }
    *out = secrets;
    return POLCHECK_OK;
}

enum polcheck_status polcheck_secrets_open(const struct polcheck_secrets_options *options,
                                           struct polcheck_secrets **out)
{
    struct polcheck_secrets_options known;
    if (options == NULL || out == NULL || !pc_tagged_read(&known, sizeof(known), options)) {
        return POLCHECK_ERR_USAGE;
    }
    if (known.vault == NULL || known.vault[0] == '\0' || !names_one_key(&known)) {
        return POLCHECK_ERR_USAGE;
    }
    return open_secrets(&known, out);
}

void polcheck_secrets_close(struct polcheck_secrets *secrets)
{
    if (secrets == NULL) {
        return;
    }
    if (secrets->forks != pc_forks()) {
        free(secrets); // the rest belongs to the parent
        return;
    }
    close_vault(secrets);
}
