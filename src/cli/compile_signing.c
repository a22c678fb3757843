// SPDX-License-Identifier: Apache-2.0
#include "compile_signing.h"

#include "hardening.h"

// Who signs answers for all that is in the store, also for what an update leaves as it was.
static enum pc_status before_changes(void *context, struct pc_store_write *write)
{
    struct pc_compile_signing *signing = context;
    bool vouches = signing->key != NULL && signing->update;
    return vouches ? pc_sign_check_base(&signing->signing, write) : PC_OK;
}

static enum pc_status after_changes(void *context, struct pc_store_write *write)
{
    struct pc_compile_signing *signing = context;
    return signing->key != NULL ? pc_sign_work(&signing->signing, write)
                                : pc_unsign(write, &signing->was);
}

enum pc_status pc_compile_signing_begin(struct pc_cli *cli, const char *key, const char *store,
                                        bool update, struct pc_compile_signing *out)
{
    *out = (struct pc_compile_signing){
        .signing = {.store = pc_str_from(store), .diags = &cli->diags},
        .update = update,
        .around = {before_changes, after_changes, out},
    };
    if (key == NULL) {
        return PC_OK;
    }
    PC_TRY(pc_harden(cli));
    PC_TRY(pc_signing_key_from_file(key, &cli->diags, &out->key));
    out->signing.key = out->key;
    return PC_OK;
}

void pc_compile_signing_release(struct pc_compile_signing *signing)
{
    pc_signing_key_free(signing->key);
    signing->key = NULL;
}

void pc_compile_signing_warn(struct pc_cli *cli, const struct pc_compile_signing *signing)
{
    if (signing->was) {
        struct pc_str store = signing->signing.store;
        pc_diag_report(&cli->diags, PC_DIAG_SIGNATURE_REMOVED, (struct pc_place){.file = store},
                       "the store \"%.*s\" was signed, and is no longer", PC_STR_ARG(store));
        pc_diag_hint(&cli->diags, "sign what it holds now: polcheck sign \"%.*s\" --key FILE",
                     PC_STR_ARG(store));
    }
}
