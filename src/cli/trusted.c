// SPDX-License-Identifier: Apache-2.0
#include "trusted.h"

#include "account/verify.h"
#include "store_state.h"

enum pc_status pc_trust_keys(struct pc_cli *cli, const struct pc_args *args,
                             struct pc_trusted_keys **out)
{
    const char *path = pc_args_value(args, PC_OPTION_TRUSTED_KEYS);
    if (path != NULL) {
        return pc_trusted_keys_read(path, &cli->diags, out);
    }
    if (pc_args_has(args, PC_OPTION_SEEN)) {
        (void)pc_cli_usage(cli, "--seen is about signed stores: --trusted-keys says whose");
        return PC_ERR_USAGE;
    }
    *out = NULL;
    return PC_OK;
}

enum pc_status pc_trust_unused(struct pc_cli *cli, const struct pc_args *args)
{
    bool seen = pc_args_has(args, PC_OPTION_SEEN);
    if (seen || pc_args_has(args, PC_OPTION_TRUSTED_KEYS)) {
        (void)pc_cli_usage(cli, "%s is for a store; no file is signed",
                           seen ? "--seen" : "--trusted-keys");
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

// What was signed may still be nothing that can be answered from: then nobody needs to know that it
// was seen.
static enum pc_status accept(struct pc_cli *cli, const char *seen, struct pc_snapshot *snapshot,
                             struct pc_judgement *judgement)
{
    if (seen == NULL || judgement->verdict != PC_TRUST_GOOD) {
        return PC_OK;
    }
    const struct pc_seen_file file = {seen, PC_SEEN_WAIT_MS};
    PC_TRY(pc_verify_state(snapshot, NULL));
    return pc_trust_accept(&file, &cli->diags, judgement);
}

static enum pc_status judge(struct pc_cli *cli, const char *path, const char *seen,
                            const struct pc_trusted_keys *keys, struct pc_snapshot *snapshot)
{
    const struct pc_trust_basis basis = {.keys = keys};
    struct pc_judgement judgement;
    PC_TRY(
        pc_store_state_tell(cli, path, pc_trust_judge(snapshot, &basis, NULL, &judgement, NULL)));
    PC_TRY(pc_store_state_tell(cli, path, accept(cli, seen, snapshot, &judgement)));
    pc_trust_report(&cli->diags, pc_str_from(path), &judgement);
    return judgement.verdict == PC_TRUST_GOOD ? PC_OK : PC_ERR_INVALID;
}

enum pc_status pc_trust_open(struct pc_cli *cli, const struct pc_args *args, const char *path,
                             struct pc_asker *asker)
{
    struct pc_trusted_keys *keys;
    PC_TRY(pc_trust_keys(cli, args, &keys));
    enum pc_status status = pc_asker_open(asker, path, &cli->diags);
    if (status == PC_OK && keys != NULL) {
        status =
            judge(cli, path, pc_args_value(args, PC_OPTION_SEEN), keys, pc_asker_snapshot(asker));
    }
    pc_trusted_keys_free(keys);
    return status;
}
