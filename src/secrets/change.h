// SPDX-License-Identifier: Apache-2.0
//
// A change of a vault: one transaction, with what it has read and is going to write.
#ifndef PC_SECRETS_CHANGE_H
#define PC_SECRETS_CHANGE_H

#include "reading.h"

// Guarded memory of a change: a data key to open with and one to seal with; the values of an
// environment as they were, and as they will be.
struct pc_change_secrets {
    uint8_t from[PC_KEY_BYTES], to[PC_KEY_BYTES];
    uint8_t before[PC_ENVIRONMENT_BYTES], after[PC_ENVIRONMENT_BYTES];
};

struct pc_change {
    struct pc_store_write *write;
    struct pc_reading reading; // of the transaction
    struct pc_diags *diags;
    struct pc_head head; // as it will be written
    struct pc_parts parts;
    const struct pc_root_key *root; // that what is written is wrapped under
    int64_t now;                    // seconds since 1970 UTC
    struct pc_arena lasting;        // until the change ends
    struct pc_arena arena;          // of one operation
    struct pc_change_secrets *secrets;
    struct pc_str key; // ARN of the key that it is about, "" so far; in `lasting`
    bool of_several_keys;
};

// Writes a record and binds it. Borrowed views of records are no longer valid then.
PC_MUST_CHECK enum pc_status pc_change_write_key(struct pc_change *change,
                                                 const struct pc_key_record *record);
PC_MUST_CHECK enum pc_status
pc_change_write_environment(struct pc_change *change, const struct pc_environment_record *record);

// Takes a record away.
PC_MUST_CHECK enum pc_status pc_change_drop(struct pc_change *change, enum pc_store_table table,
                                            struct pc_str arn);

// Tells the audit log which key the change is about: the name that was asked for may be an alias.
PC_MUST_CHECK enum pc_status pc_change_note_key(struct pc_change *change, struct pc_str arn);

// Finds a key by ARN or alias; what is found lies in the change's arena, whole. `near` as in
// pc_vault_key. PC_ERR_NOTFOUND (KEY_UNKNOWN).
PC_MUST_CHECK enum pc_status pc_change_find_key(struct pc_change *change, struct pc_str name,
                                                struct pc_str near, struct pc_key_record *out);

// The service's own key of a function's account and region, made if it is not there.
PC_MUST_CHECK enum pc_status pc_change_service_key(struct pc_change *change, struct pc_str function,
                                                   struct pc_key_record *out);

// KEY_STATE unless the key is enabled.
PC_MUST_CHECK enum pc_status pc_change_check_enabled(struct pc_change *change,
                                                     const struct pc_key_record *record);

// Unwraps a key of the vault; what does not unwrap is damage.
PC_MUST_CHECK enum pc_status pc_change_unwrap(struct pc_change *change,
                                              const struct pc_key_record *record,
                                              uint8_t out[PC_KEY_BYTES]);

// Seals an environment anew: opened with secrets->from, sealed with secrets->to
// under that key. In the change's arena.
PC_MUST_CHECK enum pc_status pc_change_reseal(struct pc_change *change,
                                              const struct pc_environment_record *old,
                                              const struct pc_vault_key *key,
                                              struct pc_environment_record *out);

// Keys that wait for a deletion whose time has come go.
PC_MUST_CHECK enum pc_status pc_change_purge(struct pc_change *change);

#endif
