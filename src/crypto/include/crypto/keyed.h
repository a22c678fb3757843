// SPDX-License-Identifier: Apache-2.0
//
// What one secret key of 32 bytes is good for beside sealing: keyed hashes and further keys.
#ifndef PC_CRYPTO_KEYED_H
#define PC_CRYPTO_KEYED_H

#include "crypto/hash.h"

enum {
    PC_KEY_BYTES = 32,
    PC_SALT_BYTES = 16,
};

// BLAKE2b-256 with the key, of the bytes as they are.
struct pc_hash pc_keyed_hash(const uint8_t key[PC_KEY_BYTES], struct pc_str bytes);

// The same of two pieces one after the other, without a boundary between them.
struct pc_hash pc_keyed_hash_2(const uint8_t key[PC_KEY_BYTES], struct pc_str first,
                               struct pc_str second);

// Compares in a time that tells nothing about where they differ.
bool pc_hash_eq_secret(const struct pc_hash *a, const struct pc_hash *b);

// The key number `number` that follows from a key (crypto_kdf of libsodium, context "polcheck").
// `out` may be guarded memory, and must not overlap the key.
void pc_key_derive(const uint8_t key[PC_KEY_BYTES], uint64_t number, uint8_t out[PC_KEY_BYTES]);

// Random bytes of the system. Needs pc_crypto_init.
void pc_random(void *out, size_t size);

// How a passphrase becomes a key: Argon2id v1.3. `memory` in bytes.
struct pc_passphrase_cost {
    uint64_t passes;
    uint64_t memory;
};

// libsodium's MODERATE: 3 passes over 256 MiB.
struct pc_passphrase_cost pc_passphrase_cost_usual(void);

// Whether costs from a file may be tried: 1 to 64 passes, 8 MiB to 4 GiB.
bool pc_passphrase_cost_is_sane(const struct pc_passphrase_cost *cost);

// PC_ERR_NOMEM: the memory cannot be had. PC_ERR_LIMIT: costs that are not sane, or a passphrase
// over 4,096 bytes. `out` may be guarded memory, and is zeroed on failure. The memory that the
// costs ask for is not locked.
PC_MUST_CHECK enum pc_status pc_passphrase_key(struct pc_str passphrase,
                                               const uint8_t salt[PC_SALT_BYTES],
                                               const struct pc_passphrase_cost *cost,
                                               uint8_t out[PC_KEY_BYTES]);

#endif
