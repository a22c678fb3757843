// SPDX-License-Identifier: Apache-2.0
//
// Reads public structs that begin with their size, from callers that were compiled against another
// version of the header.
#ifndef PC_API_TAGGED_H
#define PC_API_TAGGED_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum {
    PC_TAGGED_MOST = 4096, // bytes that no public struct will ever have: such a size was never set
};

// Copies a struct into one of `known` bytes. What an older caller lacks is zero; what a newer one
// has beyond must be zero. False, *to untouched: it is not, or the size is none: such as one that
// would cut a pointer in two, for a struct ends where a word does. Where false, only the size has
// been read, or what the size covers.
static inline bool pc_tagged_read(void *to, size_t known, const void *from)
{
    const unsigned char *bytes = from;
    size_t size;
    memcpy(&size, bytes, sizeof(size));
    if (size < sizeof(size) || size > PC_TAGGED_MOST || size % sizeof(void *) != 0) {
        return false;
    }
    for (size_t at = known; at < size; at++) {
        if (bytes[at] != 0) {
            return false;
        }
    }
    memset(to, 0, known);
    memcpy(to, bytes, size < known ? size : known);
    return true;
}

#endif
