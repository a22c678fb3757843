// SPDX-License-Identifier: Apache-2.0
//
// Ed25519 signatures (RFC 8032; crypto_sign_detached of libsodium), over bytes as they are.
#ifndef PC_CRYPTO_SIGN_H
#define PC_CRYPTO_SIGN_H

#include "base/status.h"
#include "base/str.h"

enum {
    PC_SIGN_PUBLIC_BYTES = 32,
    PC_SIGN_SEED_BYTES = 32,   // what the secret key follows from, and all of it that is kept
    PC_SIGN_SECRET_BYTES = 64, // seed and public key, as libsodium works with it
    PC_SIGN_BYTES = 64,        // a signature
};

// The pair that follows from a seed. `secret` may be guarded memory. PC_ERR_INVALID: the seed is
// zeros, which nobody has drawn: memory that was wiped or never filled.
PC_MUST_CHECK enum pc_status pc_sign_pair(const uint8_t seed[PC_SIGN_SEED_BYTES],
                                          uint8_t public[PC_SIGN_PUBLIC_BYTES],
                                          uint8_t secret[PC_SIGN_SECRET_BYTES]);

// Can a signature be told by this public key? Not where it is no point of the curve, not in its one
// form, or of small order: for such a key anybody has signatures.
bool pc_sign_public_is(const uint8_t public[PC_SIGN_PUBLIC_BYTES]);

// Signs; the same bytes with the same key give the same signature.
void pc_sign(const uint8_t secret[PC_SIGN_SECRET_BYTES], struct pc_str bytes,
             uint8_t signature[PC_SIGN_BYTES]);

// PC_ERR_DAMAGED: not the signature of this key over these bytes; also of a signature or key that
// is not in its one form.
PC_MUST_CHECK enum pc_status pc_sign_check(const uint8_t public[PC_SIGN_PUBLIC_BYTES],
                                           struct pc_str bytes,
                                           const uint8_t signature[PC_SIGN_BYTES]);

#endif
