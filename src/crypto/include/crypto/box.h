// SPDX-License-Identifier: Apache-2.0
//
// Sealed boxes: what anybody can close for the holder of a key pair and only that one can open
// (X25519, XSalsa20-Poly1305, an ephemeral key for each; crypto_box_seal of libsodium). They say
// nothing about who closed them.
#ifndef PC_CRYPTO_BOX_H
#define PC_CRYPTO_BOX_H

#include "base/status.h"
#include "base/str.h"

enum {
    PC_BOX_PUBLIC_BYTES = 32,
    PC_BOX_SECRET_BYTES = 32,
    PC_BOX_EXTRA_BYTES = 48, // by which a box is longer than what is in it
};

// A new pair. `secret` may be guarded memory. Needs pc_crypto_init.
void pc_box_pair(uint8_t public[PC_BOX_PUBLIC_BYTES], uint8_t secret[PC_BOX_SECRET_BYTES]);

// The public key that belongs to the secret one. PC_ERR_INVALID: it is none, but zeros.
PC_MUST_CHECK enum pc_status pc_box_public(const uint8_t secret[PC_BOX_SECRET_BYTES],
                                           uint8_t public[PC_BOX_PUBLIC_BYTES]);

// Closes: writes plain.len + PC_BOX_EXTRA_BYTES bytes to `box`. PC_ERR_INVALID: not a public key
// that anything can be sealed to (one of small order); `box` is zeroed then. Needs pc_crypto_init.
PC_MUST_CHECK enum pc_status pc_box_close(const uint8_t public[PC_BOX_PUBLIC_BYTES],
                                          struct pc_str plain, uint8_t *box);

// Opens: writes box.len - PC_BOX_EXTRA_BYTES bytes to `plain`. PC_ERR_DAMAGED: it was not sealed to
// this key, or was changed. PC_ERR_INVALID: the secret key is none. `plain` is zeroed then.
PC_MUST_CHECK enum pc_status pc_box_open(const uint8_t secret[PC_BOX_SECRET_BYTES],
                                         struct pc_str box, uint8_t *plain);

#endif
