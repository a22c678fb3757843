// SPDX-License-Identifier: Apache-2.0
//
// What the calls of libsodium have in common.
#ifndef PC_CRYPTO_CALL_H
#define PC_CRYPTO_CALL_H

#include "base/str.h"

#include <stdlib.h>

static inline const unsigned char *pc_octets(struct pc_str s)
{
    const void *bytes = s.ptr;
    return bytes;
}

// For functions that fail on wrong lengths only, where the lengths are constants. What could not be
// made must not pass for made, so such a failure ends the process, as libsodium's own checks of
// usage do.
static inline void pc_certain(int result)
{
    if (result != 0) {
        abort();
    }
}

#endif
