// SPDX-License-Identifier: Apache-2.0
//
// Sealing with additional data that are bytes as they are: what published test vectors have.
#ifndef PC_CRYPTO_SEAL_RAW_H
#define PC_CRYPTO_SEAL_RAW_H

#include "crypto/seal.h"

// As pc_seal_with_nonce and pc_unseal, but for the form of the additional data.
PC_MUST_CHECK enum pc_status pc_seal_raw(const uint8_t key[PC_SEAL_KEY_BYTES], struct pc_str plain,
                                         struct pc_str additional, uint8_t *cipher,
                                         struct pc_seal *seal);
PC_MUST_CHECK enum pc_status pc_unseal_raw(const uint8_t key[PC_SEAL_KEY_BYTES],
                                           const struct pc_seal *seal, struct pc_str cipher,
                                           struct pc_str additional, uint8_t *plain);

#endif
