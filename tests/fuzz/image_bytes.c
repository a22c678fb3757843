// SPDX-License-Identifier: Apache-2.0
#include "image_parts.h"

#include <string.h>

struct image_bytes image_bytes_of(struct pc_str bytes, unsigned shift)
{
    size_t before = shift % 8;
    char *memory = malloc(before + bytes.len + (bytes.len == 0));
    FUZZ_CHECK(memory != NULL, "no memory");
    if (bytes.len > 0) {
        memcpy(memory + before, bytes.ptr, bytes.len);
    }
    return (struct image_bytes){memory, memory + before, bytes.len};
}

void image_read(struct pc_str bytes)
{
    unsigned sum = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        sum += *(const volatile unsigned char *)(bytes.ptr + i);
    }
    (void)sum;
}
