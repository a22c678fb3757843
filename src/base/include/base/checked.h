// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic on sizes that tells when it overflows.
#ifndef PC_BASE_CHECKED_H
#define PC_BASE_CHECKED_H

#include "base/str.h"

// False, and *out untouched, when the result does not fit.
PC_MUST_CHECK static inline bool pc_size_add(size_t a, size_t b, size_t *out)
{
    size_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return false;
    }
    *out = sum;
    return true;
}

PC_MUST_CHECK static inline bool pc_size_mul(size_t a, size_t b, size_t *out)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product)) {
        return false;
    }
    *out = product;
    return true;
}

PC_MUST_CHECK static inline bool pc_size_to_u32(size_t value, uint32_t *out)
{
    if (value > UINT32_MAX) {
        return false;
    }
    *out = (uint32_t)value;
    return true;
}

#endif
