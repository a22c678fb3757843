// SPDX-License-Identifier: Apache-2.0
//
// A state of a store for verbs that look at it as a whole, and its signature as it is printed.
#ifndef PC_CLI_STORE_STATE_H
#define PC_CLI_STORE_STATE_H

#include "command.h"
#include "trust/signature.h"

// Zeroed it may be closed.
struct pc_store_state {
    struct pc_store *store;
    struct pc_snapshot *snapshot;
};

// Opens the newest state. As pc_store_open and pc_snapshot_open; reported.
PC_MUST_CHECK enum pc_status pc_store_state_open(struct pc_cli *cli, const char *path,
                                                 struct pc_store_state *out);
void pc_store_state_close(struct pc_store_state *state);

// Verifies all of it, its pages (pc_snapshot_check_pages) and what they hold (pc_verify_state);
// reported. When others write on meanwhile, it is the newest state then.
PC_MUST_CHECK enum pc_status pc_store_state_verify(struct pc_cli *cli, const char *path,
                                                   const struct pc_store_state *state);

// Reports a status other than PC_OK of looking at a store, unless it was: STORE_DAMAGED,
// STORE_VERSION. Gives the status.
enum pc_status pc_store_state_tell(struct pc_cli *cli, const char *path, enum pc_status status);

// Members of a JSON object: those of its key, "serial", "signedAt" (seconds), "digest".
void pc_signature_json(struct pc_json_writer *writer, const struct pc_signature *signature,
                       const char *name);

#endif
