// SPDX-License-Identifier: Apache-2.0
//
// The record of a function's environment: a table of contents, then its values, sealed as one text.
//
// The additional data of the seal are function ARN, key ARN, key version and the digest of the
// table, which has name, version and length of each variable: so nothing opens that was moved,
// renamed, put back or swapped, the whole or a part of it. One seal for all values rather than one
// for each: opening costs by the seal, some 0.6 us, more than by the byte, and a function always
// gets all of its variables.
//
// What binds the record to the head is the digest of table, nonce and tag.
#ifndef PC_SECRETS_ENVIRONMENT_RECORD_H
#define PC_SECRETS_ENVIRONMENT_RECORD_H

#include "environment.h"
#include "parts.h"

struct pc_environment_record {
    struct pc_vault_environment environment;
    const uint32_t *measures; // of the values, beside the variables (pc_environment_measure_value)
    struct pc_seal seal;
    struct pc_str cipher; // of the values one after the other
    struct pc_hash table; // digest of the table; set by parse and seal
};

// What binds the record.
struct pc_hash pc_environment_record_digest(const struct pc_environment_record *record);

// A record that was parsed or sealed.
void pc_environment_record_write(struct pc_buf *out, const struct pc_environment_record *record);

// Texts and ciphertext borrow from the record; tables lie in the arena. Says nothing about whether
// it is bound. PC_ERR_DAMAGED, PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_environment_record_parse(struct pc_str bytes,
                                                         struct pc_arena *arena,
                                                         struct pc_environment_record *out);

// Seals the values, in the order of the variables, into `cipher`, of as many bytes. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_environment_record_seal(struct pc_environment_record *record,
                                                        const uint8_t data[PC_KEY_BYTES],
                                                        struct pc_str values, uint8_t *cipher);

// Opens the values into `out`, of cipher.len bytes. PC_ERR_DAMAGED.
PC_MUST_CHECK enum pc_status
pc_environment_record_unseal(const struct pc_environment_record *record,
                             const uint8_t data[PC_KEY_BYTES], uint8_t *out);

#endif
