// SPDX-License-Identifier: Apache-2.0
//
// Authenticated encryption with one secret key: XChaCha20-Poly1305 (IETF), with a random nonce for
// each sealing and additional data that are a list of parts.
#ifndef PC_CRYPTO_SEAL_H
#define PC_CRYPTO_SEAL_H

#include "base/status.h"
#include "base/str.h"

enum {
    PC_SEAL_KEY_BYTES = 32,
    PC_SEAL_NONCE_BYTES = 24,
    PC_SEAL_TAG_BYTES = 16,
    PC_SEAL_CONTEXT_MAX = 4096, // bytes that the parts may have with their lengths, 8 each
};

// What stands beside a ciphertext, which is as long as its plaintext.
struct pc_seal {
    uint8_t nonce[PC_SEAL_NONCE_BYTES];
    uint8_t tag[PC_SEAL_TAG_BYTES];
};

// The additional data: parts one after the other, each behind its length as 64 bits little-endian,
// so that no two lists give the same bytes.
struct pc_seal_context {
    const struct pc_str *parts;
    size_t count;
};

// Encrypts into `cipher`, of plain.len bytes, which may be plain.ptr itself. PC_ERR_LIMIT: the
// context is too long, or the plaintext, of which 256 GiB are not. Needs pc_crypto_init.
PC_MUST_CHECK enum pc_status pc_seal(const uint8_t key[PC_SEAL_KEY_BYTES], struct pc_str plain,
                                     const struct pc_seal_context *context, uint8_t *cipher,
                                     struct pc_seal *out);

// The same with the nonce that is in *seal already: for known answers, and nothing else.
PC_MUST_CHECK enum pc_status pc_seal_with_nonce(const uint8_t key[PC_SEAL_KEY_BYTES],
                                                struct pc_str plain,
                                                const struct pc_seal_context *context,
                                                uint8_t *cipher, struct pc_seal *seal);

// Decrypts into `plain`, of cipher.len bytes. PC_ERR_DAMAGED: key, context, nonce, tag or
// ciphertext is not the one that was sealed; `plain` is zeroed then. PC_ERR_LIMIT: the context or
// the ciphertext is too long.
PC_MUST_CHECK enum pc_status pc_unseal(const uint8_t key[PC_SEAL_KEY_BYTES],
                                       const struct pc_seal *seal, struct pc_str cipher,
                                       const struct pc_seal_context *context, uint8_t *plain);

#endif
