// SPDX-License-Identifier: Apache-2.0
//
// Structs of the public header that begin with their size, so that they can grow.
#ifndef PC_API_TAGGED_H
#define PC_API_TAGGED_H

#include "base/str.h"

// Copies a struct that a caller made, of which this library knows `known` bytes: what an older
// caller does not have is zero. False: no size, or something set that this library does not know,
// which is refused and not skipped. An object of the type must be readable up to the size it says.
PC_MUST_CHECK static inline bool pc_tagged_read(void *to, size_t known, const void *from)
{
    size_t size;
    memcpy(&size, from, sizeof(size));
    if (size < sizeof(size)) {
        return false;
    }
    const unsigned char *bytes = from;
    for (size_t i = known; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    memset(to, 0, known);
    memcpy(to, from, size < known ? size : known);
    return true;
}

#endif
