// SPDX-License-Identifier: Apache-2.0
//
// BLAKE2b with a key, by libsodium.
#include "crypto/keyed.h"

#include "call.h"

#include <sodium.h>

_Static_assert(PC_KEY_BYTES == crypto_kdf_KEYBYTES, "key");

// Keeps keys apart from those that other programs derive.
static const char derivation[] = "polcheck";
_Static_assert(sizeof(derivation) - 1 == crypto_kdf_CONTEXTBYTES, "context of the derivation");

struct pc_hash pc_keyed_hash(const uint8_t key[PC_KEY_BYTES], struct pc_str bytes)
{
    return pc_keyed_hash_2(key, bytes, (struct pc_str){NULL, 0});
}

struct pc_hash pc_keyed_hash_2(const uint8_t key[PC_KEY_BYTES], struct pc_str first,
                               struct pc_str second)
{
    struct pc_hash hash;
    crypto_generichash_blake2b_state state;
    pc_certain(crypto_generichash_blake2b_init(&state, key, PC_KEY_BYTES, sizeof(hash.bytes)));
    pc_certain(crypto_generichash_blake2b_update(&state, pc_octets(first), first.len));
    pc_certain(crypto_generichash_blake2b_update(&state, pc_octets(second), second.len));
    pc_certain(crypto_generichash_blake2b_final(&state, hash.bytes, sizeof(hash.bytes)));
    sodium_memzero(&state, sizeof(state)); // it held the key
    return hash;
}

bool pc_hash_eq_secret(const struct pc_hash *a, const struct pc_hash *b)
{
    return sodium_memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

void pc_key_derive(const uint8_t key[PC_KEY_BYTES], uint64_t number, uint8_t out[PC_KEY_BYTES])
{
    pc_certain(crypto_kdf_derive_from_key(out, PC_KEY_BYTES, number, derivation, key));
}

void pc_random(void *out, size_t size)
{
    randombytes_buf(out, size);
}
