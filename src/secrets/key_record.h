// SPDX-License-Identifier: Apache-2.0
//
// The record of a key: what is told of it, and its data key, wrapped under the root key. The digest
// that binds it to the head is that of the whole record.
#ifndef PC_SECRETS_KEY_RECORD_H
#define PC_SECRETS_KEY_RECORD_H

#include "parts.h"

struct pc_key_record {
    struct pc_vault_key key;
    struct pc_seal seal;
    uint8_t wrapped[PC_KEY_BYTES];
};

void pc_key_record_write(struct pc_buf *out, const struct pc_key_record *record);

// Texts borrow from the record; tags lie in the arena. PC_ERR_DAMAGED, PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_key_record_parse(struct pc_str bytes, struct pc_arena *arena,
                                                 struct pc_key_record *out);

// Makes a new data key in `data` (guarded), and wraps it for the record's ARN and version.
PC_MUST_CHECK enum pc_status pc_key_record_renew(struct pc_key_record *record,
                                                 const struct pc_head *head,
                                                 const struct pc_root_key *root,
                                                 uint8_t data[PC_KEY_BYTES]);

// Wraps a data key for the record's ARN and version.
PC_MUST_CHECK enum pc_status pc_key_record_wrap(struct pc_key_record *record,
                                                const struct pc_head *head,
                                                const struct pc_root_key *root,
                                                const uint8_t data[PC_KEY_BYTES]);

// Unwraps the data key into guarded memory. PC_ERR_DAMAGED.
PC_MUST_CHECK enum pc_status pc_key_record_unwrap(const struct pc_key_record *record,
                                                  const struct pc_head *head,
                                                  const struct pc_root_key *root,
                                                  uint8_t out[PC_KEY_BYTES]);

#endif
