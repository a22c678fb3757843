// SPDX-License-Identifier: Apache-2.0
//
// An open vault from inside: vault.c opens it and keeps to its newest state, vault_contents.c reads
// what is in that state.
#ifndef PC_SECRETS_VAULT_STATE_H
#define PC_SECRETS_VAULT_STATE_H

#include "secrets/vault.h"

#include "base/map.h"
#include "reading.h"

enum {
    PC_UNWRAPPED_KEYS = 16, // kept unwrapped; in the place of an older one when there are more
};

// Data keys of the present state. They open no more than the root key does, which lies in the same
// kind of memory.
struct pc_unwrapped_keys {
    const struct pc_key_record *record[PC_UNWRAPPED_KEYS]; // whose it is; NULL: free
    uint8_t key[PC_UNWRAPPED_KEYS][PC_KEY_BYTES];
    size_t next;
};

struct pc_vault {
    struct pc_str path;
    struct pc_str data;      // path of the store's file, whatever folder the process works in
    struct pc_arena lasting; // as long as the vault is open
    const struct pc_root_key *root;
    uint8_t *audit_key; // guarded
    bool is_known;      // by its id, since it was opened
    uint8_t id[PC_VAULT_ID_BYTES];
    int folder;
    struct pc_audit *audit; // NULL without the log

    struct pc_store *store;
    struct pc_snapshot *snapshot;
    int64_t looked; // when the store was last found in its place: milliseconds; 0: never
    bool usable;    // what is below is that of the snapshot's state, and verified
    struct pc_head head;
    struct pc_parts parts;
    struct pc_arena state_arena;         // as long as the state
    struct pc_unwrapped_keys *unwrapped; // guarded: data keys that were unwrapped before
    struct pc_map keys;                  // by ARN: struct pc_key_record, copied
    struct pc_arena arena;               // of the environment read last
    struct pc_environment_record environment;
};

// PC_OK while what is below `usable` may be read; else VAULT_IO is reported.
PC_MUST_CHECK enum pc_status pc_vault_check_usable(const struct pc_vault *vault,
                                                   struct pc_diags *diags);

#endif
