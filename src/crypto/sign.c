// SPDX-License-Identifier: Apache-2.0
//
// crypto_sign of libsodium, which refuses signatures and public keys that are not in their one form
// or of small order.
#include "crypto/sign.h"

#include "call.h"

#include <sodium.h>

_Static_assert(PC_SIGN_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "public key");
_Static_assert(PC_SIGN_SEED_BYTES == crypto_sign_SEEDBYTES, "seed");
_Static_assert(PC_SIGN_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "secret key");
_Static_assert(PC_SIGN_BYTES == crypto_sign_BYTES, "signature");

enum pc_status pc_sign_pair(const uint8_t seed[PC_SIGN_SEED_BYTES],
                            uint8_t public[PC_SIGN_PUBLIC_BYTES],
                            uint8_t secret[PC_SIGN_SECRET_BYTES])
{
    if (sodium_is_zero(seed, PC_SIGN_SEED_BYTES)) {
        return PC_ERR_INVALID;
    }
    pc_certain(crypto_sign_seed_keypair(public, secret, seed));
    return PC_OK;
}

bool pc_sign_public_is(const uint8_t public[PC_SIGN_PUBLIC_BYTES])
{
    return crypto_core_ed25519_is_valid_point(public) == 1;
}

void pc_sign(const uint8_t secret[PC_SIGN_SECRET_BYTES], struct pc_str bytes,
             uint8_t signature[PC_SIGN_BYTES])
{
    pc_certain(crypto_sign_detached(signature, NULL, pc_octets(bytes), bytes.len, secret));
}

enum pc_status pc_sign_check(const uint8_t public[PC_SIGN_PUBLIC_BYTES], struct pc_str bytes,
                             const uint8_t signature[PC_SIGN_BYTES])
{
    int result = crypto_sign_verify_detached(signature, pc_octets(bytes), bytes.len, public);
    return result == 0 ? PC_OK : PC_ERR_DAMAGED;
}
