// SPDX-License-Identifier: Apache-2.0
//
// crypto_box_seal of libsodium: an ephemeral pair, whose public key goes in front, and a nonce that
// is the hash of both public keys.
#include "crypto/box.h"

#include "call.h"

#include <sodium.h>

_Static_assert(PC_BOX_PUBLIC_BYTES == crypto_box_PUBLICKEYBYTES, "public key");
_Static_assert(PC_BOX_SECRET_BYTES == crypto_box_SECRETKEYBYTES, "secret key");
_Static_assert(PC_BOX_EXTRA_BYTES == crypto_box_SEALBYTES, "what is beside the text");

void pc_box_pair(uint8_t public[PC_BOX_PUBLIC_BYTES], uint8_t secret[PC_BOX_SECRET_BYTES])
{
    pc_certain(crypto_box_keypair(public, secret));
}

// Any 32 bytes make a secret key of X25519, but nobody has drawn zeros: they are memory that was
// wiped, or never filled, and the key that goes with them is known to all.
enum pc_status pc_box_public(const uint8_t secret[PC_BOX_SECRET_BYTES],
                             uint8_t public[PC_BOX_PUBLIC_BYTES])
{
    if (sodium_is_zero(secret, PC_BOX_SECRET_BYTES)) {
        return PC_ERR_INVALID;
    }
    pc_certain(crypto_scalarmult_base(public, secret));
    return PC_OK;
}

enum pc_status pc_box_close(const uint8_t public[PC_BOX_PUBLIC_BYTES], struct pc_str plain,
                            uint8_t *box)
{
    if (crypto_box_seal(box, pc_octets(plain), plain.len, public) != 0) {
        sodium_memzero(box, plain.len + PC_BOX_EXTRA_BYTES);
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

static enum pc_status try_open(const uint8_t secret[PC_BOX_SECRET_BYTES], struct pc_str box,
                               uint8_t *plain)
{
    uint8_t public[PC_BOX_PUBLIC_BYTES];
    PC_TRY(pc_box_public(secret, public));
    return crypto_box_seal_open(plain, pc_octets(box), box.len, public, secret) == 0
               ? PC_OK
               : PC_ERR_DAMAGED;
}

enum pc_status pc_box_open(const uint8_t secret[PC_BOX_SECRET_BYTES], struct pc_str box,
                           uint8_t *plain)
{
    if (box.len < PC_BOX_EXTRA_BYTES) {
        return PC_ERR_DAMAGED;
    }
    enum pc_status status = try_open(secret, box, plain);
    if (status != PC_OK) {
        sodium_memzero(plain, box.len - PC_BOX_EXTRA_BYTES);
    }
    return status;
}
