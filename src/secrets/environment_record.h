// SPDX-License-Identifier: Apache-2.0
//
// The record of a function's environment: a table of contents, then the ciphertexts. The digest
// that binds it to the head is that of the table, which has the nonce and the tag of each
// ciphertext; so a value that is not the one that was sealed last under that name does not open,
// whoever put it there.
#ifndef PC_SECRETS_ENVIRONMENT_RECORD_H
#define PC_SECRETS_ENVIRONMENT_RECORD_H

#include "environment.h"
#include "parts.h"

struct pc_sealed_variable {
    uint32_t measure; // of the value (pc_environment_measure_value)
    struct pc_seal seal;
    struct pc_str cipher; // as long as the value
};

struct pc_environment_record {
    struct pc_vault_environment environment;
    const struct pc_sealed_variable *sealed; // beside the variables
    struct pc_hash digest;                   // of the table, as it was parsed
};

void pc_environment_record_write(struct pc_buf *out, const struct pc_environment_record *record,
                                 struct pc_hash *digest);

// Texts and ciphertexts borrow from the record; tables lie in the arena. Says nothing about whether
// it is bound. PC_ERR_DAMAGED, PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_environment_record_parse(struct pc_str bytes,
                                                         struct pc_arena *arena,
                                                         struct pc_environment_record *out);

// What one variable is sealed under.
struct pc_value_place {
    struct pc_str function, name, key;
    uint32_t key_version;
    uint64_t version;
};

// Seals a value into `cipher`, of as many bytes, which may be the value itself.
PC_MUST_CHECK enum pc_status pc_value_seal(const uint8_t data[PC_KEY_BYTES], struct pc_str value,
                                           const struct pc_value_place *place, uint8_t *cipher,
                                           struct pc_seal *out);

// Opens it into `out`, of sealed->cipher.len bytes. PC_ERR_DAMAGED.
PC_MUST_CHECK enum pc_status pc_value_unseal(const uint8_t data[PC_KEY_BYTES],
                                             const struct pc_sealed_variable *sealed,
                                             const struct pc_value_place *place, uint8_t *out);

#endif
