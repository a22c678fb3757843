// SPDX-License-Identifier: Apache-2.0
//
// What a key that signs is, for the module alone.
#ifndef PC_TRUST_SECRET_KEY_H
#define PC_TRUST_SECRET_KEY_H

#include "trust/signing.h"

struct pc_signing_key { // in guarded memory
    uint8_t public[PC_SIGN_PUBLIC_BYTES];
    uint8_t secret[PC_SIGN_SECRET_BYTES];
    char name[PC_TRUST_NAME_MAX + 1];
};

#endif
