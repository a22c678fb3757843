// SPDX-License-Identifier: Apache-2.0
#include "store_state.h"

#include "account/verify.h"
#include "signing_options.h"

enum {
    TRIES = 10,
};

enum pc_status pc_store_state_tell(struct pc_cli *cli, const char *path, enum pc_status status)
{
    const struct pc_place place = {.file = pc_str_from(path)};
    if (status == PC_ERR_DAMAGED) {
        pc_diag_report(&cli->diags, PC_DIAG_STORE_DAMAGED, place, "the store \"%s\" is damaged",
                       path);
    } else if (status == PC_ERR_VERSION) {
        pc_diag_report(&cli->diags, PC_DIAG_STORE_VERSION, place,
                       "the store \"%s\" holds policies that another version compiled", path);
    }
    return status;
}

enum pc_status pc_store_state_open(struct pc_cli *cli, const char *path, struct pc_store_state *out)
{
    PC_TRY(pc_store_open(pc_str_from(path), &cli->diags, &out->store));
    return pc_store_state_tell(cli, path, pc_snapshot_open(out->store, &out->snapshot));
}

void pc_store_state_close(struct pc_store_state *state)
{
    pc_snapshot_close(state->snapshot);
    pc_store_close(state->store);
    *state = (struct pc_store_state){NULL, NULL};
}

// Others may write on while it is looked at.
static enum pc_status check_pages(struct pc_snapshot *snapshot)
{
    enum pc_status status = pc_snapshot_check_pages(snapshot);
    for (unsigned i = 0; i < TRIES && status == PC_ERR_BUSY; i++) {
        PC_TRY(pc_snapshot_renew(snapshot));
        status = pc_snapshot_check_pages(snapshot);
    }
    return status;
}

enum pc_status pc_store_state_verify(struct pc_cli *cli, const char *path,
                                     const struct pc_store_state *state)
{
    PC_TRY(pc_store_state_tell(cli, path, check_pages(state->snapshot)));
    return pc_store_state_tell(cli, path, pc_verify_state(state->snapshot, NULL));
}

void pc_signature_json(struct pc_json_writer *writer, const struct pc_signature *signature,
                       const char *name)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf digest = {0};
    pc_signing_key_json(writer, signature->key, name);
    pc_json_key(writer, "serial");
    pc_json_number(writer, (int64_t)signature->serial);
    pc_json_key(writer, "signedAt");
    pc_json_number(writer, signature->signed_at);
    pc_hash_write(&digest, &signature->digest);
    pc_json_key(writer, "digest");
    pc_json_string(writer, pc_buf_view(&digest));
}
